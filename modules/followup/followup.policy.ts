import * as z from 'zod/mini'
import type { FollowUpReason } from './followup.ts'

/** 回访口径 — what is come back to, and how soon. City data with effective dates, never code. */
export const FollowUpPolicy = z.object({
  majorLevels: z.array(z.number()),
  majorDangers: z.array(z.string()),
  /** By the first figures of the category. */
  majorCategories: z.array(z.string()),
  /** 抽查 — so many of a hundred of the others. */
  samplePercent: z.number(),
  /** So many stars or fewer are somebody who is not satisfied. */
  dissatisfiedStars: z.number(),
  dueHours: z.object({
    major: z.number(),
    sample: z.number(),
    dissatisfied: z.number(),
    contested: z.number(),
  }),
  /** So often somebody is tried before they count as not to be reached. */
  attempts: z.number(),
  /** For so long after it was given a rating may be changed. */
  rateChangeSeconds: z.number(),
})
export type FollowUpPolicy = z.infer<typeof FollowUpPolicy>

export const defaultFollowUpPolicy: FollowUpPolicy = {
  majorLevels: [1],
  majorDangers: ['gun', 'explosive', 'dead', 'crowd'],
  majorCategories: ['1001', '1006', '1007', '40'],
  samplePercent: 2,
  dissatisfiedStars: 2,
  dueHours: { major: 24, sample: 72, dissatisfied: 24, contested: 4 },
  attempts: 3,
  rateChangeSeconds: 600,
}

/** What a city has written, over the defaults. What it has written so that nobody can read it counts as not written. */
export function policyFrom(own: Readonly<Record<string, unknown>> | undefined): FollowUpPolicy {
  const whole = z.safeParse(FollowUpPolicy, { ...defaultFollowUpPolicy, ...own })
  if (whole.success) return whole.data
  const wrong = new Set(whole.error.issues.map(({ path }) => String(path[0])))
  const right = Object.entries(own ?? {}).filter(([key]) => !wrong.has(key))
  return z.parse(FollowUpPolicy, { ...defaultFollowUpPolicy, ...Object.fromEntries(right) })
}

/** 重大 — by its level, by a danger, or by its category. */
export function isMajor(
  incident: { level: number; category: string; dangers: readonly string[] },
  policy: FollowUpPolicy,
): boolean {
  return (
    policy.majorLevels.includes(incident.level) ||
    incident.dangers.some((danger) => policy.majorDangers.includes(danger)) ||
    policy.majorCategories.some((code) => incident.category.startsWith(code))
  )
}

/** 抽查 — the same incident is always drawn or never, whoever asks and however often. */
export function isSampled(incident: string, percent: number): boolean {
  // FNV-1a, so that neighbouring ids fall far apart.
  let hash = 0x811c9dc5
  for (let at = 0; at < incident.length; at++)
    hash = Math.imul(hash ^ incident.charCodeAt(at), 0x01000193) >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0
  return ((hash ^ (hash >>> 13)) >>> 0) % 10_000 < percent * 100
}

/** Why an incident that has just been closed is come back to, or that it is not. */
export function reasonAtClose(
  incident: { id: string; level: number; category: string; dangers: readonly string[] },
  policy: FollowUpPolicy,
): Extract<FollowUpReason, 'major' | 'sample'> | undefined {
  if (isMajor(incident, policy)) return 'major'
  return isSampled(incident.id, policy.samplePercent) ? 'sample' : undefined
}
