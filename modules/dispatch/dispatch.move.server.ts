import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import type { Tx } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Incidents } from '@open110/modules/incident/server'
import { normaliseFix } from '@open110/modules/place/fix'
import type { Reports } from '@open110/modules/report/server'
import type { UnitFix } from '@open110/modules/unit'
import type { Units } from '@open110/modules/unit/server'
import type { Backups } from './dispatch.backup.server.ts'
import { slipDrafted, slipIssued, slipMoved } from './dispatch.events.ts'
import type { Feedbacks } from './dispatch.feedback.server.ts'
import * as readback from './dispatch.readback.store.ts'
import type { Dispatch } from './dispatch.server.ts'
import {
  finalTypeOf,
  happenedAt,
  incidentStateOf,
  isOpen,
  isRadioed,
  takeStep,
  type SlipRole,
  type StepGiven,
  type StepRefusal,
} from './dispatch.steps.ts'
import * as store from './dispatch.store.ts'
import type { StoredSlip } from './dispatch.store.ts'
import { readbackKinds, unreadSeconds, type Slip, type SlipState, type StepWay } from './dispatch.ts'

/** Who takes the step, and in whose name it is audited. */
export type By = { id: string; name: string }

export type MoveGiven = StepGiven & {
  fix?: UnitFix | undefined
  madeAt?: string | undefined
  via?: StepWay | undefined
}

export type SlipSteps = ReturnType<typeof openSlipSteps>

/** What the reporter is told, without naming the unit. */
const rungs: Readonly<Record<string, 'dispatched' | 'en-route' | 'on-scene'>> = {
  issue: 'dispatched',
  depart: 'en-route',
  arrive: 'on-scene',
}

/** 处警步骤 — one step of a slip with everything that follows from it, in one transaction, from whichever button. */
export function openSlipSteps(near: {
  ids: Ids
  audit: Audit
  dispatch: Dispatch
  feedbacks: Feedbacks
  backups: Backups
  units: Pick<Units, 'byId' | 'held' | 'keepFixes'>
  incidents: Pick<Incidents, 'visibleTo' | 'held' | 'project' | 'note'>
  reports: Pick<Reports, 'mirror'>
}) {
  const { dispatch, feedbacks, backups, incidents } = near

  /** The incident follows its slips (domain §3.4). */
  async function project(tx: Tx, incident: string, by: string, now: string): Promise<void> {
    const slips = await tx.all(store.slipsOfIncident, { incident })
    const reported = (await dispatch.slipsOf(tx, [incident])).get(incident)?.reported ?? 0
    const state = incidentStateOf(slips.map((slip) => ({ ...slip, hasFeedback: reported > 0 })))
    await incidents.project(tx, incident, state, by, now)
  }

  /** The unit is told: it reads the slip back, and every danger that is known now it was told of with it. */
  async function told(tx: Tx, slip: StoredSlip, by: By, now: string): Promise<void> {
    const { incident, desk, unit } = slip
    tx.emit(slipIssued, now, { slip: slip.id, incident, desk, unit, state: 'issued', at: now })
    const dueAt = plusSeconds(now, unreadSeconds)
    await tx.run(readback.addReadback, { slip: slip.id, incident, what: 'slip', at: now, dueAt })
    const known = await incidents.visibleTo(tx, desk, incident)
    if (!isRefusal(known)) await tx.all(readback.noteDangers, { incident, dangers: known.dangers, at: now })
    if (slip.for) await backups.answered(tx, slip.for, slip.id, by.name, now)
  }

  /** Its feedback, its backup requests and its read-backs end with the slip. */
  async function ended(tx: Tx, slip: StoredSlip, by: By, now: string): Promise<void> {
    await feedbacks.settle(tx, slip, by.name, now)
    const others = (await dispatch.openOf(tx, slip.incident)).filter(({ id }) => id !== slip.id)
    await backups.withdrawn(tx, slip, others.length === 0, by.name, now)
  }

  /** What the step means for the paper that goes with it. */
  async function follow(
    tx: Tx,
    slip: StoredSlip,
    name: string,
    state: SlipState,
    given: MoveGiven,
    at: { happened: string; now: string },
    by: By,
  ): Promise<void> {
    const { now, happened } = at
    if (name === 'issue') {
      await tx.run(store.markIssued, { slip: slip.id, now, by: by.name })
      await told(tx, { ...slip, issuedAt: now }, by, now)
    }
    if (name === 'sign') {
      const what = [...readbackKinds]
      await tx.run(readback.markRead, { slip: slip.id, what, upTo: happened, readAt: happened, by: by.name })
    }
    const where = given.fix && normaliseFix(given.fix).wgs84
    if (name === 'arrive' && slip.kind !== 'task')
      await feedbacks.arrived(tx, slip, where, happened, by.name, now)
    if (name === 'report' && given.feedback) {
      const one = await feedbacks.inHand(tx, slip, finalTypeOf(slip.kind) ?? 'final', now)
      const content = given.feedback
      const saved = await feedbacks.save(tx, one, { content, at: where, happenedAt: happened }, now)
      await feedbacks.submit(tx, slip, saved, by.name, now)
    }
    if (name === 'send-back') {
      const final = (await feedbacks.ofSlip(tx, slip.id)).find(
        (one) => one.state === 'submitted' && (one.type === 'final' || one.type === 'joint'),
      )
      if (final) await feedbacks.sendBack(tx, final, given, now)
    }
    if (!isOpen(state)) await ended(tx, slip, by, now)
  }

  return {
    project,

    /** A new slip of a unit that has none of this incident; the incident and the unit are held. */
    async add(
      tx: Tx,
      slip: {
        number: string
        incident: string
        desk: string
        kind: string
        unit: string
        unitName: string
        words?: string | undefined
        answers?: string | undefined
      },
      isDraft: boolean,
      by: By,
      now: string,
    ): Promise<StoredSlip> {
      const id = near.ids.make('sl')
      const state = isDraft ? 'drafted' : 'issued'
      await tx.run(store.addSlip, { id, ...slip, state, now, by: by.name })
      const added = await tx.one(store.slipById, { slip: id })
      const { incident, desk, unit } = added
      if (isDraft) tx.emit(slipDrafted, now, { slip: id, incident, desk, unit, state, at: now })
      else await told(tx, added, by, now)
      return added
    },

    /**
     * The step, or why not; a refusal is audited and kept. Always incident, then slip, then unit: two who press at once
     * wait for each other and never in a circle.
     */
    async take(
      tx: Tx,
      found: StoredSlip,
      name: string,
      roles: readonly SlipRole[],
      given: MoveGiven,
      by: By,
      now: string,
    ): Promise<{ slip: Slip } | Refusal<StepRefusal>> {
      await incidents.held(tx, found.desk, found.incident)
      const slip = await tx.one(store.slipForUpdate, { slip: found.id })
      const times = await tx.all(store.stepsOf, { slips: [slip.id] })
      const step = takeStep({ ...slip, times }, name, roles, given)
      if (isRefusal(step)) {
        const facts = { move: name.slice(0, 40), state: slip.state }
        await near.audit(tx, now, { actor: by.id, act: `refused:${step.refused}`, object: slip.id, facts })
        tx.remember()
        return step
      }
      const { state, reason } = step
      const isUnits = roles.includes('unit')
      const last = times.at(-1)?.happenedAt ?? slip.issuedAt
      const via = isRadioed(name, roles) ? (given.via ?? 'radio') : undefined
      const isItsStep = isUnits || via !== undefined
      const happened = isItsStep ? happenedAt(given.madeAt, last, now) : now
      const returnReason = name === 'ask-return' ? given.returnReason : undefined
      await tx.run(store.markSlip, { slip: slip.id, state, reason: via ? undefined : reason, returnReason })
      await tx.run(store.addStep, {
        slip: slip.id,
        move: name,
        state,
        now,
        deviceAt: given.madeAt,
        happenedAt: happened,
        by: by.name,
        note: reason ?? returnReason,
        via,
      })
      const { incident, desk, unit, unitName } = slip
      const wasTold = slip.state !== 'drafted'
      if (wasTold)
        tx.emit(slipMoved, now, { slip: slip.id, incident, desk, unit, move: name, state, at: now })
      if (name === 'drop') tx.emit(slipDrafted, now, { slip: slip.id, incident, desk, unit, state, at: now })
      await follow(tx, slip, name, state, given, { happened, now }, by)
      if (name !== 'drop') {
        const held = await near.units.held(tx, unit)
        if (held && given.fix && isUnits)
          await near.units.keepFixes(tx, held, [{ ...given.fix, at: given.fix.at ?? given.madeAt }], now)
        const isWorking = isItsStep && (name === 'sign' || name === 'depart' || name === 'arrive')
        await dispatch.settleUnit(tx, unit, now, isWorking)
        const words = reason === undefined ? unitName : `${unitName} · ${reason}`
        await incidents.note(tx, incident, now, `slip.${name === 'issue' ? 'issued' : name}`, by.name, words)
        await project(tx, incident, by.name, now)
        const rung = slip.kind === 'police' ? rungs[name] : undefined
        if (rung) await near.reports.mirror(tx, incident, rung, now)
      }
      const facts = {
        from: slip.state,
        to: state,
        reason: reason ?? returnReason,
        via,
        happenedAt: via && happened,
      }
      await near.audit(tx, now, { actor: by.id, act: `slip.${name}`, object: slip.id, facts })
      const [after] = await dispatch.whole(tx, [await tx.one(store.slipById, { slip: slip.id })], roles)
      return { slip: after! }
    },
  }
}
