import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { Database } from '../db/index.ts'
import { openTestDatabase } from '../db/test-database.ts'
import { route } from '../pure/route.ts'
import { openGate, ordinaryRules } from './admission.ts'
import { answerGathered, openHttp, type Http } from './index.ts'

let db: Database
let close: () => Promise<void>
let http: Http
let fallen = 0
const drop = route({
  name: 'drop.fall',
  at: 'POST /drops',
  means: 'A drop falls, and nobody waits for it.',
  who: ['anyone'],
  takes: z.object({ drop: z.string() }),
  gives: z.object({ fallen: z.number() }),
  admission: 'content',
})

beforeAll(async () => {
  ;({ db, close } = await openTestDatabase())
  const own = openHttp({
    db,
    clock: { now: () => '2026-11-22T02:00:00.000Z' },
    log: pino({ level: 'silent' }),
    titleOf: (code) => code,
    identify: async () => undefined,
    chance: () => 0.5,
  })
  own.serve([answerGathered(drop, async () => ({ fallen: (fallen += 1) }))])
  http = own
})
afterAll(async () => {
  await http.app.close()
  await close()
})

const falls = async (name: string, key?: string) => {
  const answer = await http.app.inject({
    method: 'POST',
    url: '/drops',
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    payload: { drop: name },
  })
  return { status: answer.statusCode, ...answer.json<{ fallen?: number; code?: string }>() }
}

test('[KI34] with a key there is one answer at any later time; without one each is anew', async () => {
  const first = await falls('dew', 'one')
  expect(await falls('dew', 'one')).toEqual(first)
  expect(await falls('rain', 'one')).toMatchObject({ status: 409, code: 'idempotency.key-reused' })
  expect([(await falls('dew')).fallen, (await falls('dew')).fallen]).toEqual([2, 3])
})

test('[KI34] more than the class works on at once are gathered all the same, until the program runs late', async () => {
  let lateMs = 0
  const gate = openGate({ chance: () => 0.5, delayMs: () => lateMs })
  const doors: (() => void)[] = []
  const many = ordinaryRules.content.atOnce + ordinaryRules.content.mostWaiting + 1
  const work = Array.from({ length: many }, () =>
    gate.gather('content', () => new Promise<string>((open) => doors.push(() => open('in')))),
  )
  expect(doors).toHaveLength(many)
  for (const open of doors) open()
  expect(new Set(await Promise.all(work))).toEqual(new Set(['in']))
  lateMs = ordinaryRules.content.shedAtDelayMs
  expect(await gate.gather('content', async () => 'in')).toMatchObject({ seconds: 4 })
})
