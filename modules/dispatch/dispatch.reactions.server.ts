import { isRefusal } from '@open110/kit/refuse'
import type { Database, Tx } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import { incidentChanged } from '@open110/modules/incident/events'
import type { Incidents } from '@open110/modules/incident/server'
import { reportSupplemented } from '@open110/modules/report/events'
import type { Backups } from './dispatch.backup.server.ts'
import { slipDangerRaised } from './dispatch.events.ts'
import * as readback from './dispatch.readback.store.ts'
import type { Dispatch } from './dispatch.server.ts'
import * as store from './dispatch.store.ts'
import { armedDangers, unreadSeconds } from './dispatch.ts'

/** 随动 — what follows for the units on their way when something else happens to the incident. */
export function openSlipReactions(near: {
  incidents: Pick<Incidents, 'visibleTo' | 'note'>
  dispatch: Pick<Dispatch, 'informedOf'>
  backups: Pick<Backups, 'ask'>
}) {
  const due = (now: string) => plusSeconds(now, unreadSeconds)

  /** 补充 — must be read back by everybody who is sent. */
  async function supplemented(tx: Tx, incident: string | undefined, now: string): Promise<void> {
    if (incident)
      await tx.all(readback.addReadbackForAll, { incident, what: 'supplement', at: now, dueAt: due(now) })
  }

  /** 危险升级 — a danger that was not known when they were sent: each reads it back, and arms propose arms. */
  async function raised(tx: Tx, desk: string, incident: string, now: string): Promise<void> {
    if (!(await tx.maybe(readback.hasOpen, { incident }))) return
    const known = await near.incidents.visibleTo(tx, desk, incident)
    if (isRefusal(known)) return
    const fresh = await tx.all(readback.noteDangers, { incident, dangers: known.dangers, at: now })
    for (const { danger } of fresh) {
      await tx.all(readback.addReadbackForAll, { incident, what: 'danger', danger, at: now, dueAt: due(now) })
      const units = await near.dispatch.informedOf(tx, incident)
      tx.emit(slipDangerRaised, now, { incident, desk, units, danger, at: now })
      if (!armedDangers.includes(danger)) continue
      const kind = 'armed' as const
      await near.backups.ask(tx, { incident, desk, danger }, { kind, count: 1, happenedAt: now }, now)
    }
  }

  return {
    heed(db: Database): void {
      db.heed(reportSupplemented, (tx, body, now) => supplemented(tx, body.incident, now))
      db.heed(incidentChanged, (tx, body, now) => raised(tx, body.desk, body.incident, now))
    },

    /** 建议改派 — a slip that nobody signs: somebody else is looked for, by a sweep and not while others wait for this. */
    proposeNext: (tx: Tx, slip: string, now: string) => tx.run(store.addProposal, { slip, now }),
  }
}
