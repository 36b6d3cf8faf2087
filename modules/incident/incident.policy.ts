import * as z from 'zod/mini'

/** 警情策略 — how long anything about an incident holds. City data with effective dates, never code (promise 9). */
export const IncidentPolicy = z.object({
  /** 存档 — so many days after closing an incident is put on the shelf. */
  archiveAfterDays: z.number().check(z.minimum(1)),
  /** 重新激活 — so long a closed incident may be taken up again (domain §3.4). */
  reviveWithinDays: z.number().check(z.minimum(1)),
  /** 双人确认 — so long the second person has to press as well. */
  secondPersonSeconds: z.number().check(z.minimum(1)),
  /** 编辑锁 — so long a record stays somebody's without a further sign of editing. */
  lockSeconds: z.number().check(z.minimum(1)),
})
export type IncidentPolicy = z.infer<typeof IncidentPolicy>

export const defaultPolicy: IncidentPolicy = {
  archiveAfterDays: 30,
  reviveWithinDays: 30,
  secondPersonSeconds: 600,
  lockSeconds: 60,
}

/** What a city leaves out or has written wrongly is the default. */
export function policyFrom(own: Readonly<Record<string, unknown>> | undefined): IncidentPolicy {
  const read = z.safeParse(z.partial(IncidentPolicy), own ?? {})
  return read.success ? { ...defaultPolicy, ...read.data } : defaultPolicy
}

/** 特急 — first recorded or found as level 1: then one person alone does not find it invalid (domain §3.4). */
export function isGrave(incident: { levelInitial: number; levelConfirmed?: number | undefined }): boolean {
  return incident.levelInitial === 1 || incident.levelConfirmed === 1
}
