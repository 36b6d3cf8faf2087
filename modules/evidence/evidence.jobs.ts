import type { Sweep } from '@open110/kit/server/jobs'
import type { Evidence } from './evidence.server.ts'

/** 制作视图 — copies for looking at, one after another, never in a request. */
export function evidenceSweeps(given: { evidence: Evidence }): Sweep[] {
  return [{ name: 'evidence.views', everyMs: 500, run: () => given.evidence.makeNextView() }]
}
