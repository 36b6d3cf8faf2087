import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRefusal } from '@open110/kit/refuse'
import { plusSeconds } from '@open110/kit/time'
import { confirmDueAt, overrideRules, stateOf, untilOf } from './contact.override.ts'
import {
  contactModes,
  contactOf,
  isLaxer,
  mayReach,
  permit,
  permitReceipt,
  stricterOf,
  strictestOf,
  ways,
  type ContactMode,
  type ContactPolicy,
  type Reachable,
} from './contact.ts'

const now = '2026-11-21T02:00:00.000Z'
const at = (seconds: number) => plusSeconds(now, seconds)
const openTo = (mode: ContactMode) => ways.filter((way) => mayReach({ mode }, way))
const reachable = fc.record({
  mode: fc.constantFrom('silent', 'text', 'phone', 'sms'),
  callSafe: fc.boolean(),
  flags: fc.subarray(['missed-call', 'duress', 'no-place']),
  withheldSince: fc.option(fc.constant(now), { nil: undefined }),
  contact: fc.option(
    fc.record({
      mode: fc.constantFrom(...contactModes),
      until: fc.option(fc.constantFrom(at(-1), at(60), at(600)), { nil: undefined }),
    }),
    { nil: undefined },
  ),
}) as fc.Arbitrary<Reachable>

test('[RE1] a silent reporter is reached by a quiet message and nothing else, whatever was said of calls', () => {
  for (const report of [
    { mode: 'silent', callSafe: true },
    { mode: 'silent', callSafe: false },
    { mode: 'text', callSafe: false },
  ]) {
    const contact = contactOf(report, now)
    expect(ways.filter((way) => mayReach(contact, way))).toEqual(['quiet-message'])
  }
  const open = contactOf({ mode: 'text', callSafe: true }, now)
  expect(ways.filter((way) => mayReach(open, way))).toEqual([...ways])
})

test('[RE4] whatever a desk sets, the report’s own answer holds, and holds alone when the time is over', () => {
  fc.assert(
    fc.property(reachable, fc.integer({ min: 0, max: 1_200 }), (report, seconds) => {
      const own = contactOf({ ...report, contact: undefined }, now).mode
      const later = contactOf(report, at(seconds))
      for (const way of openTo(later.mode)) expect(openTo(own)).toContain(way)
      const { until } = report.contact ?? {}
      if (!report.contact || (until && until <= at(seconds))) expect(later.mode).toBe(own)
    }),
  )
  const silent = { mode: 'silent', callSafe: false }
  const set: ContactPolicy = { mode: 'call-ok', until: at(60) }
  expect(contactOf({ ...silent, contact: set }, at(61)).mode).toBe('silent')
  expect(contactOf({ ...silent, contact: set }, now).mode).toBe('silent')
})

test('[RE4] what would let more out, now or sooner than now said, is laxer', () => {
  const text = { mode: 'text', callSafe: true }
  expect(isLaxer(text, { mode: 'silent' }, now)).toBe(false)
  expect(isLaxer({ mode: 'text', callSafe: false }, { mode: 'call-ok' }, now)).toBe(true)
  const made = { ...text, contact: { mode: 'silent', until: at(600) } as ContactPolicy }
  expect(isLaxer(made, { mode: 'chat-only' }, now)).toBe(true)
  expect(isLaxer(made, { mode: 'silent', until: at(60) }, now)).toBe(true)
  expect(isLaxer(made, { mode: 'silent', until: at(900) }, now)).toBe(false)
  expect(isLaxer({ mode: 'silent', callSafe: false }, { mode: 'silent', until: at(1) }, now)).toBe(false)
  fc.assert(
    fc.property(reachable, reachable, fc.integer({ min: 0, max: 1_200 }), (report, other, seconds) => {
      const next = other.contact
      if (!next || isLaxer(report, next, now)) return
      const [before, after] = [report, { ...report, contact: next }].map((one) => contactOf(one, at(seconds)))
      for (const way of openTo(after!.mode)) expect(openTo(before!.mode)).toContain(way)
    }),
  )
})

test('[RE5] who rang and was not answered is rung back and written nothing', () => {
  const { mode } = contactOf({ mode: 'phone', callSafe: true, flags: ['missed-call'] }, now)
  expect(openTo(mode)).toEqual(['call', 'quiet-message'])
  expect(
    isRefusal(
      permitReceipt(
        { mode: 'phone', callSafe: true, flags: ['missed-call'], isHushed: false, urgency: 3 },
        now,
      ),
    ),
  ).toBe(true)
})

test('[RE6] the strictest of several: who may only be rung and who may only be written to leave nothing', () => {
  expect(stricterOf('call-only', 'chat-only')).toBe('silent')
  expect(strictestOf([])).toEqual({ mode: 'call-ok' })
  expect(strictestOf([{ mode: 'call-ok' }, { mode: 'chat-only', codeword: '送煤气的' }])).toEqual({
    mode: 'chat-only',
    codeword: '送煤气的',
  })
  for (const one of contactModes)
    for (const other of contactModes) {
      expect(stricterOf(one, other)).toBe(stricterOf(other, one))
      expect(openTo(stricterOf(one, other))).toEqual(openTo(one).filter((way) => openTo(other).includes(way)))
    }
})

test('[RE7] an opening lets out its own way for its own time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...contactModes),
      fc.constantFrom(...ways),
      fc.constantFrom(...ways),
      fc.integer({ min: -10, max: 310 }),
      (mode, way, opened, seconds) => {
        const opening = { way: opened, from: now, until: at(300), override: 'co_1' }
        const may = permit({ mode }, way, at(seconds), [opening])
        const isOpen = mayReach({ mode }, way) || (way === opened && seconds >= 0 && seconds < 300)
        expect(!isRefusal(may)).toBe(isOpen)
        if (!isRefusal(may)) expect(may.override === 'co_1').toBe(!mayReach({ mode }, way))
      },
    ),
  )
})

test('[RE7] [RE8] asked, standing, used, over, ended: by what has happened, and by the clock alone', () => {
  const asked = { way: 'call' as const, level: 2, at: now }
  expect(stateOf(asked, at(599))).toBe('asked')
  expect(stateOf(asked, at(600))).toBe('over')
  const standing = { ...asked, standsFrom: at(120) }
  expect(untilOf(standing)).toBe(at(120 + overrideRules.standsSeconds))
  expect([at(419), at(420)].map((moment) => stateOf(standing, moment))).toEqual(['standing', 'over'])
  expect(stateOf({ ...standing, usedAt: at(130) }, at(131))).toBe('used')
  expect(stateOf({ ...standing, endedAt: at(130) }, at(131))).toBe('ended')
  expect(confirmDueAt(asked)).toBeUndefined()
  expect(confirmDueAt({ ...asked, level: 1 })).toBe(at(600))
  expect(confirmDueAt({ ...asked, level: 1, confirmedAt: at(5) })).toBeUndefined()
})

const receiptTo = (report: Partial<Reachable> & { isHushed: boolean; urgency: number; callSafe: boolean }) =>
  !isRefusal(permitReceipt({ mode: 'sms', ...report }, now))

test('[RE1] the line that a text has come goes to nobody who asks for silence, is in danger now, or was made silent', () => {
  expect(receiptTo({ isHushed: false, urgency: 2, callSafe: false })).toBe(true)
  expect(receiptTo({ isHushed: true, urgency: 2, callSafe: false })).toBe(false)
  expect(receiptTo({ isHushed: false, urgency: 1, callSafe: false })).toBe(false)
  expect(receiptTo({ isHushed: false, urgency: 1, callSafe: true })).toBe(true)
  expect(receiptTo({ isHushed: false, urgency: 3, callSafe: true, contact: { mode: 'silent' } })).toBe(false)
  expect(receiptTo({ isHushed: false, urgency: 3, callSafe: true, flags: ['duress'] })).toBe(false)
})
