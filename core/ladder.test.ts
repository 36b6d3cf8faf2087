import { expect, test } from 'vitest'
import type { LadderStep } from '@open110/modules/report'
import { ladderOf, smsLink, smsWords, waitedSince, wayOut } from './ladder.ts'
import { citizen } from './words/zh/citizen.ts'
import { common } from './words/zh/common.ts'
import { refusals } from './words/zh/refusals.ts'

const at = '2026-11-21T19:11:04.000Z'
const climbed = (...steps: LadderStep['step'][]) => ({
  ladder: steps.map((step) => ({ step, at, ...(step === 'received' ? { by: '3号席' } : {}) })),
  state: 'delivered' as const,
  deliveredAt: at,
})
const steps = (given: Parameters<typeof ladderOf>[0]) => ladderOf(given).map(({ step }) => step)

test('[CO14] the rungs are what has happened, and at the end what is waited for', () => {
  expect(steps({ local: 'queued', waitedSeconds: 0 })).toEqual(['queued'])
  expect(steps({ local: 'sending', waitedSeconds: 0 })).toEqual(['sending'])
  expect(steps({ local: 'ask', waitedSeconds: 0 })).toEqual(['ask'])
  expect(steps({ report: climbed('delivered'), waitedSeconds: 18 })).toEqual(['delivered', 'waiting'])
  expect(steps({ report: climbed('delivered', 'received', 'accepted'), waitedSeconds: 18 })).toEqual([
    'delivered',
    'received',
    'accepted',
  ])
})

test('[CO14] the phone believes the server about what has happened, not its own outbox', () => {
  expect(steps({ local: 'sending', report: climbed('delivered'), waitedSeconds: 0 })).toEqual([
    'delivered',
    'waiting',
  ])
  expect(steps({ local: 'delivered', waitedSeconds: 0 })).toEqual(['sending'])
})

test('[CO15] waiting is counted by two clocks, and a wrong one can only make help come early', () => {
  expect(waitedSince(at, '2026-11-21T19:11:34.000Z', 3)).toBe(30)
  expect(waitedSince(at, '2026-11-21T19:01:00.000Z', 12)).toBe(12)
  expect(waitedSince(at, '2031-01-01T00:00:00.000Z', 12)).toBe(12)
})

const asked = { isQuiet: false, desk: 'lishui', words: '括苍路 有人入室', unsentForSeconds: 0 }
test.each([
  [
    'delivered, nobody after 30 s',
    { delivered: { isReceived: false, waitedSeconds: 30, fallbackAfterSeconds: 30 } },
    ['call', 'sms'],
  ],
  ['delivered, 29 s', { delivered: { isReceived: false, waitedSeconds: 29, fallbackAfterSeconds: 30 } }, []],
  ['received', { delivered: { isReceived: true, waitedSeconds: 300, fallbackAfterSeconds: 30 } }, []],
  [
    'silent, nobody after 15 s',
    { isQuiet: true, delivered: { isReceived: false, waitedSeconds: 15, fallbackAfterSeconds: 15 } },
    ['sms'],
  ],
  ['not sent for 15 s', { unsentForSeconds: 15 }, ['call', 'sms']],
  ['silent, not sent for 15 s', { isQuiet: true, unsentForSeconds: 15 }, ['sms']],
  ['cannot speak, not sent for 15 s', { canSpeak: false, unsentForSeconds: 15 }, ['sms', 'call']],
] as const)('[CO15] %s', (_, given, ways) => {
  expect(wayOut({ ...asked, ...given }).map(({ way }) => way)).toEqual(ways)
})

test('[CO15] the text goes to 12110 and the area code of the desk, place first', () => {
  const [sms] = wayOut({ ...asked, isQuiet: true, unsentForSeconds: 20 })
  expect(sms).toMatchObject({ number: '12110578', words: '括苍路 有人入室' })
  expect(wayOut({ ...asked, desk: 'elsewhere', unsentForSeconds: 20 })[1]).toMatchObject({ number: '12110' })
  expect(smsWords({ place: '括苍路12号', what: '有人入室', fix: { lng: 119.9226, lat: 28.46759 } })).toBe(
    '括苍路12号 N28.46759 E119.92260 有人入室',
  )
  expect(smsLink('12110578', '在家', false)).toBe('sms:12110578?body=%E5%9C%A8%E5%AE%B6')
  expect(smsLink('12110578', '在家', true)).toContain('sms:12110578&body=')
})

test('[CO16] no sentence that a citizen reads says 成功', () => {
  for (const [key, words] of Object.entries({ ...citizen, ...common, ...refusals })) {
    expect(`${key} ${words}`).not.toMatch(/成功|感谢|恭喜/)
  }
})
