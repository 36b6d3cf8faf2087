import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { plusSeconds } from '@open110/kit/time'
import { defaultPolicy, DeskPolicy, seatState, takeOver, type Seat } from './desk.ts'

const now = '2026-11-21T02:00:00.000Z'
const ago = (seconds: number) => plusSeconds(now, -seconds)

test('[DE2] a seat is live through three missed beats and stale one millisecond later', () => {
  expect(defaultPolicy.staleSeconds).toBe(3 * defaultPolicy.beatSeconds)
  expect(seatState(undefined, now, defaultPolicy)).toBe('empty')
  expect(seatState(now, now, defaultPolicy)).toBe('live')
  expect(seatState(ago(45), now, defaultPolicy)).toBe('live')
  expect(seatState(ago(45.001), now, defaultPolicy)).toBe('stale')
})

test('[DE5] the border of staleness is whatever the desk says it is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 0, max: 1200 }),
      (staleSeconds, silent) => {
        const state = seatState(ago(silent), now, { ...defaultPolicy, staleSeconds })
        expect(state).toBe(silent > staleSeconds ? 'stale' : 'live')
      },
    ),
  )
})

test.each<
  [Seat['state'], number, 'call-taker' | 'supervisor', string | undefined, ReturnType<typeof takeOver>]
>([
  // owner's seat, seconds since the claim, who asks, their reason, and what becomes of it
  ['live', 5, 'call-taker', undefined, 'take'],
  ['live', 20, 'call-taker', undefined, 'take'],
  ['live', 21, 'call-taker', undefined, 'denied'],
  ['live', 21, 'call-taker', '顺路', 'denied'],
  ['live', 21, 'supervisor', undefined, 'needs-reason'],
  ['live', 21, 'supervisor', '', 'needs-reason'],
  ['live', 21, 'supervisor', '换班', 'override'],
  ['stale', 3600, 'call-taker', undefined, 'reclaim'],
  ['empty', 3600, 'call-taker', undefined, 'reclaim'],
])(
  '[DE2] [DE5] a claim at a %s seat, %i s old, asked for by a %s: %s → %s',
  (ownerState, seconds, who, reason, then) => {
    const claim = { receivedAt: ago(seconds), ownerState }
    expect(takeOver(claim, { isSupervisor: who === 'supervisor', reason }, now, defaultPolicy)).toBe(then)
  },
)

test('[DE5] a policy with a missing or a misspelt limit is no policy', () => {
  const { overflowSeconds: _, ...short } = defaultPolicy
  expect(z.safeParse(DeskPolicy, defaultPolicy).success).toBe(true)
  expect(z.safeParse(DeskPolicy, short).success).toBe(false)
  expect(z.safeParse(DeskPolicy, { ...defaultPolicy, overflowSeconds: '10' }).success).toBe(false)
})
