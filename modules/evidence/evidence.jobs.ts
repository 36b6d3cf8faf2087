import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import { sweepLanding } from './evidence.landing.server.ts'
import type { Evidence } from './evidence.server.ts'

/** A phone that died comes back within days; after that it begins anew, for it still has everything. */
const lapseSeconds = 7 * 86_400

/** 制作视图 — copies for looking at, never in a request. A clip takes minutes: photos do not wait behind it. */
export function evidenceSweeps(given: { evidence: Evidence; clock: Clock; landing: string }): Sweep[] {
  const { evidence, clock } = given
  return [
    { name: 'evidence.photo-views', everyMs: 500, run: () => evidence.makeNextView(['photo', 'file']) },
    { name: 'evidence.clip-views', everyMs: 500, run: () => evidence.makeNextView(['video', 'voice']) },
    { name: 'evidence.given-up', everyMs: 60_000, run: () => evidence.giveUpNext() },
    {
      name: 'evidence.lapse',
      everyMs: 3_600_000,
      run: () => sweepLanding(given.landing, new Date(plusSeconds(clock.now(), -lapseSeconds))),
    },
  ]
}
