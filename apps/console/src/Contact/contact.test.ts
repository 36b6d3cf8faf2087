import { expect, test } from 'vitest'
import { contactModes } from '@open110/modules/contact'
import type { Override } from '@open110/modules/contact/override'
import type { QueueRow } from '@open110/modules/report'
import { noRinging, hush, ring, ringsOn, titleOf } from '../Alarm/alarm.state.ts'
import { dutyOf, isPressing } from '../Duty/duty.state.ts'
import { askedToWithdraw, awaitsMe, openOverrides, tighterThan } from './contact.state.ts'

const row = (more: Partial<QueueRow>): QueueRow =>
  ({ report: 'rp_1', state: 'accepted', urgency: 3, flags: [], unread: 0, ...more }) as QueueRow
const override = (more: Partial<Override>): Override =>
  ({ id: 'co_1', state: 'asked', isMine: false, way: 'call', ...more }) as Override

test('[CS80] one press offers what is stricter and nothing else', () => {
  expect(Object.fromEntries(contactModes.map((mode) => [mode, tighterThan(mode)]))).toEqual({
    silent: [],
    'chat-only': ['silent'],
    'call-only': ['silent'],
    'call-ok': ['silent', 'chat-only', 'call-only'],
  })
})

test('[CS81] who waits for a second person is shown to everybody but whoever asked', () => {
  expect(awaitsMe(override({}))).toBe(true)
  expect(awaitsMe(override({ isMine: true }))).toBe(false)
  expect(awaitsMe(override({ state: 'over' }))).toBe(false)
  expect(awaitsMe(override({ state: 'used', confirmDueAt: '2026-11-21T02:00:00.000Z' }))).toBe(true)
  const ended = override({ state: 'ended' })
  const standing = override({ state: 'standing' })
  expect(openOverrides([ended, standing])).toEqual([standing])
})

test('[CS82] duress rings until it is decided or hushed, and comes before who only asks', () => {
  const forced = row({ report: 'rp_2', urgency: 1, flags: ['duress', 'withdraw-asked'] } as Partial<QueueRow>)
  const calm = row({ flags: ['withdraw-asked'] })
  expect(askedToWithdraw([calm, forced]).map(({ row: { report }, isDuress }) => [report, isDuress])).toEqual([
    ['rp_2', true],
    ['rp_1', false],
  ])
  expect([ringsOn(forced), ringsOn(calm)]).toEqual([true, false])
  const first = ring(noRinging, [forced], false)
  expect(first).toMatchObject({ play: 'p1', isUrgent: true })
  expect(ring(hush(first.ringing, [forced]), [forced], false).play).toBeUndefined()
  expect(titleOf([forced], '接警')).toBe('▲(1) 接警')
  const decided = row({ urgency: 1, flags: ['duress'] })
  expect([ringsOn(decided), ring(noRinging, [decided], false).play]).toEqual([false, undefined])
})

test('[CS83] the duty officer’s page has what nobody has confirmed', () => {
  const duty = dutyOf({ overrides: [override({})] }, 0)
  expect(duty.overrides).toHaveLength(1)
  expect(isPressing('overrides', duty)).toBe(true)
})
