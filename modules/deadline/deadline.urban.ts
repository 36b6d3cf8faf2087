import type { DeadlinePolicy } from './deadline.policy.ts'
import type { UrbanClass } from './deadline.ts'

/**
 * 城区·城郊·农村 — of a place, by its station or its division. There is no public list; until a bureau gives its own in the
 * policy, the division's code decides: a district (01–20, 51–80) is 城区, a county-level city (81–99) 城郊, a county 农村.
 * A place nobody knows is held to the shortest limit.
 */
export function urbanClassOf(
  at: { readonly station?: string | undefined; readonly division?: string | undefined },
  policy: Pick<DeadlinePolicy, 'urbanClasses'>,
): UrbanClass {
  const own = policy.urbanClasses
  const said = (at.station && own[at.station]) || (at.division && own[at.division])
  if (said) return said
  const county = Number(at.division?.slice(4) ?? Number.NaN)
  if (county >= 81) return 'suburb'
  if (county >= 21 && county <= 50) return 'rural'
  return 'urban'
}
