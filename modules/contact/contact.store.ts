import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Way } from './contact.ts'

const Stored = z.object({
  id: z.string(),
  report: z.string(),
  receiptCode: z.string(),
  desk: z.string(),
  way: Way,
  reason: z.string(),
  level: z.number(),
  byStaff: z.string(),
  byName: z.string(),
  at: z.string(),
  standsFrom: z.optional(z.string()),
  usedAt: z.optional(z.string()),
  endedAt: z.optional(z.string()),
  confirmedBy: z.optional(z.string()),
  confirmedName: z.optional(z.string()),
  confirmedAt: z.optional(z.string()),
})
export type StoredOverride = z.infer<typeof Stored>

const columns = `id, report, receipt_code, desk, way, reason, level, by_staff, by_name, at, stands_from, used_at, ended_at,
  confirmed_by, confirmed_name, confirmed_at`

export const addOverride = query({
  name: 'contact.add-override',
  takes: z.object({
    id: z.string(),
    report: z.string(),
    receiptCode: z.string(),
    desk: z.string(),
    way: Way,
    reason: z.string(),
    level: z.number(),
    staff: z.string(),
    name: z.string(),
    now: z.string(),
    standsFrom: z.optional(z.string()),
  }),
  gives: Stored,
  sql: `insert into contact_override (id, report, receipt_code, desk, way, reason, level, by_staff, by_name, at, stands_from)
        values (:id, :report, :receiptCode, :desk, :way, :reason, :level, :staff, :name, :now, :standsFrom)
        returning ${columns}`,
})

export const overrideById = query({
  name: 'contact.override-by-id',
  takes: z.object({ override: z.string() }),
  gives: Stored,
  sql: `select ${columns} from contact_override where id = :override`,
})

export const overrideForUpdate = query({
  name: 'contact.override-for-update',
  takes: z.object({ override: z.string() }),
  gives: Stored,
  sql: `select ${columns} from contact_override where id = :override for update`,
})

export const overridesOf = query({
  name: 'contact.overrides-of',
  takes: z.object({ report: z.string() }),
  gives: Stored,
  sql: `select ${columns} from contact_override where report = :report order by at desc, id desc limit 50`,
})

/** Level 1 stays until somebody has looked at it, however long ago it was over. */
export const waitingAt = query({
  name: 'contact.overrides-waiting-at',
  takes: z.object({ desk: z.string(), askedSince: z.string() }),
  gives: Stored,
  sql: `select ${columns} from contact_override
         where desk = :desk and confirmed_at is null
           and (stands_from is not null or (ended_at is null and at > :askedSince)) order by at limit 200`,
})

export const markConfirmed = query({
  name: 'contact.confirm-override',
  takes: z.object({
    override: z.string(),
    staff: z.string(),
    name: z.string(),
    now: z.string(),
  }),
  gives: Stored,
  sql: `update contact_override set confirmed_by = :staff, confirmed_name = :name, confirmed_at = :now,
               stands_from = coalesce(stands_from, :now)
         where id = :override returning ${columns}`,
})

/** Nobody has used it meanwhile: of two who take it at once one gets it. */
export const markUsed = query({
  name: 'contact.use-override',
  takes: z.object({ override: z.string(), now: z.string() }),
  gives: Stored,
  sql: `update contact_override set used_at = :now where id = :override and used_at is null and ended_at is null
        returning ${columns}`,
})

export const markEnded = query({
  name: 'contact.end-override',
  takes: z.object({ override: z.string(), staff: z.string(), now: z.string() }),
  gives: Stored,
  sql: `update contact_override set ended_at = :now, ended_by = :staff where id = :override returning ${columns}`,
})
