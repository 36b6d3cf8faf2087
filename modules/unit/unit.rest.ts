import * as z from 'zod/mini'
import type { restCauses } from './unit.ts'

/** 警力规则 — what a bureau lays down for its units; a field that is not said has the usual value. */
export const UnitPolicy = z.object({
  /** So long on a shift, and a unit should rest. */
  dutySeconds: z._default(z.number().check(z.minimum(3_600)), 10 * 3_600),
  /** So many slips without a pause of `restSeconds` between them, and it should rest for that long. */
  rowSlips: z._default(z.int().check(z.minimum(1)), 6),
  restSeconds: z._default(z.number().check(z.minimum(0)), 1_800),
  /** When a unit that should rest is offered all the same: at levels 1 and 2, always, or never. */
  restGivesWay: z._default(z.enum(['urgent', 'always', 'never']), 'urgent'),
  /** Positions are kept so many days; those of a unit with a slip stay with the incident. For all bureaus alike (`*`). */
  keepDays: z._default(z.int().check(z.minimum(1)), 90),
})
export type UnitPolicy = z.infer<typeof UnitPolicy>

export const defaultUnitPolicy: UnitPolicy = z.parse(UnitPolicy, {})

/** What of a unit's day says whether it should rest. */
export type Effort = {
  /** When its shift began; not a number when it has none. */
  readonly onDutyMs: number
  readonly rowSlips: number
  /** When the last slip of the row stopped asking anything of it. */
  readonly rowMs: number
}

export function restOf(
  { onDutyMs, rowSlips, rowMs }: Effort,
  policy: UnitPolicy,
  nowMs: number,
): (typeof restCauses)[number] | undefined {
  if (nowMs - onDutyMs >= policy.dutySeconds * 1_000) return 'long-duty'
  if (rowSlips >= policy.rowSlips && nowMs - rowMs < policy.restSeconds * 1_000) return 'slips-in-row'
  return undefined
}

/** The row after one more slip has stopped asking anything: a pause that was long enough begins it anew. */
export function rowAfter({ rowSlips, rowMs }: Effort, policy: UnitPolicy, nowMs: number): number {
  return nowMs - rowMs < policy.restSeconds * 1_000 ? rowSlips + 1 : 1
}

/** Whether a unit that should rest is offered for such an incident. */
export const restGivesWay = (policy: UnitPolicy, level: number): boolean =>
  policy.restGivesWay === 'always' || (policy.restGivesWay === 'urgent' && level <= 2)
