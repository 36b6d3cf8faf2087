import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import type { Clock } from '@open110/kit/time'
import { sealNext } from './audit.seal.store.ts'

export function auditSweeps(given: { db: Database; clock: Clock }): Sweep[] {
  return [{ name: 'audit.seal', everyMs: 10_000, run: () => sealNext(given.db, given.clock.now()) }]
}
