import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

const Lock = z.object({ staff: z.string(), staffName: z.string(), until: z.string() })

export const lockOf = query({
  name: 'incident.lock-of',
  takes: z.object({ incident: z.string(), now: z.string() }),
  gives: Lock,
  sql: `select staff, staff_name, until from incident_lock where incident = :incident and until > :now`,
})

export const takeLock = query({
  name: 'incident.take-lock',
  takes: z.object({
    incident: z.string(),
    staff: z.string(),
    name: z.string(),
    desk: z.string(),
    seat: z.optional(z.number()),
    until: z.string(),
  }),
  sql: `insert into incident_lock (incident, staff, staff_name, desk, seat, until)
        values (:incident, :staff, :name, :desk, :seat, :until)
        on conflict (incident) do update set staff = :staff, staff_name = :name, desk = :desk, seat = :seat, until = :until`,
})

export const freeLock = query({
  name: 'incident.free-lock',
  takes: z.object({ incident: z.string(), staff: z.string() }),
  sql: `delete from incident_lock where incident = :incident and staff = :staff`,
})

const Freed = z.object({ incident: z.string(), desk: z.string(), staff: z.string() })

/** The seat is left or silent: whoever sat there edits no more. */
export const freeSeatsLocks = query({
  name: 'incident.free-seats-locks',
  takes: z.object({ desk: z.string(), seat: z.number() }),
  gives: Freed,
  sql: `delete from incident_lock where desk = :desk and seat = :seat returning incident, desk, staff`,
})

export const freeOldLocks = query({
  name: 'incident.free-old-locks',
  takes: z.object({ now: z.string() }),
  gives: Freed,
  sql: `delete from incident_lock where incident in
          (select incident from incident_lock where until <= :now limit 100 for update skip locked)
        returning incident, desk, staff`,
})

const Ask = z.object({ move: z.string(), staff: z.string(), staffName: z.string(), askedAt: z.string() })

export const asksOf = query({
  name: 'incident.asks-of',
  takes: z.object({ incident: z.string(), since: z.string() }),
  gives: Ask,
  sql: `select move, staff, staff_name, asked_at from incident_ask where incident = :incident and asked_at > :since`,
})

export const keepAsk = query({
  name: 'incident.keep-ask',
  takes: z.object({
    incident: z.string(),
    move: z.string(),
    staff: z.string(),
    name: z.string(),
    now: z.string(),
  }),
  sql: `insert into incident_ask (incident, move, staff, staff_name, asked_at)
        values (:incident, :move, :staff, :name, :now)
        on conflict (incident, move) do update set staff = :staff, staff_name = :name, asked_at = :now`,
})

/** It was done, or the incident has moved on: nothing is waited for any more. */
export const forgetAsks = query({
  name: 'incident.forget-asks',
  takes: z.object({ incident: z.string() }),
  sql: `delete from incident_ask where incident = :incident`,
})
