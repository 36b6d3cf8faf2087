import { issue, moveSlip, myUnit } from '@open110/modules/dispatch/api'
import { fixes, setState, suggest } from '@open110/modules/unit/api'
import { isRefusal } from '@open110/kit/refuse'
import type { Call } from '@open110/kit/client/call'
import type { Slip, SlipCard, SlipMove } from '@open110/modules/dispatch'
import type { Suggestion, Unit } from '@open110/modules/unit'
import { cityAt, type LngLat } from './orgs.ts'
import { demoPassword, staff } from './people.ts'
import { login } from '@open110/modules/staff/api'
import { again, granted, type Stage } from './replay.stage.ts'
import { units } from './units.ts'
import type { Wants } from './day.ts'

/** 警力 — the phones of one desk's units, by the unit's id on the server. */
export type Crew = Map<string, { call: Call; unit: Unit; isBusy: boolean }>

type Sending = { stage: Stage; taker: Call; officer: Call; desk: string; crew: Crew }
type Accepts = Extract<Wants, { do: 'accept' }>

/** Every unit of the desk signs in, says where it is and reports ready. */
export async function openCrew(stage: Stage, desk: string, crew: Crew) {
  for (const { account } of staff.filter(({ isUnit, org }) => isUnit && org === desk)) {
    const body = { account, password: demoPassword }
    const { token } = granted(await again(stage, () => stage.caller()(login, { body, key: stage.key() })))
    const call = stage.caller(token)
    const { unit } = granted(await again(stage, () => call(myUnit)))
    const ready = { params: { unit: unit.id }, body: { state: 'ready' as const }, key: stage.key() }
    // Slips left over from another replay may keep it from saying so; it takes new ones all the same.
    await again(stage, () => call(setState, ready))
    const start = units.find((one) => one.account === account)?.wgs84
    if (start) await stand(stage, call, unit.id, start)
    crew.set(unit.id, { call, unit, isBusy: false })
  }
}

/** 派警 — the units that the script names, or the nearest when they are away; then the scene itself. */
export async function sendUnits(sending: Sending, incident: { id: string; number: string }, wants: Accepts) {
  const { stage, taker, desk, crew } = sending
  const offer = granted(await again(stage, () => taker(suggest, { params: { incident: incident.id } })))
  await stage.wait(10)
  const slips: Slip[] = []
  for (const nth of wants.units ?? []) {
    const chosen = choose(crew, Array.isArray(offer) ? offer : [], `unit-${nth}@${desk}`)
    if (!chosen) continue
    const sent = { params: { incident: incident.id }, body: { unit: chosen }, key: stage.key() }
    const slip = await again(stage, () => taker(issue, sent))
    if (isRefusal(slip)) continue
    slips.push(slip)
    stage.tell(cityAt(desk)?.name ?? desk, `派警 ${slip.unitName} → ${slip.number}`)
  }
  await Promise.all(slips.map((slip, i) => playUnit(sending, slip, wants, i)))
}

function choose(crew: Crew, suggestions: readonly Suggestion[], account: string): string | undefined {
  const wanted = units.find((one) => one.account === account)
  const named = [...crew.values()].find(({ unit }) => unit.name === wanted?.name)
  if (named && !named.isBusy) return named.unit.id
  return suggestions.find(({ unit }) => crew.get(unit.id)?.isBusy === false)?.unit.id ?? named?.unit.id
}

/** 处警 — one unit from signing to the report, on a straight road. */
async function playUnit(sending: Sending, slip: Slip, wants: Accepts, order: number) {
  const { stage, officer, crew, desk } = sending
  const member = crew.get(slip.unit)
  if (!member) return
  const { call, unit } = member
  const step = async (by: Call, move: SlipMove, more: object = {}) => {
    const body = { move, madeAt: new Date().toISOString(), ...more }
    granted(await again(stage, () => by(moveSlip, { params: { slip: slip.id }, body, key: stage.key() })))
  }
  // A unit that is out already takes the next slip when the first is done.
  while (member.isBusy) await stage.wait(20)
  member.isBusy = true
  try {
    await stage.wait(12 + order * 6)
    await step(call, 'sign')
    await stage.wait(25)
    await step(call, 'depart')
    const card = await cardOf(stage, call, slip.id)
    const scene = card?.incident.wgs84
    if (scene) await drive(stage, call, unit, scene)
    await step(call, 'arrive', scene ? { fix: { ...scene, crs: 'wgs84' } } : {})
    stage.tell(cityAt(desk)?.name ?? desk, `${slip.unitName} 到场`)
    await stage.wait(120 + order * 20)
    await step(call, 'settle')
    await stage.wait(30)
    const feedback = wants.feedback ?? { outcome: 'nothing-found' as const, words: '到场核实,未发现异常。' }
    await step(call, 'report', {
      feedback: order === 0 ? feedback : { outcome: feedback.outcome, words: '协助处置完毕。' },
    })
    await stage.wait(20)
    await step(officer, 'close')
  } finally {
    member.isBusy = false
  }
}

async function cardOf(stage: Stage, call: Call, slip: string): Promise<SlipCard | undefined> {
  const mine = granted(await again(stage, () => call(myUnit)))
  return mine.cards.find((card) => card.slip.id === slip)
}

const fixesOnTheWay = 8

/** A fix every half minute of the story: about as far as a car gets with its lights on. */
async function drive(stage: Stage, call: Call, unit: Unit, to: LngLat) {
  const { unit: now } = granted(await again(stage, () => call(myUnit)))
  const from = now.wgs84 ?? to
  for (let n = 1; n <= fixesOnTheWay; n++) {
    await stage.wait(25)
    const part = n / fixesOnTheWay
    await stand(stage, call, unit.id, {
      lng: from.lng + (to.lng - from.lng) * part,
      lat: from.lat + (to.lat - from.lat) * part,
    })
  }
}

async function stand(stage: Stage, call: Call, unit: string, at: LngLat) {
  const fix = { ...at, crs: 'wgs84', accuracyMetres: 8, at: new Date().toISOString() }
  granted(
    await again(stage, () => call(fixes, { params: { unit }, body: { fixes: [fix] }, key: stage.key() })),
  )
}
