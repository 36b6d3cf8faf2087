import { expect, test } from 'vitest'
import { byUrgency, gapsOf, type Loop } from './closure.gaps.ts'
import { isRed, type Finding, type OpenLoop } from './closure.ts'

const at = (minute: number) => `2026-11-24T02:${String(minute).padStart(2, '0')}:00.000Z`
const loop = (more: Partial<Loop> = {}): Loop => ({
  state: 'accepted',
  acceptedAt: at(0),
  changedAt: at(5),
  isGroundless: false,
  isOwnerHere: true,
  slips: [],
  late: [],
  ...more,
})
const slip = (state: string, more: Partial<Loop['slips'][number]> = {}): Loop['slips'][number] => ({
  id: `sl_${state}`,
  unit: 'un_1',
  unitName: '城东-1',
  state,
  movedAt: at(3),
  hasFeedback: false,
  isSentBack: false,
  ...more,
})
const found = (one: Loop) => gapsOf(one).map(({ finding }) => finding)

test.each([
  ['nobody sent', loop(), ['not-dispatched']],
  ['sent and not signed', loop({ state: 'dispatched', slips: [slip('issued')] }), ['not-signed']],
  ['on the way', loop({ state: 'en-route', slips: [slip('en-route')] }), ['not-arrived']],
  ['there', loop({ state: 'on-scene', slips: [slip('on-scene')] }), ['no-feedback']],
  ['feedback sent back', loop({ slips: [slip('scene-done', { isSentBack: true })] }), ['feedback-sent-back']],
  [
    'two slips, each its own',
    loop({ slips: [slip('issued'), slip('on-scene')] }),
    ['not-signed', 'no-feedback'],
  ],
  ['fed back and not closed', loop({ slips: [slip('reported', { hasFeedback: true })] }), ['not-closed']],
  ['ended in vain', loop({ slips: [slip('returned')] }), ['not-dispatched']],
  ['on hold', loop({ state: 'pending' }), ['on-hold']],
  ['closed', loop({ state: 'closed' }), []],
  ['archived', loop({ state: 'archived' }), []],
  ['closed without a word', loop({ state: 'closed', isGroundless: true }), ['closed-without-ground']],
])('[CL1] %s', (_, one, gaps) => {
  expect(found(one)).toEqual(gaps)
})

test('[CL1] in vain counts from when the last slip ended', () => {
  expect(gapsOf(loop({ slips: [slip('cancelled', { movedAt: at(9) })] }))[0]?.since).toBe(at(9))
})

test('[CL2] a red clock names its unit; the late follow-up is said once and outlives the close', () => {
  const late = [{ clock: 'sign', dueAt: at(4), subject: 'sl_issued' } as const]
  expect(gapsOf(loop({ slips: [slip('issued')], late }))[0]).toEqual({
    finding: 'overdue',
    since: at(4),
    clock: 'sign',
    slip: 'sl_issued',
    unit: 'un_1',
    unitName: '城东-1',
  })
  const followUp = [{ clock: 'follow-up', dueAt: at(4), subject: 'fu_1' } as const]
  expect(found(loop({ state: 'closed', late: followUp, followUpDueAt: at(4) }))).toEqual([
    'follow-up-missing',
  ])
})

test('[CL3] who accepted it has left and nobody is sent: nobody answers for it, which comes first', () => {
  expect(found(loop({ isOwnerHere: false }))).toEqual(['no-owner', 'not-dispatched'])
  expect(found(loop({ isOwnerHere: false, slips: [slip('issued')] }))).toEqual(['not-signed'])
})

test('[CL1] the board: the worst gap, then the level, then the longest wait', () => {
  const line = (number: string, level: number, since: number, one: Loop): OpenLoop => ({
    number,
    state: one.state,
    level,
    since: at(since),
    gaps: gapsOf(one),
  })
  const red = loop({ late: [{ clock: 'dispatch', dueAt: at(2), subject: 'in_1' }] })
  const lines = [
    line('d', 3, 1, loop()),
    line('c', 3, 0, loop()),
    line('b', 1, 9, loop()),
    line('a', 4, 9, red),
  ]
  expect(lines.toSorted(byUrgency).map(({ number }) => number)).toEqual(['a', 'b', 'c', 'd'])
})

test('[CL8] work under way is not red; what nobody watches is, and what is done but open for half an hour', () => {
  const red = (finding: Finding, minutes: number) => isRed({ finding, since: at(0) }, at(minutes))
  for (const watched of ['not-dispatched', 'not-signed', 'not-arrived', 'no-feedback', 'on-hold'] as const)
    expect(red(watched, 600)).toBe(false)
  for (const now of ['overdue', 'no-owner', 'closed-without-ground', 'follow-up-missing'] as const)
    expect(red(now, 0)).toBe(true)
  expect([red('not-closed', 29), red('not-closed', 30)]).toEqual([false, true])
  expect([red('not-decided', 1), red('not-decided', 2)]).toEqual([false, true])
})
