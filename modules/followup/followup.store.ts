import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { RatingStage, ratingItems } from '@open110/modules/report/after'
import { Channel, FollowUpReason, FollowUpState, Reach, Result } from './followup.ts'

const StoredFollowUp = z.object({
  id: z.string(),
  incident: z.string(),
  incidentNumber: z.string(),
  report: z.string(),
  desk: z.string(),
  reason: FollowUpReason,
  isMajor: z.boolean(),
  state: FollowUpState,
  words: z.optional(z.string()),
  dueAt: z.string(),
  openedAt: z.string(),
  openedBy: z.optional(z.string()),
  result: z.optional(Result),
  note: z.optional(z.string()),
  doneAt: z.optional(z.string()),
})
export type StoredFollowUp = z.infer<typeof StoredFollowUp>

const columns = `id, incident, incident_number, report, desk, reason, is_major, state, words, due_at, opened_at, opened_by,
  result, note, done_at`

/** Nothing comes back where the same is still open. */
export const addFollowUp = query({
  name: 'followup.add',
  takes: z.object({
    id: z.string(),
    incident: z.string(),
    incidentNumber: z.string(),
    report: z.string(),
    desk: z.string(),
    reason: z.string(),
    isMajor: z.boolean(),
    words: z.optional(z.string()),
    dueAt: z.string(),
    now: z.string(),
    by: z.optional(z.string()),
  }),
  gives: StoredFollowUp,
  sql: `insert into follow_up (id, incident, incident_number, report, desk, reason, is_major, state, words, due_at, opened_at,
               opened_by)
        values (:id, :incident, :incidentNumber, :report, :desk, :reason, :isMajor, 'due', :words, :dueAt, :now, :by)
        on conflict do nothing returning ${columns}`,
})

export const followUpForUpdate = query({
  name: 'followup.for-update',
  takes: z.object({ followup: z.string() }),
  gives: StoredFollowUp,
  sql: `select ${columns} from follow_up where id = :followup for update`,
})

export const openAtDesk = query({
  name: 'followup.open-at-desk',
  takes: z.object({ desk: z.string(), incident: z.optional(z.string()), limit: z.number() }),
  gives: StoredFollowUp,
  sql: `select ${columns} from follow_up
         where desk = :desk and state <> 'done' and (:incident::text is null or incident = :incident)
         order by due_at, id limit :limit`,
})

export const doneAtDesk = query({
  name: 'followup.done-at-desk',
  takes: z.object({ desk: z.string(), incident: z.optional(z.string()), limit: z.number() }),
  gives: StoredFollowUp,
  sql: `select ${columns} from follow_up
         where desk = :desk and state = 'done' and (:incident::text is null or incident = :incident)
         order by done_at desc, id limit :limit`,
})

/** Reporters of these who have been come back to because they were not satisfied, or will be. */
export const askedForDissatisfied = query({
  name: 'followup.asked-for-dissatisfied',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string() }),
  sql: `select distinct report from follow_up where report = any(:reports) and reason = 'dissatisfied'`,
})

export const markState = query({
  name: 'followup.mark-state',
  takes: z.object({
    followup: z.string(),
    state: z.string(),
    result: z.optional(z.string()),
    note: z.optional(z.string()),
    doneAt: z.optional(z.string()),
    by: z.optional(z.string()),
  }),
  sql: `update follow_up set state = :state, result = coalesce(:result::jsonb, result), note = coalesce(:note, note),
               done_at = :doneAt, done_by = :by
         where id = :followup`,
})

export const addAttempt = query({
  name: 'followup.add-attempt',
  takes: z.object({
    followup: z.string(),
    channel: z.string(),
    hasReached: z.boolean(),
    now: z.string(),
    by: z.string(),
    byName: z.string(),
    words: z.optional(z.string()),
  }),
  sql: `insert into follow_up_attempt (follow_up, channel, has_reached, at, by, by_name, words)
        values (:followup, :channel, :hasReached, :now, :by, :byName, :words)`,
})

export const attemptsOf = query({
  name: 'followup.attempts-of',
  takes: z.object({ followups: z.array(z.string()) }),
  gives: z.object({
    followUp: z.string(),
    channel: Channel,
    hasReached: z.boolean(),
    at: z.string(),
    by: z.string(),
    words: z.optional(z.string()),
  }),
  sql: `select follow_up, channel, has_reached, at, by_name as by, words from follow_up_attempt
         where follow_up = any(:followups) order by id`,
})

export const policyAt = query({
  name: 'followup.policy-at',
  takes: z.object({ desk: z.string(), now: z.string() }),
  gives: z.object({ policy: z.record(z.string(), z.unknown()) }),
  sql: `select policy from follow_up_policy where desk = :desk and valid_from <= :now order by valid_from desc limit 1`,
})

const StoredRating = z.object({
  report: z.string(),
  stage: RatingStage,
  stars: z.number(),
  items: z.partialRecord(z.enum(ratingItems), z.number()),
  words: z.optional(z.string()),
  ratedAt: z.string(),
  changedAt: z.string(),
})
export type StoredRating = z.infer<typeof StoredRating>

/** The moment of the first press stays: from it on it is counted how long it may be changed. */
export const keepRating = query({
  name: 'followup.keep-rating',
  takes: z.object({
    report: z.string(),
    stage: z.string(),
    desk: z.string(),
    stars: z.number(),
    items: z.string(),
    words: z.optional(z.string()),
    now: z.string(),
  }),
  sql: `insert into rating (report, stage, desk, stars, items, words, rated_at, changed_at)
        values (:report, :stage, :desk, :stars, :items::jsonb, :words, :now, :now)
        on conflict (report, stage) do update
           set stars = excluded.stars, items = excluded.items, words = excluded.words, changed_at = excluded.changed_at`,
})

export const ratingsOf = query({
  name: 'followup.ratings-of',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: StoredRating,
  sql: `select report, stage, stars, items, words, rated_at, changed_at from rating
         where report = any(:reports) order by rated_at, stage`,
})

export const addContest = query({
  name: 'followup.add-contest',
  takes: z.object({ report: z.string(), incident: z.string(), words: z.string(), now: z.string() }),
  sql: `insert into contest (report, incident, words, contested_at) values (:report, :incident, :words, :now)
        on conflict do nothing`,
})

export const contestOf = query({
  name: 'followup.contest-of',
  takes: z.object({ report: z.string() }),
  gives: z.object({ contestedAt: z.string() }),
  sql: `select contested_at from contest where report = :report`,
})

export const keepReach = query({
  name: 'followup.keep-reach',
  takes: z.object({
    report: z.string(),
    ways: z.array(z.string()),
    from: z.string(),
    until: z.string(),
    now: z.string(),
  }),
  sql: `insert into reach (report, ways, from_at, until_at, said_at) values (:report, :ways, :from, :until, :now)
        on conflict (report) do update
           set ways = excluded.ways, from_at = excluded.from_at, until_at = excluded.until_at, said_at = excluded.said_at`,
})

export const reachOf = query({
  name: 'followup.reach-of',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string(), ways: Reach.shape.ways, from: z.string(), until: z.string() }),
  sql: `select report, ways, from_at as from, until_at as until from reach where report = any(:reports)`,
})
