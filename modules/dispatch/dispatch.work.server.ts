import { isRefusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import type { Database } from '@open110/kit/server/db'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Incidents } from '@open110/modules/incident/server'
import type { Reports } from '@open110/modules/report/server'
import type { Units } from '@open110/modules/unit/server'
import { openBackups } from './dispatch.backup.server.ts'
import { openFeedbacks } from './dispatch.feedback.server.ts'
import { openSlipSteps } from './dispatch.move.server.ts'
import { openSlipReactions } from './dispatch.reactions.server.ts'
import type { Dispatch } from './dispatch.server.ts'

export type SlipWork = ReturnType<typeof openSlipWork>

/** 派警 — the steps of slips, feedbacks and backups with what follows from them, once incidents can be asked. */
export function openSlipWork(near: {
  db: Database
  ids: Ids
  audit: Audit
  dispatch: Dispatch
  units: Pick<Units, 'byId' | 'held' | 'keepFixes'>
  incidents: Pick<Incidents, 'visibleTo' | 'held' | 'go' | 'project' | 'note'>
  reports: Pick<Reports, 'mirror'>
}) {
  const { ids } = near
  const feedbacks = openFeedbacks({
    ids,
    async categoryOf(db, desk, incident) {
      const known = await near.incidents.visibleTo(db, desk, incident)
      return isRefusal(known) ? undefined : (known.categoryConfirmed ?? known.categoryInitial)
    },
  })
  const backups = openBackups({ ids })
  const steps = openSlipSteps({ ...near, feedbacks, backups })
  const reactions = openSlipReactions({ ...near, backups })
  reactions.heed(near.db)
  return { feedbacks, backups, steps, proposeNext: reactions.proposeNext }
}
