import type { Reader } from '@open110/kit/server/db'
import { plusSeconds, secondsBetween } from '@open110/kit/time'
import type { Need } from '@open110/modules/person'
import { queueRowOf } from './report.card.server.ts'
import type { Neighbours } from './report.routes.ts'
import { lastSupplements, queueOfDesk, type Stored } from './report.store.ts'
import { byTurn, isOffered, openReportStates, type QueueRow } from './report.ts'
import { openUrges } from './report.urge.store.ts'

/** How long an ended report stays in sight of the desk. */
const endedSeconds = 1_800
const mostRows = 5_000

/** 待处理队列 — what a desk sees, in the order in which it should act. */
export function openQueue(
  near: Pick<Neighbours, 'seatState' | 'unreadOf'> & {
    needsOf: (db: Reader, citizens: readonly string[]) => Promise<ReadonlyMap<string, Need[]>>
    incidentStates: (db: Reader, incidents: readonly string[]) => Promise<ReadonlyMap<string, string>>
  },
) {
  return async (db: Reader, desk: string, now: string): Promise<QueueRow[]> => {
    const reports = await db.all(queueOfDesk, {
      desk,
      endedAfter: plusSeconds(now, -endedSeconds),
      limit: mostRows,
    })
    const seatState = await near.seatState(db, desk)
    const unread = await near.unreadOf(
      db,
      reports.map(({ id }) => id),
      'desk',
    )
    const needs = await near.needsOf(db, [...new Set(reports.map(({ citizen }) => citizen))])
    const states = await near.incidentStates(
      db,
      reports.flatMap(({ incident }) => incident ?? []),
    )
    const open = reports.filter(({ state }) => openReportStates.some((each) => each === state))
    const of = { reports: open.map(({ id }) => id) }
    const urged = new Map((await db.all(openUrges, of)).map(({ report, at }) => [report, at]))
    const added = new Map((await db.all(lastSupplements, of)).map(({ report, at }) => [report, at]))
    const waited = (report: Stored, until: string) => Math.max(0, secondsBetween(report.deliveredAt, until))
    const rows = reports.map((report) => {
      const incidentState = report.incident && states.get(report.incident)
      const row = queueRowOf(
        report,
        {
          needs: needs.get(report.citizen) ?? [],
          unread: unread.get(report.id) ?? 0,
          incidentState,
          waitedSeconds: waited(report, report.receivedAt ?? now),
          isRepeat: report.repeats || undefined,
          // Whoever is there has answered "nobody has come yet".
          urgedAt: isThere(incidentState) ? undefined : urged.get(report.id),
          supplementedAt: added.get(report.id),
        },
        seatState,
      )
      return isOffered(row) ? { ...row, waitedSeconds: waited(report, now) } : row
    })
    return rows.toSorted(byTurn)
  }
}

function isThere(incident: string | undefined): boolean {
  return incident === 'on-scene' || incident === 'scene-done' || incident === 'reported'
}
