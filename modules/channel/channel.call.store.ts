import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { CallState, LinePlace } from './channel.ts'

export const StoredCall = z.object({
  id: z.string(),
  ref: z.string(),
  direction: z.enum(['in', 'out']),
  state: CallState,
  desk: z.string(),
  citizen: z.string(),
  report: z.optional(z.string()),
  called: z.string(),
  rangAt: z.string(),
  answeredAt: z.optional(z.string()),
  endedAt: z.optional(z.string()),
  ringMs: z.optional(z.number()),
  talkSeconds: z.optional(z.number()),
  staff: z.optional(z.string()),
  staffName: z.optional(z.string()),
  seat: z.optional(z.number()),
  recordingRef: z.optional(z.string()),
  place: z.optional(LinePlace),
})
export type StoredCall = z.infer<typeof StoredCall>

const columns = `id, ref, direction, state, desk, citizen, report, called, rang_at, answered_at, ended_at,
  ring_ms, talk_seconds, staff, staff_name, seat, recording_ref, place`

/** Told twice, it is the same call. */
export const addCall = query({
  name: 'channel.add-call',
  takes: z.object({
    id: z.string(),
    ref: z.string(),
    direction: z.string(),
    state: CallState,
    desk: z.string(),
    citizen: z.string(),
    report: z.optional(z.string()),
    called: z.string(),
    staff: z.optional(z.string()),
    staffName: z.optional(z.string()),
    seat: z.optional(z.number()),
    place: z.string(),
    now: z.string(),
  }),
  sql: `insert into phone_call (id, ref, direction, state, desk, citizen, report, called, rang_at, staff,
               staff_name, seat, place, answered_at)
        values (:id, :ref, :direction, :state, :desk, :citizen, :report, :called, :now, :staff, :staffName,
               :seat, nullif(:place::jsonb, 'null'::jsonb), case when :state::text = 'answered' then :now::timestamptz end)
        on conflict (ref) do nothing`,
})

export const callForUpdate = query({
  name: 'channel.call-for-update',
  takes: z.object({ call: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from phone_call where id = :call for update`,
})

export const callByRef = query({
  name: 'channel.call-by-ref',
  takes: z.object({ ref: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from phone_call where ref = :ref for update`,
})

export const markAnswered = query({
  name: 'channel.mark-answered',
  takes: z.object({
    call: z.string(),
    report: z.string(),
    staff: z.string(),
    name: z.string(),
    seat: z.number(),
    now: z.string(),
  }),
  sql: `update phone_call set state = 'answered', report = :report, answered_at = :now, staff = :staff, staff_name = :name,
               seat = :seat where id = :call`,
})

/** 振铃 — as the telephone system measured it between its own two moments; that clock may differ from ours. */
export const noteRing = query({
  name: 'channel.note-ring',
  takes: z.object({ call: z.string(), ringMs: z.number() }),
  sql: `update phone_call set ring_ms = :ringMs where id = :call and ring_ms is null`,
})

export const markEnded = query({
  name: 'channel.mark-ended',
  takes: z.object({
    call: z.string(),
    state: CallState,
    report: z.optional(z.string()),
    talkSeconds: z.optional(z.number()),
    recordingRef: z.optional(z.string()),
    now: z.string(),
  }),
  sql: `update phone_call set state = :state, ended_at = :now, report = coalesce(report, :report), talk_seconds = :talkSeconds,
               recording_ref = coalesce(:recordingRef, recording_ref) where id = :call`,
})

/** What rings or talks at a desk, the oldest first. */
export const callsOfDesk = query({
  name: 'channel.calls-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from phone_call where desk = :desk and state in ('ringing', 'answered') order by rang_at limit 50`,
})

export const callsOfReport = query({
  name: 'channel.calls-of-report',
  takes: z.object({ report: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from phone_call where report = :report order by rang_at`,
})

/** Rings of which no end was ever told: the telephone system was away when they ended. */
export const callsForgotten = query({
  name: 'channel.calls-forgotten',
  takes: z.object({ ringingBefore: z.string(), talkingBefore: z.string() }),
  gives: z.object({ ref: z.string() }),
  sql: `select ref from phone_call where (state = 'ringing' and rang_at < :ringingBefore)
            or (state = 'answered' and rang_at < :talkingBefore) order by rang_at limit 50`,
})
