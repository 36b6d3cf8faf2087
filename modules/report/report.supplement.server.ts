import type { Ids } from '@open110/kit/ids'
import type { Reader, Tx } from '@open110/kit/server/db'
import { normaliseFix } from '@open110/modules/place/fix'
import { reportSupplemented } from './report.events.ts'
import { fixRow } from './report.fix.ts'
import type { Reports } from './report.server.ts'
import * as store from './report.store.ts'
import type { NewFix } from './report.ts'

/** 补充 — laid beside the original, by whatever door it comes; whoever is under way hears of it. */
export async function addSupplement(
  near: {
    ids: Ids
    reports: Pick<Reports, 'heard' | 'about'>
    unitsOf: (db: Reader, incident: string) => Promise<string[]>
  },
  tx: Tx,
  report: Pick<store.Stored, 'id' | 'citizen' | 'desk' | 'incident'>,
  said: { words?: string | undefined; fix?: NewFix | undefined },
  now: string,
): Promise<string> {
  const { ids, reports } = near
  const id = ids.make('sp')
  const fix = said.fix && normaliseFix(said.fix)
  await tx.run(store.addSupplement, { id, report: report.id, words: said.words, now })
  if (fix && fix.state !== 'no-fix')
    await tx.run(store.addFix, fixRow(ids.make('fx'), report.id, 'fix', fix, now))
  await reports.heard(tx, report.id, { words: said.words }, now)
  tx.emit(reportSupplemented, now, {
    ...reports.about(report),
    supplement: id,
    incident: report.incident,
    units: report.incident ? await near.unitsOf(tx, report.incident) : [],
  })
  return id
}
