import { isDatasFault, openGroup, type Database, type Reader } from '@open110/kit/server/db'
import { momentOf } from '@open110/kit/time'
import type { KeptFix } from './unit.fix.ts'
import * as store from './unit.fix.store.ts'

/** What one unit sent at once. */
export type Batch = { readonly seq: number; readonly isBound: boolean; readonly fixes: readonly KeptFix[] }

export type Intake = ReturnType<typeof openIntake>

/**
 * 定位入库 — what comes while a round is on its way goes together in the next, so that two thousand positions a second are
 * a few dozen statements.
 */
export function openIntake(given: { db: Database; now: () => string; by: string }) {
  const db = given.db.of('query')
  const days = new Set<string>()

  async function keep(on: Reader, batches: readonly Batch[], isPassing: boolean): Promise<void> {
    const now = given.now()
    const day = now.slice(0, 10)
    if (!days.has(day)) {
      await db.run(store.makeDay, { day })
      days.clear()
      days.add(day)
    }
    const rows = batches
      .flatMap(({ seq, isBound, fixes }) => fixes.map((fix) => ({ seq, isBound, fix })))
      .toSorted((a, b) => a.seq - b.seq)
    if (rows.length === 0) return
    await on.run(store.keepFixes, {
      seqs: rows.map(({ seq }) => seq),
      ats: rows.map(({ fix }) => momentOf(fix.atMs)),
      lngs: rows.map(({ fix }) => fix.lng),
      lats: rows.map(({ fix }) => fix.lat),
      crs: rows.map(({ fix }) => fix.crs ?? null),
      rawLngs: rows.map(({ fix }) => fix.rawLng ?? null),
      rawLats: rows.map(({ fix }) => fix.rawLat ?? null),
      accuracies: rows.map(({ fix }) => fix.accuracyMetres ?? null),
      bound: rows.map(({ isBound }) => isBound),
      now,
      by: isPassing ? given.by : 'a step',
      isPassing,
    })
  }

  const group = openGroup<Batch, undefined>({
    lanes: 1,
    most: 256,
    isOnesFault: isDatasFault,
    async work(batches) {
      await keep(db, batches, true)
      return batches.map(() => undefined)
    },
  })

  return {
    put: (batch: Batch) => group.put(batch),
    /** Within somebody's transaction, and as durable as that. */
    keepWith: (tx: Reader, batch: Batch) => keep(tx, [batch], false),
  }
}
