import { isRefusal, refuse } from '@open110/kit/refuse'
import { answer, type Answer } from '@open110/kit/server/http'
import { staffOf } from '@open110/modules/staff'
import { incidentUnlocked } from './incident.events.ts'
import * as api from './incident.fusion.api.ts'
import { holdLock } from './incident.lock.server.ts'
import { freeLock } from './incident.lock.store.ts'
import type { Neighbours } from './incident.server.ts'
import { isEnded } from './incident.ts'

/** 编辑锁 — opening the record to edit it says so; closing it, leaving the seat or a minute's silence takes it back. */
export function lockRoutes(near: Pick<Neighbours, 'audit' | 'incidents' | 'seatOfStaff'>): Answer[] {
  return [
    answer(api.lock, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await near.incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      if (isEnded(incident.state)) return refuse('incident.already-closed')
      return holdLock(near, tx, staff, incident, now, body?.takeOver ? 'take-over' : 'hold')
    }),

    answer(api.unlock, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await near.incidents.held(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      const about = { incident: incident.id, staff: staff.id }
      const isFree = (await tx.run(freeLock, about)) > 0
      if (isFree) tx.emit(incidentUnlocked, now, { ...about, desk: incident.desk })
      return { isFree }
    }),
  ]
}
