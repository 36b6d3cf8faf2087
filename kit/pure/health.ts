import * as z from 'zod/mini'
import { route } from './route.ts'
import { Moment } from './time.ts'

/** `critical`: nothing can be kept durably, or nobody hears. `major`: something that people need is lost. `minor`: the rest. */
export const severities = ['critical', 'major', 'minor'] as const
export const Severity = z.enum(severities)
export type Severity = z.infer<typeof Severity>

export const Facts = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
export type Facts = z.infer<typeof Facts>

/** 降级 — a promised loss with a name: what cannot be done now, since when. Figures and places of the house only, nobody's data. */
export const Degradation = z.object({
  name: z.string(),
  severity: Severity,
  since: Moment,
  facts: Facts,
  /** One sentence each, for whoever reads it without a client. */
  zh: z.string(),
  en: z.string(),
})
export type Degradation = z.infer<typeof Degradation>

export const health = route({
  name: 'server.health',
  at: 'GET /api/v1/health',
  means:
    'What the service cannot do now, by name and since when. Answered from memory: also while the database is away.',
  who: ['anyone'],
  gives: z.object({ at: Moment, degraded: z.array(Degradation) }),
  admission: 'dialogue',
})

/** 迟滞 — one name while it is watched: how often in a row it was found or not, and since when it is said. */
export type Watched = {
  readonly bad: number
  readonly good: number
  readonly firstBadAt: Moment | undefined
  readonly saidSince: Moment | undefined
  readonly facts: Facts
}
export const wellSoFar: Watched = {
  bad: 0,
  good: 0,
  firstBadAt: undefined,
  saidSince: undefined,
  facts: {},
}

/**
 * One more look. It is said only after `raiseAfter` looks in a row that found it, and taken back only after `clearAfter`
 * that did not, so that nothing flickers; it counts from the first of those that found it.
 */
export function weigh(
  last: Watched,
  found: Facts | undefined,
  now: Moment,
  { raiseAfter, clearAfter }: { raiseAfter: number; clearAfter: number },
): Watched {
  if (found === undefined) {
    const good = last.good + 1
    const isOver = last.saidSince === undefined || good >= clearAfter
    return isOver ? { ...wellSoFar, good } : { ...last, bad: 0, good }
  }
  const bad = last.bad + 1
  const firstBadAt = last.bad === 0 ? (last.saidSince ?? now) : last.firstBadAt
  const saidSince = last.saidSince ?? (bad >= raiseAfter ? firstBadAt : undefined)
  return { bad, good: 0, firstBadAt, saidSince, facts: found }
}
