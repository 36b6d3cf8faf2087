import { randomUUID } from 'node:crypto'
import { isRefusal } from '@open110/kit/refuse'
import * as dispatch from '@open110/modules/dispatch/api'
import type { Feedback, SlipMove } from '@open110/modules/dispatch'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import * as fleet from '@open110/modules/unit/api'
import type { Chance } from '../names.ts'
import type { Town } from '../town.ts'
import { granted } from '../town.ts'
import type { Agenda } from './agenda.ts'
import type { Crew } from './crew.ts'
import type { Doors, Opening } from './doors.ts'
import type { Ledger } from './ledger.ts'
import type { Course, Planned } from './plan.ts'

/** What every scene of the day works with. */
export type Stage = {
  readonly town: Town
  readonly crew: Crew
  readonly doors: Doors
  readonly agenda: Agenda
  readonly chance: Chance
  readonly ledger: Ledger
  /** Number in the plan → the incident that became of it. */
  readonly incidents: Map<number, string>
}

const key = () => randomUUID()
const between = (stage: Stage, least: number, most: number) =>
  least + Math.floor(stage.chance() * (most - least + 1))

/** One report from the moment it comes in. */
export async function begin(stage: Stage, planned: Planned, n: number): Promise<void> {
  const opening = await stage.doors.enter(planned)
  stage.ledger.came(planned.door)
  stage.agenda.put(planned.at + planned.opensAfter, () => open(stage, planned, n, opening))
}

async function open(stage: Stage, planned: Planned, n: number, opening: Opening): Promise<void> {
  const { agenda, crew } = stage
  const id = await opening(crew.taker(n))
  const at = planned.at + planned.opensAfter
  const { ending } = planned
  switch (ending.do) {
    case 'work':
      return agenda.put(at + between(stage, 10, 50), () => accept(stage, planned, n, id, ending))
    case 'merge':
      return agenda.put(at + 30, () => merge(stage, planned, n, id, ending.with, at + 30))
    case 'divert':
      return agenda.put(at + 40, () => divert(stage, n, id, ending.category))
    case 'decline':
      return agenda.put(at + 20, () =>
        turnAway(stage, n, id, 'decline', '咨询类事项,请拨打12345或到派出所窗口办理。'),
      )
    case 'invalidate':
      return agenda.put(at + 15, () => turnAway(stage, n, id, 'invalidate', `无效警情(${ending.why})`))
  }
}

async function turnAway(stage: Stage, n: number, id: string, move: 'decline' | 'invalidate', reason: string) {
  const sent = () => ({ params: { report: id }, body: { move, reason }, key: key() })
  const answer = await stage.crew.taker(n)(report.moveReport, sent())
  // What looks like danger to life is turned away by the duty officer alone.
  if (isRefusal(answer) && answer.refused === 'report.supervisor-denied')
    granted(await stage.crew.officer()(report.moveReport, sent()))
  else granted(answer)
  stage.ledger.ended(move)
}

async function divert(stage: Stage, n: number, id: string, category: string) {
  const taker = stage.crew.taker(n)
  const accepted = granted(
    await taker(incident.accept, { body: { report: id, category, level: 4 }, key: key() }),
  )
  stage.ledger.accepted()
  const body = { move: 'close', reason: '转12345办理,已告知报警人' }
  granted(await taker(incident.moveIncident, { params: { incident: accepted.id }, body, key: key() }))
  stage.ledger.ended('diverted')
}

/** One more voice about an event that may be closed by now: then it is one of its own. */
async function merge(stage: Stage, planned: Planned, n: number, id: string, first: number, at: number) {
  const into = stage.incidents.get(first)
  const joined =
    into &&
    (await stage.crew.taker(n)(incident.mergeReport, {
      params: { incident: into },
      body: { report: id },
      key: key(),
    }))
  if (joined && !isRefusal(joined)) return stage.ledger.ended('merged')
  const course: Course = { category: '89', level: 3, units: 1 }
  stage.agenda.put(at + 10, () => accept(stage, planned, n, id, course))
}

async function accept(stage: Stage, planned: Planned, n: number, id: string, course: Course) {
  const { category, level } = course
  const taker = stage.crew.taker(n)
  const body = { report: id, category, level, place: undefined }
  const accepted = granted(await taker(incident.accept, { body, key: key() }))
  stage.incidents.set(n, accepted.id)
  stage.ledger.accepted()
  const at = secondsNow(stage)
  if (course.twist === 'held') {
    const nextAt = new Date(Date.parse(stage.town.clock.now()) + 1_200_000).toISOString()
    const hold = { move: 'hold', reason: '待报警人到场', nextAt }
    granted(await taker(incident.moveIncident, { params: { incident: accepted.id }, body: hold, key: key() }))
    stage.agenda.put(at + 900, async () => {
      const sent = { params: { incident: accepted.id }, body: { move: 'resume' }, key: key() }
      const resumed = await taker(incident.moveIncident, sent)
      if (isRefusal(resumed) && resumed.refused !== 'move.not-now') granted(resumed)
      stage.agenda.put(at + 915, () => send(stage, n, accepted.id, course))
    })
    return
  }
  stage.agenda.put(at + between(stage, 5, 25), () => send(stage, n, accepted.id, course))
}

const secondsNow = (stage: Stage) => stage.ledger.secondsOf(stage.town.clock.now())

/** As many cars as the course wants, each with a way of its own; when none is free it is tried again. */
async function send(stage: Stage, n: number, id: string, course: Course): Promise<void> {
  const taker = stage.crew.taker(n)
  let left = 0
  const issue = async (twist: Course['twist']): Promise<void> => {
    const unit = await choose(stage, n, id)
    const at = secondsNow(stage)
    if (!unit) {
      stage.ledger.waited()
      return stage.agenda.put(at + 60, () => issue(twist))
    }
    const answer = await taker(dispatch.issue, { params: { incident: id }, body: { unit }, key: key() })
    if (isRefusal(answer)) return stage.agenda.put(at + 30, () => issue(twist))
    drive(stage, n, answer.id, unit, course, twist, {
      again: () => issue(undefined),
      ended: async () => {
        left -= 1
        if (left === 0) await close(stage, n, id)
      },
    })
  }
  left = course.units
  for (let i = 0; i < course.units; i++) {
    const own = i === course.units - 1 ? course.twist : undefined
    await issue(own === 'stood-down' && course.units < 2 ? undefined : own)
  }
}

/** The first that is offered; where no place is known nobody is, and it is whoever has nothing to do. */
async function choose(stage: Stage, n: number, id: string): Promise<string | undefined> {
  const taker = stage.crew.taker(n)
  const offer = granted(await taker(fleet.suggest, { params: { incident: id } }))
  if (Array.isArray(offer)) return offer.find(({ unit }) => stage.crew.has(unit.id))?.unit.id
  const units = granted(await taker(fleet.units))
  return units.find(({ id: unit, state }) => state === 'ready' && stage.crew.has(unit))?.id
}

type Ways = { again: () => Promise<void>; ended: () => Promise<void> }

/** 一张处警单 — from the signature to its end. */
function drive(
  stage: Stage,
  n: number,
  slip: string,
  unit: string,
  course: Course,
  twist: Course['twist'],
  ways: Ways,
): void {
  const { agenda, crew } = stage
  const at = secondsNow(stage)
  const press = async (move: SlipMove, more: object = {}) =>
    granted(
      await crew.unit(unit)(dispatch.moveSlip, { params: { slip }, body: { move, ...more }, key: key() }),
    )
  const order = async (move: SlipMove, reason?: string) =>
    granted(
      await crew.taker(n)(dispatch.moveSlip, {
        params: { slip },
        body: { move, ...(reason && { reason }) },
        key: key(),
      }),
    )
  const signs = at + (stage.chance() < 0.95 ? between(stage, 3, 28) : between(stage, 31, 150))
  if (twist === 'cancelled')
    return agenda.put(at + 2, async () => {
      await order('cancel', '改派更近警力')
      stage.ledger.twisted(twist)
      await ways.again()
    })
  agenda.put(signs, () => press('sign').then(() => undefined))
  if (twist === 'returned')
    return agenda.put(signs + 20, async () => {
      await press('ask-return', { reason: '非本辖区' })
      agenda.put(signs + 50, async () => {
        await order('grant-return')
        stage.ledger.twisted(twist)
        await ways.again()
      })
    })
  const departs = signs + between(stage, 20, 200)
  const arrives = departs + between(stage, 120, 420)
  const settles = arrives + between(stage, 300, 1_500)
  const reports = settles + between(stage, 120, 900)
  agenda.put(departs, () => press('depart').then(() => undefined))
  if (twist === 'stood-down')
    return agenda.put(departs + 60, async () => {
      await order('stand-down', '先到警力已控制现场')
      stage.ledger.twisted(twist)
      await ways.ended()
    })
  if (twist === 'offline') {
    // Pressed in a basement, told when the phone is back: both times are on record.
    const base = Date.parse(stage.town.clock.now()) - at * 1_000
    const madeAt = (seconds: number) => ({ madeAt: new Date(base + seconds * 1_000).toISOString() })
    agenda.put(reports, async () => {
      await press('arrive', madeAt(arrives))
      await press('settle', madeAt(settles))
      stage.ledger.twisted(twist)
      await feedBack()
    })
    return
  }
  agenda.put(arrives, () => press('arrive').then(() => undefined))
  agenda.put(settles, () => press('settle').then(() => undefined))
  agenda.put(reports, () => feedBack())

  async function feedBack() {
    await press('report', { feedback: feedbackOf(course, stage.chance) })
    const told = secondsNow(stage)
    if (twist === 'sent-back') {
      agenda.put(told + 120, async () => {
        await order('send-back', '请补充到场人数')
        stage.ledger.twisted(twist)
        agenda.put(told + 400, async () => {
          await press('report', { feedback: feedbackOf(course, stage.chance) })
          agenda.put(told + 500, accepted)
        })
      })
      return
    }
    agenda.put(told + 60, accepted)
  }
  async function accepted() {
    await order('close')
    stage.ledger.fedBack()
    await ways.ended()
  }
}

function feedbackOf(course: Course, chance: Chance): Feedback {
  const outcome = course.category.startsWith('10')
    ? 'case-opened'
    : course.category.startsWith('8')
      ? 'mediated'
      : 'helped'
  return {
    outcome,
    words: '到场处置完毕,当事人无异议。',
    officers: 2,
    ...(chance() < 0.05 && { caught: 1 }),
    ...(chance() < 0.1 && { peopleHelped: 1 }),
  }
}

async function close(stage: Stage, n: number, id: string): Promise<void> {
  const body = { move: 'close', reason: '处置完毕' }
  granted(await stage.crew.taker(n)(incident.moveIncident, { params: { incident: id }, body, key: key() }))
  stage.ledger.ended('fed-back')
}
