import { move } from '@open110/kit/moves'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import type { Clock, Moment } from '@open110/kit/time'
import { contactOf, isCovert } from '@open110/modules/contact'
import type { Reports } from '@open110/modules/report/server'
import { isStaff, staffOf } from '@open110/modules/staff'
import { feedMoved, participantMoved, videoMoved } from './video.events.ts'
import { addEntry } from './video.index.store.ts'
import { isDesk } from './video.routing.ts'
import * as store from './video.store.ts'
import type { StoredCall, StoredParticipant } from './video.store.ts'
import {
  isHidden,
  isOver,
  videoMoves,
  type IndexEntry,
  type ParticipantRole,
  type VideoRole,
  type VideoState,
} from './video.ts'

export type Me = {
  readonly id: string
  readonly kind: string
  readonly about: Readonly<Record<string, unknown>>
  readonly allows: readonly string[]
}
/** What a call needs to know of the report that it belongs to. */
export type About = {
  id: string
  citizen: string
  desk: string
  incident?: string | undefined
  lastSignalAt?: string | undefined
}
export type Known = {
  readonly call: StoredCall
  readonly people: readonly StoredParticipant[]
  readonly report: About
  readonly isCovert: boolean
}
export type Side = 'reporter' | 'guest' | 'desk' | 'unit'
export type Party = Known & { readonly side: Side }
type NotFound = Refusal<'video.not-found'>

export type NearVideos = {
  ids: Ids
  reports: Pick<Reports, 'byId' | 'visibleTo' | 'ofIncident'>
  clock: Clock
  /** The units that are sent and may know of the people in it. */
  unitsOf: (db: Reader, incident: string) => Promise<readonly string[]>
  isSentTo: (db: Reader, unit: string, incident: string) => Promise<boolean>
}

export type Videos = ReturnType<typeof openVideos>

/** Whoever of them is in the call now. */
export const present = (people: readonly StoredParticipant[]) =>
  people.filter(({ leftAt }) => leftAt === undefined)

/** 视频通话 — the session: who knows of it, who is in it, and how it goes on. */
export function openVideos(near: NearVideos) {
  async function knownOf(db: Reader, call: StoredCall): Promise<Known> {
    const [report, people] = await Promise.all([
      near.reports.byId(db, call.report),
      db.all(store.participantsOf, { video: call.id }),
    ])
    if (!report) throw new Error('video: a call without its report')
    return { call, people, report, isCovert: isCovert(contactOf(report, near.clock.now())) }
  }

  async function sideOf(db: Reader, me: Me, { call, people, report }: Known): Promise<Side | undefined> {
    const mine = people.filter(({ holder, isBarred }) => holder === me.id && !isBarred)
    if (!isStaff(me)) {
      if (report.citizen === me.id || mine.some(({ role }) => role === 'reporter')) return 'reporter'
      return mine.length > 0 ? 'guest' : undefined
    }
    const barred = people.some(({ holder, isBarred }) => holder === me.id && isBarred)
    if (barred) return undefined
    if (me.allows.includes('video.work') && !isRefusal(await near.reports.visibleTo(db, me, call.report)))
      return 'desk'
    const { unit } = staffOf(me)
    const isSent = unit && report.incident && (await near.isSentTo(db, unit, report.incident))
    return isSent && me.allows.includes('unit.work') ? 'unit' : undefined
  }

  /** The call as far as this person may know of it; held for a change where that is asked for. */
  async function partyTo(db: Reader, me: Me, video: string, isHeld = false): Promise<Party | NotFound> {
    const call = await db.maybe(isHeld ? store.callForUpdate : store.callById, { video })
    if (!call) return refuse('video.not-found')
    const known = await knownOf(db, call)
    const side = await sideOf(db, me, known)
    return side ? { ...known, side } : refuse('video.not-found')
  }

  /** Where an event of this call is told. */
  async function where(db: Reader, { call, people, report }: Known) {
    const guests = people.filter(({ role, unit, isBarred }) => !isStaffRole(role) && !unit && !isBarred)
    const units = report.incident ? await near.unitsOf(db, report.incident) : []
    return {
      video: call.id,
      report: call.report,
      desk: call.desk,
      citizens: [...new Set([report.citizen, ...guests.map(({ holder }) => holder)])],
      units: [...units],
    }
  }

  async function note(
    tx: Tx,
    video: string,
    now: Moment,
    kind: IndexEntry['kind'],
    who?: Pick<StoredParticipant, 'id' | 'name' | 'role'> | { name: string },
    facts: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    await tx.run(addEntry, {
      video,
      now,
      kind,
      who: who?.name,
      participant: who && 'id' in who ? who.id : undefined,
      isHidden: who !== undefined && 'role' in who && isHidden(who.role),
      facts: json(facts),
    })
  }

  async function tellMoved(tx: Tx, known: Known, state: VideoState, isTalking: boolean, now: Moment) {
    tx.emit(videoMoved, now, { ...(await where(tx, known)), state, isTalking })
  }

  async function tellParticipant(tx: Tx, known: Known, one: StoredParticipant, isIn: boolean, now: Moment) {
    const { id: participant, role, step } = one
    tx.emit(participantMoved, now, { ...(await where(tx, known)), participant, role, isIn, step })
  }

  async function tellFeed(
    tx: Tx,
    known: Known,
    one: Pick<StoredParticipant, 'id' | 'generation' | 'kinds'>,
    state: 'up' | 'lost' | 'down',
    now: Moment,
  ) {
    const { id: participant, generation, kinds } = one
    tx.emit(feedMoved, now, { ...(await where(tx, known)), participant, generation, state, kinds })
  }

  /** One step of the table, with everything that follows from it. */
  async function go(
    tx: Tx,
    known: Known,
    name: string,
    roles: readonly VideoRole[],
    now: Moment,
    why?: string,
  ): Promise<VideoState | Refusal<'move.not-now' | 'move.denied'>> {
    const { call } = known
    const state = move(videoMoves, call.state, name, roles)
    if (isRefusal(state)) return state
    await tx.run(store.markState, { video: call.id, state, why, now })
    const kind = {
      lost: 'lost',
      live: name === 'return' ? 'back' : undefined,
      ended: 'end',
      declined: 'end',
      expired: 'end',
      invited: undefined,
    } as const
    const entry = kind[state]
    if (entry) await note(tx, call.id, now, entry, undefined, { move: name, by: roles[0], why })
    const isTalking = call.isTalking && !isOver(state)
    if (call.isTalking && !isTalking) await note(tx, call.id, now, 'talk-off')
    await tellMoved(tx, known, state, isTalking, now)
    if (isOver(state)) await tx.run(store.unseatAll, { video: call.id, now })
    return state
  }

  return {
    knownOf,
    partyTo,
    where,
    note,
    tellMoved,
    tellParticipant,
    tellFeed,
    go,

    /** Takes their place in the call, or is back in it. */
    async seat(
      tx: Tx,
      known: Known,
      who: {
        role: ParticipantRole
        holder: string
        name: string
        shownName: string
        unit?: string | undefined
      },
      now: Moment,
    ): Promise<StoredParticipant> {
      const before = known.people.find(({ holder, role }) => holder === who.holder && role === who.role)
      if (before && before.leftAt === undefined) return before
      const one = await tx.one(store.seat, { id: near.ids.make('vp'), video: known.call.id, ...who, now })
      await note(tx, known.call.id, now, 'join', one, { role: one.role })
      await tellParticipant(tx, known, one, true, now)
      return one
    },

    async unseat(
      tx: Tx,
      known: Known,
      one: StoredParticipant,
      isBarred: boolean,
      now: Moment,
    ): Promise<void> {
      await tx.run(store.unseat, { participant: one.id, isBarred, now })
      await note(tx, known.call.id, now, 'leave', one, { isBarred })
      if (one.feed) await tellFeed(tx, known, one, 'down', now)
      await tellParticipant(tx, known, one, false, now)
    },

    /** The reporter was heard: a call that was lost goes on. */
    async sign(tx: Tx, known: Known, now: Moment): Promise<void> {
      await tx.run(store.noteSignal, { video: known.call.id, now })
      if (known.call.state === 'lost') await go(tx, known, 'return', ['system'], now)
    },

    /** 喊话 on or off. */
    async talk(
      tx: Tx,
      known: Known,
      on: boolean,
      by: { name: string } | undefined,
      now: Moment,
    ): Promise<void> {
      if (known.call.isTalking === on) return
      await tx.run(store.markTalking, { video: known.call.id, on })
      await note(tx, known.call.id, now, on ? 'talk-on' : 'talk-off', by)
      await tellMoved(tx, known, known.call.state, on, now)
    },

    /** The event is over: so is every call about it. */
    async endOf(tx: Tx, incident: string, now: Moment): Promise<void> {
      for (const { id } of await near.reports.ofIncident(tx, incident)) {
        const call = await tx.maybe(store.openOfReport, { report: id })
        if (!call) continue
        const known = await knownOf(tx, call)
        await go(tx, known, call.state === 'invited' ? 'expire' : 'end', ['system'], now, 'incident.closed')
      }
    },

    /** A unit that is not sent any more looks no longer into somebody's home. */
    async showOut(tx: Tx, incident: string, unit: string, now: Moment): Promise<void> {
      if (await near.isSentTo(tx, unit, incident)) return
      for (const { id } of await near.reports.ofIncident(tx, incident)) {
        const call = await tx.maybe(store.openOfReport, { report: id })
        if (!call) continue
        const known = await knownOf(tx, call)
        for (const one of present(known.people).filter((each) => each.unit === unit))
          await this.unseat(tx, known, one, false, now)
      }
    },

    /** Another desk answers for the report by now. */
    passOn: (tx: Tx, report: string, desk: string) => tx.run(store.passToDesk, { report, desk }),
  }
}

const isStaffRole = (role: ParticipantRole) => isDesk(role) || role === 'supervisor' || role === 'unit'
