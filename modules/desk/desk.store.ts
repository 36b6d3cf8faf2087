import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

export const StoredSeat = z.object({
  desk: z.string(),
  seat: z.number(),
  staff: z.optional(z.string()),
  staffName: z.optional(z.string()),
  signedInAt: z.optional(z.string()),
  lastBeatAt: z.optional(z.string()),
  silentSince: z.optional(z.string()),
})
export type StoredSeat = z.infer<typeof StoredSeat>
const columns = 'desk, seat, staff, staff_name, signed_in_at, last_beat_at, silent_since'

export const deskById = query({
  name: 'desk.by-id',
  takes: z.object({ desk: z.string() }),
  gives: z.object({
    id: z.string(),
    name: z.string(),
    division: z.string(),
    superior: z.optional(z.string()),
  }),
  sql: `select id, name, division, superior from desk where id = :desk`,
})

export const addDesk = query({
  name: 'desk.add',
  takes: z.object({
    id: z.string(),
    name: z.string(),
    division: z.string(),
    superior: z.optional(z.string()),
  }),
  sql: `insert into desk (id, name, division, superior) values (:id, :name, :division, :superior) on conflict do nothing`,
})

export const addSeat = query({
  name: 'desk.add-seat',
  takes: z.object({ desk: z.string(), seat: z.number() }),
  sql: `insert into seat (desk, seat) values (:desk, :seat) on conflict do nothing`,
})

export const seatsOfDesk = query({
  name: 'desk.seats',
  takes: z.object({ desk: z.string() }),
  gives: StoredSeat,
  sql: `select ${columns} from seat where desk = :desk order by seat`,
})

export const seatForUpdate = query({
  name: 'desk.seat-for-update',
  takes: z.object({ desk: z.string(), seat: z.number() }),
  gives: StoredSeat,
  sql: `select ${columns} from seat where desk = :desk and seat = :seat for update`,
})

export const seatOfStaff = query({
  name: 'desk.seat-of-staff',
  takes: z.object({ staff: z.string() }),
  gives: StoredSeat,
  sql: `select ${columns} from seat where staff = :staff`,
})

/** One person sits down once at a time: two presses on two seats wait for each other. */
export const holdPerson = query({
  name: 'desk.hold-person',
  takes: z.object({ staff: z.string() }),
  sql: `select pg_advisory_xact_lock(hashtextextended(:staff, 110))`,
})

export const takeSeat = query({
  name: 'desk.take-seat',
  takes: z.object({
    desk: z.string(),
    seat: z.number(),
    staff: z.string(),
    name: z.string(),
    now: z.string(),
    /** The same moment for a console that has yet to be heard. */
    mark: z.string(),
  }),
  sql: `update seat set staff = :staff, staff_name = :name, signed_in_at = :now, last_beat_at = :mark, silent_since = null
         where desk = :desk and seat = :seat`,
})

export const leaveSeat = query({
  name: 'desk.leave-seat',
  takes: z.object({ staff: z.string() }),
  gives: z.object({ desk: z.string(), seat: z.number() }),
  sql: `update seat set staff = null, staff_name = null, signed_in_at = null, last_beat_at = null, silent_since = null
         where staff = :staff returning desk, seat`,
})

export const beat = query({
  name: 'desk.beat',
  takes: z.object({ staff: z.string(), now: z.string() }),
  gives: z.object({ desk: z.string(), seat: z.number(), wasSilent: z.boolean() }),
  sql: `with before as (select desk, seat, silent_since is not null as was_silent from seat where staff = :staff for update)
        update seat s set last_beat_at = :now, silent_since = null from before b
         where s.desk = b.desk and s.seat = b.seat returning s.desk, s.seat, b.was_silent`,
})

/** Seats with somebody whose silence would be news. */
export const seatsHeard = query({
  name: 'desk.seats-heard',
  gives: StoredSeat,
  sql: `select ${columns} from seat where staff is not null and silent_since is null`,
})

/** Silent only if nothing was heard of it since it was looked at. */
export const markSilent = query({
  name: 'desk.mark-silent',
  takes: z.object({
    desk: z.string(),
    seat: z.number(),
    staff: z.string(),
    mark: z.string(),
    now: z.string(),
  }),
  sql: `update seat set silent_since = :now
         where desk = :desk and seat = :seat and staff = :staff and last_beat_at = :mark and silent_since is null`,
})

export const liveSeats = query({
  name: 'desk.live-seats',
  takes: z.object({ desk: z.string() }),
  gives: z.object({ count: z.number() }),
  sql: `select count(*)::int as count from seat where desk = :desk and staff is not null and silent_since is null`,
})

/** Desks at which nobody is heard. */
export const desksUnstaffed = query({
  name: 'desk.unstaffed',
  gives: z.object({ id: z.string() }),
  sql: `select d.id from desk d
         where not exists (select from seat s where s.desk = d.id and s.staff is not null and s.silent_since is null)
         order by d.id`,
})

export const policyAt = query({
  name: 'desk.policy-at',
  takes: z.object({ desk: z.string(), now: z.string() }),
  gives: z.object({ policy: z.record(z.string(), z.unknown()) }),
  sql: `select policy from desk_policy where desk in (:desk, '*') and valid_from <= :now
         order by (desk = '*'), valid_from desc limit 1`,
})

export const addPolicy = query({
  name: 'desk.add-policy',
  takes: z.object({ desk: z.string(), validFrom: z.string(), policy: z.string() }),
  sql: `insert into desk_policy (desk, valid_from, policy) values (:desk, :validFrom, :policy::jsonb) on conflict do nothing`,
})

/** What a report needs to know of its desk, in one look. */
export const deskNow = query({
  name: 'desk.now',
  takes: z.object({ desk: z.string(), now: z.string() }),
  gives: z.object({
    name: z.string(),
    policy: z.optional(z.record(z.string(), z.unknown())),
    isStaffed: z.boolean(),
  }),
  sql: `select d.name,
               (select p.policy from desk_policy p where p.desk in (d.id, '*') and p.valid_from <= :now
                 order by (p.desk = '*'), p.valid_from desc limit 1) as policy,
               exists (select from seat s where s.desk = d.id and s.staff is not null and s.silent_since is null) as is_staffed
          from desk d where d.id = :desk`,
})
