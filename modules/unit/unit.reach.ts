import { staffOf } from '@open110/modules/staff'

type Me = Parameters<typeof staffOf>[0] & { readonly allows: readonly string[] }

/** Whether this person may act for the unit: its own people, or a dispatcher of its bureau, who says why. */
export function mayMove<Held extends { readonly id: string; readonly org: string }>(
  me: Me,
  unit: Held | undefined,
): { unit: Held; isOwn: boolean } | undefined {
  if (!unit) return undefined
  const staff = staffOf(me)
  const isOwn = me.allows.includes('unit.work') && staff.unit === unit.id
  const isDesk = me.allows.includes('dispatch.work') && staff.org === unit.org
  return isOwn || isDesk ? { unit, isOwn } : undefined
}
