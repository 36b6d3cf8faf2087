import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import {
  FeedbackDraft,
  FeedbackId,
  FeedbackState,
  FeedbackType,
  feedbackCounts,
  type FeedbackCount,
} from './dispatch.ts'

const StoredFeedback = z.object({
  id: FeedbackId,
  number: z.optional(z.string()),
  slip: z.string(),
  incident: z.string(),
  desk: z.string(),
  unit: z.string(),
  type: FeedbackType,
  state: FeedbackState,
  content: FeedbackDraft,
  lng: z.optional(z.number()),
  lat: z.optional(z.number()),
  happenedAt: z.string(),
  submittedAt: z.optional(z.string()),
  submittedBy: z.optional(z.string()),
  sentBackReason: z.optional(z.string()),
  missing: z.array(z.string()),
  acceptedAt: z.optional(z.string()),
  acceptedBy: z.optional(z.string()),
})
export type StoredFeedback = z.infer<typeof StoredFeedback>

const columns = `id, number, slip, incident, desk, unit, type, state, content, lng, lat, happened_at, submitted_at,
  submitted_by, sent_back_reason, missing, accepted_at, accepted_by`

export const addFeedback = query({
  name: 'feedback.add',
  takes: z.object({
    id: z.string(),
    slip: z.string(),
    incident: z.string(),
    desk: z.string(),
    unit: z.string(),
    type: z.string(),
    happenedAt: z.string(),
  }),
  sql: `insert into feedback (id, slip, incident, desk, unit, type, state, content, happened_at)
        values (:id, :slip, :incident, :desk, :unit, :type, 'draft', '{}', :happenedAt)`,
})

export const feedbackById = query({
  name: 'feedback.by-id',
  takes: z.object({ feedback: z.string() }),
  gives: StoredFeedback,
  sql: `select ${columns} from feedback where id = :feedback`,
})

export const feedbacksOf = query({
  name: 'feedback.of-slips',
  takes: z.object({ slips: z.array(z.string()) }),
  gives: StoredFeedback,
  sql: `select ${columns} from feedback where slip = any(:slips) order by happened_at, id`,
})

/** What officers wrote for whoever reported; before it is accepted it may still be taken back. */
export const saidToReporters = query({
  name: 'feedback.said-to-reporters',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ at: z.string(), words: z.string() }),
  sql: `select accepted_at as at, content->>'forReporter' as words from feedback
         where incident = :incident and state = 'accepted' and content->>'forReporter' <> '' order by accepted_at, id`,
})

export const saveContent = query({
  name: 'feedback.save-content',
  takes: z.object({
    feedback: z.string(),
    content: z.string(),
    lng: z.optional(z.number()),
    lat: z.optional(z.number()),
    happenedAt: z.string(),
  }),
  sql: `update feedback set content = :content::jsonb, lng = coalesce(:lng, lng), lat = coalesce(:lat, lat),
               happened_at = :happenedAt where id = :feedback`,
})

/** The number is given once, when it is submitted first: drafts that are thrown away leave no gap. */
export const markSubmitted = query({
  name: 'feedback.mark-submitted',
  takes: z.object({
    feedback: z.string(),
    prefix: z.string(),
    category: z.optional(z.string()),
    now: z.string(),
    by: z.string(),
  }),
  sql: `update feedback f set state = 'submitted', submitted_at = :now, submitted_by = :by, missing = '{}',
               sent_back_reason = null, category = :category,
               number = coalesce(f.number, :prefix || lpad((1 + (select count(*) from feedback o
                 where o.incident = f.incident and o.number is not null))::text, 2, '0'))
         where f.id = :feedback`,
})

export const markAccepted = query({
  name: 'feedback.mark-accepted',
  takes: z.object({ feedback: z.string(), now: z.string(), by: z.string() }),
  sql: `update feedback set state = 'accepted', accepted_at = :now, accepted_by = :by where id = :feedback`,
})

export const markSentBack = query({
  name: 'feedback.mark-sent-back',
  takes: z.object({ feedback: z.string(), reason: z.optional(z.string()), missing: z.array(z.string()) }),
  sql: `update feedback set state = 'sent-back', sent_back_reason = :reason, missing = :missing where id = :feedback`,
})

export const dropDrafts = query({
  name: 'feedback.drop-drafts',
  takes: z.object({ slip: z.string() }),
  sql: `delete from feedback where slip = :slip and state = 'draft'`,
})

const sum = (name: FeedbackCount) =>
  `coalesce(sum((content->>'${name}')::numeric), 0)::float8 as ${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`

const Sum = z.object({
  category: z.optional(z.string()),
  feedbacks: z.number(),
  ...(Object.fromEntries(feedbackCounts.map((name) => [name, z.number()])) as Record<
    FeedbackCount,
    z.ZodMiniNumber
  >),
})
export type Sum = z.infer<typeof Sum>

/** By category, and with no category the sum of all: both from the same rows, added up apart. */
export const sumsOf = query({
  name: 'feedback.sums',
  takes: z.object({ desk: z.string(), from: z.string(), to: z.string() }),
  gives: Sum,
  sql: `select case when grouping(coalesce(category, '')) = 0 then coalesce(category, '') end as category,
               count(*)::int as feedbacks, ${feedbackCounts.map(sum).join(', ')}
          from feedback
         where desk = :desk and happened_at >= :from and happened_at < :to
           and type in ('final', 'joint') and state in ('submitted', 'accepted')
         group by grouping sets ((coalesce(category, '')), ())`,
})
