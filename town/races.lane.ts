import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import * as dispatch from '@open110/modules/dispatch/api'
import { supplement } from '@open110/modules/report/api'
import { chanceOf, pick, type Chance } from './names.ts'
import { cities, type LngLat } from './orgs.ts'
import type { CitizenHere, StaffHere } from './town.people.ts'
import { granted, type Town } from './town.ts'

/** 一条赛道 — one desk with two who may send and a unit with two phones, all pressing at once. */
export type Lane = {
  readonly callTaker: StaffHere
  readonly officer: StaffHere
  readonly phones: readonly StaffHere[]
  readonly unit: string
  readonly reporter: CitizenHere
  readonly centre: LngLat
}

/** One press of the race and what came of it. A doubled press has the same key as an earlier one. */
export type Press = {
  readonly what: string
  readonly by: 'unit' | 'desk'
  readonly key: string
  readonly answer:
    | { readonly state: string; readonly at: string }
    | { readonly refused: string }
    | { readonly lost: string }
}

export const pressesAtOnce = 64

export async function openLane(town: Town, desk: string): Promise<Lane> {
  const [callTaker, officer, one, two] = await Promise.all(
    ['zhaomin', 'officer', 'unit-1', 'unit-1'].map((name) => town.staff(`${name}@${desk}`)),
  )
  const { unit } = granted(await one!.call(dispatch.myUnit))
  await callTaker!.sits(1)
  const reporter = await town.citizen('林秋')
  const centre = cities.find((city) => city.desk === desk)!.centre
  return { callTaker: callTaker!, officer: officer!, phones: [one!, two!], unit: unit.id, reporter, centre }
}

const feedback = { outcome: 'helped', words: '已处置', officers: 2 } as const
const reason = '赛跑'
/** How often each is drawn. A gentle race has little of what ends a slip early, so that many reach the far end. */
const drawn = {
  unit: {
    sign: 4,
    depart: 3,
    arrive: 4,
    settle: 4,
    report: 5,
    'ask-return': 2,
    backup: 1,
    handling: 1,
    final: 1,
    panic: 1,
  },
  desk: {
    cancel: 2,
    'grant-return': 1,
    'refuse-return': 2,
    'stand-down': 1,
    'send-back': 2,
    close: 2,
    issue: 1,
    drop: 1,
    'new-slip': 2,
    urge: 1,
    // The reporter's own: it must get through whatever goes on.
    supplement: 2,
    conclude: 1,
  },
} as const
const endsEarly: readonly string[] = ['cancel', 'ask-return', 'grant-return', 'stand-down', 'conclude']

function drawFrom(weights: Readonly<Record<string, number>>, isGentle: boolean, chance: Chance): string {
  const pool = Object.entries(weights).flatMap(([what, times]) =>
    isGentle && endsEarly.includes(what) && chance() < 0.9 ? [] : Array<string>(times).fill(what),
  )
  return pick(pool, chance)
}

/** All presses of one seed against one fresh slip. */
export async function race(
  lane: Lane,
  seed: string,
): Promise<{ incident: string; slip: string; presses: Press[]; end: string }> {
  const chance = chanceOf(seed)
  const isGentle = chance() < 0.6
  const { incident, report } = await acceptOne(lane)
  const { id: slip } = granted(
    await lane.callTaker.call(dispatch.issue, { params: { incident }, body: { unit: lane.unit } }),
  )
  const plan = Array.from({ length: pressesAtOnce }, (_, n) => {
    const by: Press['by'] = chance() < 0.6 ? 'unit' : 'desk'
    return {
      by,
      what: drawFrom(drawn[by], isGentle, chance),
      who: by === 'unit' ? pick(lane.phones, chance) : pick([lane.callTaker, lane.officer], chance),
      key: `${seed}.${n}`,
      turns: Math.floor(chance() * 40),
    }
  })
  for (const press of plan) {
    if (chance() >= 0.12) continue
    // The same finger twice, or a phone that heard no answer: same key, same body, same person.
    const twin = pick(plan, chance)
    press.turns = twin.turns + Math.floor(chance() * 3)
    Object.assign(press, { by: twin.by, what: twin.what, who: twin.who, key: twin.key })
  }
  const presses = await Promise.all(
    plan.map(async ({ who, what, key, by, turns }): Promise<Press> => {
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      try {
        const answer = await act(
          who,
          what,
          { slip, incident, unit: lane.unit, report, reporter: lane.reporter },
          key,
        )
        return { what, by, key, answer: isRefusal(answer) ? { refused: answer.refused } : answer }
      } catch (fault) {
        if (!(fault instanceof Unanswered)) throw fault
        return { what, by, key, answer: { lost: `${fault.message} ${fault.status}` } }
      }
    }),
  )
  const slips = granted(await lane.callTaker.call(dispatch.slipsOf, { params: { incident } }))
  return { incident, slip, presses, end: slips.find(({ id }) => id === slip)?.state ?? 'lost' }
}

async function acceptOne({
  callTaker,
  reporter,
  centre,
}: Lane): Promise<{ incident: string; report: string }> {
  const fix = { ...centre, crs: 'wgs84', accuracyMetres: 25, source: 'gps' } as const
  const report = await reporter.sends({ fix })
  await callTaker.receives(report)
  return { report, incident: await callTaker.accepts(report, { level: 3 }) }
}

async function act(
  who: StaffHere,
  what: string,
  on: { slip: string; incident: string; unit: string; report: string; reporter: CitizenHere },
  key: string,
) {
  const { slip } = on
  switch (what) {
    case 'new-slip': {
      const answer = await who.call(dispatch.issue, {
        params: { incident: on.incident },
        body: { unit: on.unit },
        key,
      })
      return isRefusal(answer) ? answer : { state: answer.state, at: answer.issuedAt }
    }
    case 'urge': {
      const answer = await who.call(dispatch.urge, { params: { slip }, body: {}, key })
      return isRefusal(answer) ? answer : { state: 'urged', at: '' }
    }
    case 'supplement': {
      const sent = { params: { report: on.report }, body: { words: '他还在' }, key }
      const answer = await on.reporter.call(supplement, sent)
      return isRefusal(answer) ? answer : { state: 'added', at: answer.at }
    }
    case 'panic': {
      const answer = await who.call(dispatch.panic, { params: { unit: on.unit }, body: { slip }, key })
      return isRefusal(answer) ? answer : { state: answer.state, at: answer.raisedAt }
    }
    case 'backup': {
      const answer = await who.call(dispatch.askBackup, { params: { slip }, body: {}, key })
      return isRefusal(answer) ? answer : { state: 'asked', at: answer.askedAt }
    }
    case 'handling':
    case 'final': {
      const body = { type: what, content: feedback } as const
      const answer = await who.call(dispatch.writeFeedback, { params: { slip }, body, key })
      return isRefusal(answer) ? answer : { state: answer.state, at: answer.submittedAt ?? '' }
    }
    case 'conclude': {
      const body = { code: 'nothing-found' } as const
      const answer = await who.call(dispatch.conclude, { params: { incident: on.incident }, body, key })
      return isRefusal(answer) ? answer : { state: answer.state, at: '' }
    }
    default:
      return who.call(dispatch.moveSlip, { params: { slip }, body: { move: what, reason, feedback }, key })
  }
}
