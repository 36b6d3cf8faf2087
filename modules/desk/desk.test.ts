import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { plusSeconds } from '@open110/kit/time'
import { defaultPolicy, DeskPolicy, patienceSeconds, seatState, takeOver, type Seat } from './desk.ts'
import { listen, returnMs, type Heard } from './desk.silence.ts'

const now = '2026-11-21T02:00:00.000Z'
const ago = (seconds: number) => plusSeconds(now, -seconds)

const seat = { staff: 'st_zhaomin' as Seat['staff'], signedInAt: ago(600), lastBeatAt: ago(2) }

test('[DE2] a seat is alive until a verdict says otherwise, whatever the dates beside it say', () => {
  expect(defaultPolicy.staleSeconds).toBeGreaterThan(3 * defaultPolicy.beatSeconds)
  expect(seatState({ staff: undefined, silentSince: undefined })).toBe('empty')
  expect(seatState(seat)).toBe('live')
  expect(seatState({ ...seat, silentSince: now })).toBe('stale')
})

test('[DE5] [DE7] a console that was heard is held to its beat; one that is still starting is given longer', () => {
  expect(patienceSeconds(seat, defaultPolicy)).toBe(7)
  expect(patienceSeconds({ ...seat, lastBeatAt: seat.signedInAt }, defaultPolicy)).toBe(45)
  const patient = { ...defaultPolicy, staleSeconds: 60 }
  expect(patienceSeconds({ ...seat, lastBeatAt: seat.signedInAt }, patient)).toBe(60)
})

const beaten = (mark: string) => [{ key: 'lishui 1', mark, mostMs: 7_000 }]
/** Looks one after another: the mark that is found, and how long was listened before. */
const look = (...looks: readonly [mark: string, listenedMs: number | undefined][]) => {
  let heard: Heard = new Map()
  return looks.map(([mark, listenedMs]) => {
    const found = listen(heard, beaten(mark), listenedMs)
    heard = found.heard
    return found.silent.length
  })
}

test('[DE7] silence is what was listened to without a beat, and one beat ends it', () => {
  expect(look(['a', 0], ['a', 7_000], ['a', 1], ['b', 1], ['b', 7_000], ['b', 1])).toEqual([0, 0, 1, 0, 0, 1])
})

test('[DE7] who could not listen says nobody is silent, and gives all of them time to come back', () => {
  expect(look(['a', undefined], ['a', 7_000 + returnMs], ['a', 1])).toEqual([0, 0, 1])
  expect(look(['a', 0], ['a', 6_999], ['a', undefined], ['a', 7_000], ['b', 1_000])).toEqual([0, 0, 0, 0, 0])
})

test('[DE7] whenever the beats come and the looks are, nobody who beats is ever silent, and nobody who stopped stays alive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 200, max: 2_500 }), { minLength: 20, maxLength: 60 }),
      fc.array(fc.integer({ min: 500, max: 2_000 }), { minLength: 20, maxLength: 60 }),
      (beats, looks) => {
        const beatAt = beats.map((_, n) => beats.slice(0, n + 1).reduce((sum, ms) => sum + ms, 0))
        const died = beatAt.at(-1)!
        let heard: Heard = new Map()
        let atMs = 0
        let foundAt: number | undefined
        for (const ms of [...looks, ...Array.from({ length: 80 }, () => 1_000)]) {
          atMs += ms
          const mark = String(beatAt.findLastIndex((beat) => beat <= atMs))
          const found = listen(heard, beaten(mark), ms)
          heard = found.heard
          if (found.silent.length > 0) foundAt ??= atMs
        }
        expect(foundAt).toBeGreaterThan(died)
        if (died > looks.reduce((sum, ms) => sum + ms, 0)) expect(foundAt! - died).toBeLessThanOrEqual(9_000)
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
  ['live', -7200, 'call-taker', undefined, 'denied'],
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
