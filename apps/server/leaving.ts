import type { Reader } from '@open110/kit/server/db'
import { countsOfDesk } from '@open110/modules/deadline/server'
import type { HandoverItem } from '@open110/modules/desk/handover'
import type { Leaving } from '@open110/modules/desk/server'
import type { Escalations } from '@open110/modules/escalation/server'
import { openAtDesk } from '@open110/modules/followup/server'
import type { Incidents } from '@open110/modules/incident/server'
import type { Reports } from '@open110/modules/report/server'
import type { Threads } from '@open110/modules/thread/server'

/** 交接事项 — what a person leaves open, told by the modules that it belongs to, and passed on by them. */
export function leavingOf(near: {
  incidents: Pick<Incidents, 'ownedBy' | 'passOn'>
  reports: Pick<Reports, 'ownedBy' | 'passOn' | 'ofIncident'>
  threads: Pick<Threads, 'unreadOf'>
  escalations: Pick<Escalations, 'openOf'>
}): Leaving {
  async function itemsOf(db: Reader, desk: string, staff: string): Promise<HandoverItem[]> {
    const [incidents, reports] = await Promise.all([
      near.incidents.ownedBy(db, desk, staff),
      near.reports.ownedBy(db, desk, staff),
    ])
    return [
      ...incidents.map(({ id, number, level, state, gist, place, acceptedAt }) => ({
        kind: 'incident' as const,
        id,
        number,
        level,
        state,
        gist,
        place,
        since: acceptedAt,
      })),
      ...reports.map(({ id, receiptCode, state, gist, placeWords, deliveredAt }) => ({
        kind: 'report' as const,
        id,
        number: receiptCode,
        state,
        gist,
        place: placeWords ?? '',
        since: deliveredAt,
      })),
    ]
  }

  return {
    itemsOf,
    async countsOf(db, desk, staff) {
      const items = await itemsOf(db, desk, staff)
      const reports = new Set(items.filter(({ kind }) => kind === 'report').map(({ id }) => id))
      for (const { kind, id } of items)
        if (kind === 'incident')
          for (const report of await near.reports.ofIncident(db, id)) reports.add(report.id)
      const unread = await near.threads.unreadOf(db, [...reports], 'desk')
      const clocks = await db.one(countsOfDesk, { desk })
      return {
        dialogues: [...unread.values()].filter((count) => count > 0).length,
        clocks: clocks.running + clocks.warned + clocks.overdue,
        escalations: await near.escalations.openOf(db, desk),
        followups: (await db.all(openAtDesk, { desk, limit: 500 })).length,
      }
    },
    async passOn(tx, items, from, to, now) {
      const idsOf = (kind: HandoverItem['kind']) =>
        items.filter((item) => item.kind === kind).map(({ id }) => id)
      const incidents = idsOf('incident')
      await near.incidents.passOn(tx, incidents, from, to, now)
      await near.reports.passOn(tx, { reports: idsOf('report'), incidents }, from.staff, to, now)
    },
  }
}
