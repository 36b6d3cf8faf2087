import { expect, test } from 'vitest'
import { handTurned } from '@open110/core/fake/timers.fake'
import { refuse } from '../pure/refuse.ts'
import { route } from '../pure/route.ts'
import * as z from 'zod/mini'
import { openCall } from './call.ts'
import { openPace, waitAfter } from './pace.ts'
import { secondsAsked, Unanswered } from './unanswered.ts'

const of = (admission: 'alarm' | 'dialogue' | 'query') =>
  route({ name: admission, at: 'POST /things', means: '', who: [], gives: z.unknown(), admission })
const busy = (seconds?: number) =>
  new Unanswered('busy', { status: 503, ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) })

function openServer(answer: { status: number; text: string; retryAfterSeconds?: number }) {
  const clock = handTurned()
  const asked: string[] = []
  const pace = openPace(clock.timers)
  const line = { answer }
  const call = openCall({
    base: '',
    transport: async ({ url }) => (asked.push(url), line.answer),
    token: () => undefined,
    language: () => 'zh-CN',
    pace,
  })
  const failure = (admission: Parameters<typeof of>[0]) =>
    call(of(admission)).then(
      () => undefined,
      (cause: Unanswered) => cause,
    )
  return { clock, asked, pace, line, call, failure }
}

test.each([
  ['7', undefined, 7],
  ['1.5', undefined, 1.5],
  ['Sat, 21 Nov 2026 19:11:30 GMT', 'Sat, 21 Nov 2026 19:11:00 GMT', 30],
  ['Sat, 21 Nov 2026 19:11:30 GMT', undefined, undefined],
  ['0', undefined, undefined],
  ['-3', undefined, undefined],
  ['soon', undefined, undefined],
  [null, undefined, undefined],
])('[KC1] Retry-After %s at %s asks for %s seconds', (header, date, seconds) => {
  expect(secondsAsked(header, date)).toBe(seconds)
})

test('[KC1] the problem says it exactly, the header rounded up; a refusal that is an answer stays one', async () => {
  const { failure, line, call, clock } = openServer({
    status: 429,
    text: '{"code":"request.too-many","facts":{"seconds":1.3}}',
    retryAfterSeconds: 2,
  })
  expect(await failure('dialogue')).toMatchObject({ status: 429, retryAfterSeconds: 1.3 })
  line.answer = { status: 502, text: '<html>', retryAfterSeconds: 2 }
  expect(await failure('dialogue')).toMatchObject({ status: 502, retryAfterSeconds: 2 })
  await clock.pass(4_000)
  line.answer = { status: 409, text: '{"code":"thing.gone","facts":{"seconds":9}}' }
  expect(await call(of('dialogue'))).toEqual(refuse('thing.gone', { seconds: 9 }))
})

test('[KC2] a server that asks questions to wait is asked none; changes go on, and the first class always', async () => {
  const { failure, asked, clock, line } = openServer({
    status: 503,
    text: '{"code":"request.busy","facts":{"seconds":10}}',
  })
  await failure('query')
  line.answer = { status: 200, text: '{}' }
  expect(await failure('query')).toMatchObject({ status: 503, retryAfterSeconds: 12.5 })
  expect(asked).toHaveLength(1)
  expect(await failure('dialogue')).toBeUndefined()
  await clock.pass(12_499)
  await failure('query')
  expect(asked).toHaveLength(2)
  await clock.pass(1)
  expect(await failure('query')).toBeUndefined()

  line.answer = { status: 503, text: '{"code":"request.busy","facts":{"seconds":10}}' }
  await failure('alarm')
  line.answer = { status: 200, text: '{}' }
  expect(await failure('dialogue')).toMatchObject({ status: 503 })
  expect(await failure('alarm')).toBeUndefined()
})

test('[KC2] a limit of one operation holds up no other of its class, and nobody is sent away for a day', async () => {
  const { pace } = openServer({ status: 200, text: '{}' })
  pace.fail('dialogue', new Unanswered('too many', { status: 429, retryAfterSeconds: 60 }))
  expect(pace.heldMs('dialogue')).toBe(0)
  pace.fail('dialogue', busy(86_400))
  expect(pace.heldMs('dialogue')).toBeLessThanOrEqual(450_000)
  expect(pace.heldMs('media')).toBeLessThanOrEqual(450_000)
})

test('[KC3] what waits is spread: as long as asked and up to half as long again, or growing about its middle', () => {
  const waits = (tries: number, failure: Unanswered) =>
    [0, 0.5, 0.999].map((chance) => Math.round(waitAfter('dialogue', tries, failure, () => chance).ms))
  expect(waits(1, busy(2))).toEqual([2_000, 2_500, 2_999])
  expect(waits(1, busy())).toEqual([500, 1_000, 1_499])
  expect(waits(9, busy())).toEqual([15_000, 30_000, 44_970])
  const lost = new Unanswered('no network')
  expect(waits(9, lost)).toEqual([7_500, 15_000, 22_485])
  expect(waitAfter('alarm', 9, lost, () => 0.999).ms).toBeLessThan(4_000)
})

test('[KC4] repetitions are paid from what was asked anew: one in ten, changes before questions', () => {
  const { pace } = openServer({ status: 200, text: '{}' })
  expect([pace.repeat('dialogue'), pace.repeat('media')]).toEqual([0, 0])
  expect(pace.repeat('dialogue')).toBeGreaterThan(0)
  for (let asked = 0; asked < 11; asked++) pace.begin()
  expect(pace.repeat('query')).toBeGreaterThan(0)
  expect(pace.repeat('dialogue')).toBe(0)
  expect(pace.repeat('dialogue')).toBeGreaterThan(0)
})

test('[KC4] the first class is never kept from its first repetition, nor from later ones for long; the others go within ninety seconds', async () => {
  const { pace, clock } = openServer({ status: 200, text: '{}' })
  while (pace.repeat('dialogue') === 0);
  expect(pace.repeat('alarm', 1)).toBe(0)
  expect(pace.repeat('alarm', 2)).toBeGreaterThan(0)
  await clock.pass(15_000)
  expect(pace.repeat('alarm', 2)).toBe(0)
  expect(pace.repeat('dialogue')).toBeGreaterThan(0)
  await clock.pass(75_000)
  expect(pace.repeat('dialogue')).toBe(0)
  expect(pace.repeat('dialogue')).toBeGreaterThan(0)
})

test('[KC4] eight good answers in a row and what waits may go; one bad one and they are counted anew', () => {
  const { pace } = openServer({ status: 200, text: '{}' })
  while (pace.repeat('dialogue') === 0);
  for (let answer = 0; answer < 7; answer++) pace.succeed()
  pace.fail('query', busy())
  pace.succeed()
  expect(pace.repeat('dialogue')).toBeGreaterThan(0)
  for (let answer = 0; answer < 7; answer++) pace.succeed()
  expect(pace.repeat('dialogue')).toBe(0)
})
