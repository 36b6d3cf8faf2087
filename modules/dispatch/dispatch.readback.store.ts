import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { ReadbackKind, SlipWord } from './dispatch.ts'

/** What open slips of an incident must read: everybody who is sent, but not those who are told nothing of the people. */
const sentOnes = `incident = :incident and kind <> 'task'
  and state in ('issued', 'signed', 'en-route', 'on-scene', 'scene-done', 'return-asked')`

export const addReadback = query({
  name: 'readback.add',
  takes: z.object({
    slip: z.string(),
    incident: z.string(),
    what: z.string(),
    at: z.string(),
    dueAt: z.string(),
  }),
  sql: `insert into slip_readback (slip, incident, what, at, due_at) values (:slip, :incident, :what, :at, :dueAt)`,
})

export const addReadbackForAll = query({
  name: 'readback.add-for-all',
  takes: z.object({
    incident: z.string(),
    what: z.string(),
    danger: z.optional(z.string()),
    at: z.string(),
    dueAt: z.string(),
  }),
  gives: z.object({ slip: z.string() }),
  sql: `insert into slip_readback (slip, incident, what, danger, at, due_at)
        select id, incident, :what, :danger, :at, :dueAt from slip where ${sentOnes} returning slip`,
})

export const markRead = query({
  name: 'readback.mark-read',
  takes: z.object({
    slip: z.string(),
    what: z.array(z.string()),
    upTo: z.string(),
    readAt: z.string(),
    by: z.string(),
  }),
  sql: `update slip_readback set read_at = :readAt, read_by = :by
         where slip = :slip and what = any(:what) and at <= :upTo and read_at is null`,
})

export const readbacksOf = query({
  name: 'readback.of-slips',
  takes: z.object({ slips: z.array(z.string()) }),
  gives: z.object({
    slip: z.string(),
    what: ReadbackKind,
    at: z.string(),
    danger: z.optional(z.string()),
    raisedAt: z.optional(z.string()),
  }),
  sql: `select slip, what, at, danger, raised_at from slip_readback
         where slip = any(:slips) and read_at is null order by id`,
})

/** How far each unit of an incident has read back what. */
export const readUpTo = query({
  name: 'readback.read-up-to',
  takes: z.object({ incident: z.string() }),
  gives: z.object({
    slip: z.string(),
    unit: z.string(),
    what: ReadbackKind,
    upTo: z.string(),
    readAt: z.string(),
  }),
  sql: `select r.slip, s.unit, r.what, max(r.at) as up_to, max(r.read_at) as read_at
          from slip_readback r join slip s on s.id = r.slip
         where r.incident = :incident and r.read_at is not null group by 1, 2, 3 order by 1, 3`,
})

/** What nobody has read in time, taken by one process; slips that have ended ask nothing any more. */
export const raiseUnread = query({
  name: 'readback.raise-unread',
  takes: z.object({ now: z.string() }),
  gives: z.object({
    slip: z.string(),
    incident: z.string(),
    desk: z.string(),
    unit: z.string(),
    what: ReadbackKind,
    at: z.string(),
  }),
  sql: `with due as (
          select id from slip_readback where read_at is null and raised_at is null and due_at <= :now
           order by due_at limit 500 for update skip locked
        ), raised as (
          update slip_readback r set raised_at = :now from due where r.id = due.id returning r.slip, r.what, r.at
        )
        select r.slip, s.incident, s.desk, s.unit, r.what, r.at from raised r join slip s on s.id = r.slip
         where s.state not in ('reported', 'closed', 'cancelled', 'returned') order by r.at`,
})

export const addWord = query({
  name: 'slip-word.add',
  takes: z.object({
    slip: z.string(),
    kind: z.string(),
    side: z.string(),
    words: z.optional(z.string()),
    at: z.string(),
    by: z.string(),
  }),
  gives: SlipWord,
  sql: `insert into slip_word (slip, kind, side, words, at, by) values (:slip, :kind, :side, :words, :at, :by)
        returning id, kind, side, words, at, by, read_at`,
})

export const wordsOf = query({
  name: 'slip-word.of-slips',
  takes: z.object({ slips: z.array(z.string()) }),
  gives: z.extend(SlipWord, { slip: z.string() }),
  sql: `select slip, id, kind, side, words, at, by, read_at from slip_word where slip = any(:slips) order by id`,
})

export const markWordsRead = query({
  name: 'slip-word.mark-read',
  takes: z.object({
    slip: z.string(),
    kind: z.array(z.string()),
    side: z.string(),
    upTo: z.string(),
    readAt: z.string(),
  }),
  sql: `update slip_word set read_at = :readAt
         where slip = :slip and kind = any(:kind) and side = :side and at <= :upTo and read_at is null`,
})

/** Dangers of which the units of an incident have not been told yet. */
export const noteDangers = query({
  name: 'slip-danger.note',
  takes: z.object({ incident: z.string(), dangers: z.array(z.string()), at: z.string() }),
  gives: z.object({ danger: z.string() }),
  sql: `insert into slip_danger (incident, danger, at) select :incident, danger, :at from unnest(:dangers::text[]) as danger
        on conflict do nothing returning danger`,
})

export const dangersOf = query({
  name: 'slip-danger.of',
  takes: z.object({ incident: z.string(), since: z.string() }),
  gives: z.object({ danger: z.string(), at: z.string() }),
  sql: `select danger, at from slip_danger where incident = :incident and at > :since order by at`,
})

export const hasOpen = query({
  name: 'dispatch.has-open',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ id: z.string() }),
  sql: `select id from slip where ${sentOnes} limit 1`,
})
