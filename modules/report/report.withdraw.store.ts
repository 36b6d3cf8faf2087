import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { pinFinds } from '@open110/modules/person'
import { Decision } from './report.withdraw.ts'

const Stored = z.object({
  id: z.string(),
  report: z.string(),
  at: z.string(),
  madeAt: z.optional(z.string()),
  how: z.enum(pinFinds),
  decision: z.optional(Decision),
  decidedBy: z.optional(z.string()),
  decidedAt: z.optional(z.string()),
  reason: z.optional(z.string()),
})
export type StoredWithdrawal = z.infer<typeof Stored>

export const addWithdrawal = query({
  name: 'report.add-withdrawal',
  takes: z.object({
    id: z.string(),
    report: z.string(),
    now: z.string(),
    madeAt: z.optional(z.string()),
    how: z.string(),
  }),
  sql: `insert into withdrawal (id, report, at, made_at, how) values (:id, :report, :now, :madeAt, :how)`,
})

/**
 * One statement whatever was typed, so that it takes as long. What is over already is not held back any more; that it was
 * asked for under duress is kept whatever has become of it.
 */
export const withhold = query({
  name: 'report.withhold',
  takes: z.object({ report: z.string(), now: z.string(), isDuress: z.boolean() }),
  sql: `update report set last_signal_at = greatest(last_signal_at, :now::timestamptz),
               withheld_since = coalesce(withheld_since, :now),
               urgency = case when :isDuress::boolean then 1 else urgency end,
               reasons = case when :isDuress::boolean and not 'duress' = any(reasons)
                              then array_append(reasons, 'duress') else reasons end,
               flags = array(select distinct unnest(flags || 'withdraw-asked'::text
                             || case when :isDuress::boolean then '{duress}'::text[] else '{}' end))
         where id = :report`,
})

/** Decided: the phone is told again, but for the phone of somebody under duress. */
export const release = query({
  name: 'report.release',
  takes: z.object({ report: z.string() }),
  sql: `update report set flags = array_remove(flags, 'withdraw-asked'),
               withheld_since = case when 'duress' = any(flags) then withheld_since end
         where id = :report`,
})

export const withdrawalsOf = query({
  name: 'report.withdrawals-of',
  takes: z.object({ report: z.string() }),
  gives: Stored,
  sql: `select id, report, at, made_at, how, decision, decided_by, decided_at, reason from withdrawal
         where report = :report order by at desc, id desc`,
})

export const withdrawalById = query({
  name: 'report.withdrawal-by-id',
  takes: z.object({ withdrawal: z.string() }),
  gives: Stored,
  sql: `select id, report, at, made_at, how, decision, decided_by, decided_at, reason from withdrawal
         where id = :withdrawal`,
})

/** What was asked several times is decided once. */
export const decide = query({
  name: 'report.decide-withdrawals',
  takes: z.object({
    report: z.string(),
    decision: Decision,
    by: z.string(),
    now: z.string(),
    reason: z.string(),
  }),
  sql: `update withdrawal set decision = :decision, decided_by = :by, decided_at = :now, reason = :reason
         where report = :report and decision is null`,
})
