import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Handover } from './desk.handover.ts'

const columns = `id, desk, seat, outgoing, outgoing_name, made_at, notes, items, counts, state, incoming_name, ended_at`

/** Whoever hands over once more says it anew; the older sheet is taken back. */
export const withdrawOlder = query({
  name: 'desk.withdraw-older-handover',
  takes: z.object({ staff: z.string(), now: z.string() }),
  sql: `update handover set state = 'withdrawn', ended_at = :now where outgoing = :staff and state = 'open'`,
})

export const addHandover = query({
  name: 'desk.add-handover',
  takes: z.object({
    id: z.string(),
    desk: z.string(),
    seat: z.optional(z.number()),
    staff: z.string(),
    name: z.string(),
    now: z.string(),
    notes: z.string(),
    items: z.string(),
    counts: z.string(),
  }),
  gives: Handover,
  sql: `insert into handover (id, desk, seat, outgoing, outgoing_name, made_at, notes, items, counts, state)
        values (:id, :desk, :seat, :staff, :name, :now, :notes, :items::jsonb, :counts::jsonb, 'open')
        returning ${columns}`,
})

export const handoverForUpdate = query({
  name: 'desk.handover-for-update',
  takes: z.object({ handover: z.string() }),
  gives: Handover,
  sql: `select ${columns} from handover where id = :handover for update`,
})

export const endHandover = query({
  name: 'desk.end-handover',
  takes: z.object({
    handover: z.string(),
    state: z.string(),
    incoming: z.optional(z.string()),
    name: z.optional(z.string()),
    now: z.string(),
  }),
  gives: Handover,
  sql: `update handover set state = :state, incoming = :incoming, incoming_name = :name, ended_at = :now
         where id = :handover returning ${columns}`,
})

export const handoversOfDesk = query({
  name: 'desk.handovers-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: Handover,
  sql: `select ${columns} from handover where desk = :desk order by state <> 'open', made_at desc limit 100`,
})
