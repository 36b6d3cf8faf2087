import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultsOf, move } from '@open110/kit/moves'
import { isRefusal } from '@open110/kit/refuse'
import { plusSeconds } from '@open110/kit/time'
import { followUpMoves, followUpStates } from './followup.ts'
import { defaultFollowUpPolicy, isMajor, isSampled, policyFrom, reasonAtClose } from './followup.policy.ts'
import { openChannels, rateableStages, takeMove, unvisitedOf } from './followup.steps.ts'

const now = '2026-11-21T02:00:00.000Z'
const at = (seconds: number) => plusSeconds(now, seconds)
const calm = { id: 'in_1', level: 3, category: '2002', dangers: [] as string[] }

test('[FU1] every state of a follow-up is reached and none is a dead end', () => {
  expect(faultsOf(followUpMoves, 'due', ['done'])).toEqual({ unreachable: [], deadEnds: [] })
  expect(new Set(Object.values(followUpMoves).map(({ to }) => to))).toEqual(
    new Set(followUpStates.filter((state) => state !== 'due')),
  )
})

test('[FU1] [FU9] a result, a reason and enough attempts are asked for where the table says so', () => {
  const take = (state: (typeof followUpStates)[number], name: string, given = {}, attempts = 3) => {
    const taken = takeMove({ state, attempts }, name, ['supervisor'], given, defaultFollowUpPolicy)
    return isRefusal(taken) ? taken.refused : taken
  }
  expect(take('due', 'finish', { result: { satisfaction: 5 } })).toBe('move.not-now')
  expect(take('attempted', 'finish')).toBe('followup.result-missing')
  expect(take('attempted', 'finish', { result: { comment: '  ' } })).toBe('followup.result-missing')
  expect(take('attempted', 'finish', { result: { comment: '没意见' } })).toBe('done')
  expect(take('attempted', 'give-up')).toBe('reason.missing')
  expect(take('attempted', 'give-up', { reason: '空号' }, 2)).toBe('followup.attempts-missing')
  expect(take('attempted', 'give-up', { reason: '空号' })).toBe('unreachable')
  expect(take('unreachable', 'settle', { reason: '三天未接通' })).toBe('done')
  expect(move(followUpMoves, 'unreachable', 'settle', ['call-taker'])).toMatchObject({
    refused: 'move.denied',
  })
})

test('[FU2] level, danger or category make it major; the draw is the same each time and near its share', () => {
  expect(isMajor(calm, defaultFollowUpPolicy)).toBe(false)
  expect(isMajor({ ...calm, level: 1 }, defaultFollowUpPolicy)).toBe(true)
  expect(isMajor({ ...calm, dangers: ['gun'] }, defaultFollowUpPolicy)).toBe(true)
  expect(isMajor({ ...calm, category: '4001' }, defaultFollowUpPolicy)).toBe(true)
  expect(reasonAtClose({ ...calm, level: 1 }, defaultFollowUpPolicy)).toBe('major')
  fc.assert(
    fc.property(fc.string(), (id) => isSampled(id, 2) === isSampled(id, 2) && isSampled(id, 100)),
    { numRuns: 50 },
  )
  const drawn = Array.from({ length: 20_000 }, (_, n) => isSampled(`in_${n}`, 2)).filter(Boolean).length
  expect(drawn).toBeGreaterThan(300)
  expect(drawn).toBeLessThan(500)
})

test('[FU2] what a city has written wrongly is the default, and the rest of what it has written holds', () => {
  const policy = policyFrom({ samplePercent: 'many', majorLevels: [1, 2] })
  expect(policy.samplePercent).toBe(2)
  expect(policy.majorLevels).toEqual([1, 2])
})

test('[FU4] who is covert is reached by quiet words, and otherwise within their own span and by their own way', () => {
  const reach = { ways: ['sms' as const], from: at(60), until: at(120) }
  expect(openChannels('call-ok', undefined, now)).toEqual(['message', 'call', 'sms'])
  expect(openChannels('silent', undefined, now)).toEqual(['message'])
  expect(openChannels('silent', reach, now)).toEqual(['message'])
  expect(openChannels('silent', reach, at(90))).toEqual(['message', 'sms'])
  expect(openChannels('silent', reach, at(121))).toEqual(['message'])
})

test('[FU5] [FU6] what has happened can be rated, for ten minutes anew; nobody covert is asked while it goes on', () => {
  const policy = defaultFollowUpPolicy
  const given = [{ stage: 'answer' as const, ratedAt: now }]
  const handling = { state: 'handling', receivedAt: now }
  expect(rateableStages({ state: 'delivered' }, 'call-ok', [], now, policy)).toEqual([])
  expect(rateableStages(handling, 'call-ok', [], now, policy)).toEqual(['answer'])
  expect(rateableStages(handling, 'silent', [], now, policy)).toEqual([])
  const done = { state: 'done', receivedAt: now }
  expect(rateableStages(done, 'silent', [], now, policy)).toEqual(['answer', 'handling'])
  expect(rateableStages(done, 'call-ok', given, at(599), policy)).toEqual(['answer', 'handling'])
  expect(rateableStages(done, 'call-ok', given, at(601), policy)).toEqual(['handling'])
})

test('[FU7] the reason is read where it is over and nobody came, and nowhere else', () => {
  const closed = { closeReason: '电话里已处置', hasArrived: false }
  expect(unvisitedOf({ state: 'done' }, closed, undefined)?.reason).toBe('电话里已处置')
  expect(unvisitedOf({ state: 'done' }, { ...closed, hasArrived: true }, undefined)).toBeUndefined()
  expect(unvisitedOf({ state: 'handling' }, closed, undefined)).toBeUndefined()
  expect(unvisitedOf({ state: 'invalid', outcome: '误拨' }, { hasArrived: false }, undefined)?.reason).toBe(
    '误拨',
  )
})
