import { expect, test } from 'vitest'
import { isRefusal } from '@open110/kit/refuse'
import { faultsOf, openMoves } from '@open110/kit/moves'
import { unitStates } from '@open110/modules/unit'
import {
  happenedAt,
  incidentStateOf,
  isOpen,
  takeStep,
  unitStateOf,
  type SlipRole,
} from './dispatch.steps.ts'
import {
  endedSlips,
  slipMoves,
  slipStates,
  type Feedback,
  type SlipKind,
  type SlipState,
} from './dispatch.ts'

const now = '2026-11-21T03:10:00.000Z'
const feedback: Feedback = { outcome: 'nothing-found', words: '到场核实,未发现异常。' }
const everything = { reason: '非本辖区', feedback }
const times = [{ move: 'sign', at: '2026-11-21T03:09:00.000Z', by: '周强' }]
const slip = (state: SlipState, kind: SlipKind = 'police') => ({ state, kind, times })
const moves = Object.keys(slipMoves) as (keyof typeof slipMoves)[]
const roleSets: SlipRole[][] = [['unit'], ['dispatcher'], ['unit', 'dispatcher'], []]

test('[DI1] every state of a slip is reached and only the ended ones are ends', () => {
  expect(faultsOf(slipMoves, 'drafted', endedSlips)).toEqual({ unreachable: [], deadEnds: [] })
  expect(slipStates.filter((state) => !isOpen(state))).toEqual(
    [...endedSlips].toSorted((a, b) => slipStates.indexOf(a) - slipStates.indexOf(b)),
  )
})

test('[DI1] of every state, move and role only what the table lists goes through', () => {
  for (const state of slipStates) {
    for (const name of moves) {
      for (const roles of roleSets) {
        const row = slipMoves[name]
        const isListed =
          (row.from as readonly string[]).includes(state) && row.by.some((by) => roles.includes(by))
        const step = takeStep(slip(state), name, roles, everything)
        if (isListed) expect(step).toMatchObject({ state: row.to })
        else expect(step, `${state} ${name} ${roles.join('+')}`).toHaveProperty('refused')
      }
    }
  }
})

test('[DI1] a word that is no move is refused with the moves that are open', () => {
  for (const name of ['explode', '', 'constructor', 'toString', '__proto__']) {
    expect(takeStep(slip('issued'), name, ['unit'], everything)).toMatchObject({
      refused: 'move.not-now',
      facts: { state: 'issued', open: ['sign', 'ask-return'] },
    })
  }
})

test('[DI1] [DI2] thousands of random presses: a slip walks the table, and what has ended stays ended', () => {
  let seed = 110
  const pick = <Item>(list: readonly Item[]): Item => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return list[Math.floor((seed / 2 ** 32) * list.length)] as Item
  }
  const ends = new Set<string>()
  for (let walk = 0; walk < 400; walk++) {
    let state: SlipState = 'drafted'
    let hasSigned = false
    for (let press = 0; press < 60; press++) {
      const step = takeStep(slip(state), pick(moves), pick(roleSets), pick([everything, {}]))
      if (isRefusal(step)) continue
      expect(isOpen(state)).toBe(true)
      state = step.state
      hasSigned ||= state === 'signed'
      if (state === 'cancelled') expect(hasSigned).toBe(false)
    }
    if (!isOpen(state)) ends.add(state)
  }
  expect([...ends].toSorted()).toEqual([...endedSlips].toSorted())
})

test('[DI2] whoever is later is told what the earlier did, when and by whom', () => {
  expect(takeStep(slip('cancelled'), 'sign', ['unit'], {})).toEqual({
    refused: 'slip.already-cancelled',
    facts: { state: 'cancelled', at: times[0]?.at, by: '周强' },
  })
  for (const state of ['signed', 'en-route', 'on-scene', 'scene-done', 'reported', 'closed'] as const) {
    expect(takeStep(slip(state), 'cancel', ['dispatcher'], everything)).toMatchObject({
      refused: 'slip.already-signed',
    })
  }
  for (const name of ['sign', 'depart', 'arrive', 'settle', 'report', 'ask-return']) {
    expect(takeStep(slip('returned'), name, ['unit'], everything)).toMatchObject({
      refused: 'slip.already-returned',
    })
  }
  expect(takeStep(slip('en-route'), 'sign', ['unit'], {})).toMatchObject({ refused: 'move.not-now' })
  expect(takeStep(slip('issued'), 'cancel', ['unit'], everything)).toMatchObject({ refused: 'move.denied' })
})

test('[DI3] a blank reason is none, and no report without feedback', () => {
  expect(takeStep(slip('issued'), 'cancel', ['dispatcher'], { reason: '  ' })).toMatchObject({
    refused: 'reason.missing',
  })
  expect(takeStep(slip('signed'), 'ask-return', ['unit'], {})).toMatchObject({ refused: 'reason.missing' })
  expect(takeStep(slip('on-scene'), 'stand-down', ['dispatcher'], {})).toMatchObject({
    refused: 'reason.missing',
  })
  expect(takeStep(slip('scene-done'), 'report', ['unit'], {})).toMatchObject({ refused: 'feedback.missing' })
  expect(takeStep(slip('scene-done'), 'report', ['unit'], { feedback: { words: '已处置' } })).toMatchObject({
    refused: 'feedback.missing',
    facts: { fields: ['outcome'] },
  })
  expect(takeStep(slip('scene-done'), 'report', ['unit'], { feedback })).toEqual({ state: 'reported' })
  expect(takeStep(slip('scene-done', 'task'), 'report', ['unit'], {})).toEqual({ state: 'reported' })
})

test('[DI3] a reason of the list is a reason, `other` is none, and neither is an empty list of what is missing', () => {
  const ask = (given: Parameters<typeof takeStep>[3]) =>
    takeStep(slip('issued'), 'ask-return', ['unit'], given)
  expect(ask({ returnReason: 'not-our-area' })).toEqual({ state: 'return-asked' })
  expect(ask({ returnReason: 'other' })).toMatchObject({ refused: 'reason.missing' })
  expect(ask({ returnReason: 'other', reason: '车坏了' })).toMatchObject({ state: 'return-asked' })
  const back = (missing: string[]) => takeStep(slip('reported'), 'send-back', ['dispatcher'], { missing })
  expect(back([])).toMatchObject({ refused: 'reason.missing' })
  expect(back(['caught'])).toMatchObject({ state: 'scene-done' })
})

test('[DI5] the furthest open slip says how far the incident is', () => {
  const of = (...states: SlipState[]) =>
    incidentStateOf(states.map((state) => ({ state, kind: 'police', hasFeedback: false })))
  expect(of('issued')).toBe('dispatched')
  expect(of('signed', 'return-asked')).toBe('dispatched')
  expect(of('issued', 'en-route')).toBe('en-route')
  expect(of('on-scene', 'en-route', 'closed')).toBe('on-scene')
  expect(of('scene-done', 'signed')).toBe('scene-done')
  expect(of('reported')).toBe('reported')
  expect(of('issued', 'returned', 'cancelled')).toBe('dispatched')
  expect(of('cancelled')).toBe('accepted')
  expect(of()).toBe('accepted')
  expect(
    incidentStateOf([
      { state: 'closed', kind: 'police', hasFeedback: true },
      { state: 'cancelled', kind: 'police', hasFeedback: false },
    ]),
  ).toBe('reported')
  expect(of('drafted')).toBe('accepted')
  const task = { state: 'on-scene', kind: 'task', hasFeedback: false } as const
  expect(incidentStateOf([task])).toBe('dispatched')
  expect(incidentStateOf([task, { ...task, kind: 'joint' }])).toBe('on-scene')
})

test('[DI8] a refused return leads back to where it was asked', () => {
  const refuse = (moves: string[]) =>
    takeStep(
      { state: 'return-asked', kind: 'police', times: moves.map((move) => ({ move, at: now, by: '周强' })) },
      'refuse-return',
      ['dispatcher'],
      { reason: '就近只有你们' },
    )
  expect(refuse(['ask-return'])).toMatchObject({ state: 'issued' })
  expect(refuse(['ask-return', 'refuse-return', 'sign', 'ask-return'])).toMatchObject({ state: 'signed' })
})

test('[DI9] a phone is believed as to when, from the step before until now', () => {
  const before = '2026-11-21T03:00:00.000Z'
  expect(happenedAt('2026-11-21T11:05:00+08:00', before, now)).toBe('2026-11-21T03:05:00.000Z')
  expect(happenedAt(before, before, now)).toBe(before)
  for (const wrong of [
    undefined,
    '刚才',
    '2026-11-21T02:59:59Z',
    '2031-01-01T00:00:00Z',
    '-271821-04-20T00:00:00Z',
  ])
    expect(happenedAt(wrong, before, now)).toBe(now)
})

test('[DI6] one unit, several slips: the furthest that asks something of it counts', () => {
  expect(unitStateOf('ready', ['issued'])).toBe('assigned')
  expect(unitStateOf('ready', ['issued', 'en-route'])).toBe('en-route')
  expect(unitStateOf('en-route', ['scene-done', 'issued'])).toBe('on-scene')
  expect(unitStateOf('on-scene', ['reported'])).toBe('ready')
  expect(unitStateOf('on-scene', ['reported', 'issued'])).toBe('assigned')
  expect(unitStateOf('assigned', [])).toBe('ready')
})

test('[DI6] a unit off duty is not put on duty by a desk, only by signing; one out of service not by its slips', () => {
  for (const away of ['off', 'out'] as const)
    for (const own of [[], ['reported'], ['issued']] as const) expect(unitStateOf(away, own)).toBe(away)
  expect(unitStateOf('off', ['signed'])).toBe('assigned')
  expect(unitStateOf('out', ['en-route'])).toBe('out')
  for (const state of unitStates)
    for (const own of slipStates) expect(unitStates).toContain(unitStateOf(state, [own]))
})

test('[DI1] the buttons are the table', () => {
  expect(openMoves(slipMoves, 'issued', ['unit'])).toEqual(['sign', 'ask-return'])
  expect(openMoves(slipMoves, 'issued', ['dispatcher'])).toEqual(['sign', 'cancel'])
  for (const ended of endedSlips) expect(openMoves(slipMoves, ended, ['unit', 'dispatcher'])).toEqual([])
})
