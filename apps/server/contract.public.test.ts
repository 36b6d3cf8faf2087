import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '@open110/town'
import { faultsOf, operationsOf, untold, type Document, type Schema } from './document.contract.ts'
import { door, openOutsider, type Outsider, type Problem } from './outsider.contract.ts'

/** 对外约定 — the documents, health and figures that need no session, and what the demo data promises. */
let town: Town
let base: string
let outsider: Outsider
beforeAll(async () => {
  town = await openTown({ realClock: true })
  base = await town.listen()
  outsider = openOutsider(() => base)
})
afterAll(() => town.close())

const page = async (path: string) => {
  const answer = await fetch(base + path)
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() }
}
const json = async <Body>(path: string) => JSON.parse((await page(path)).text) as Body

test('[SV25] /api/openapi.json is an OpenAPI 3.1 document: every parameter is declared, every reference leads somewhere', async () => {
  const document = await json<Document>('/api/openapi.json')
  expect(faultsOf(document)).toEqual([])
  expect(operationsOf(document).length).toBeGreaterThan(24)
  const broken = structuredClone(document) as unknown as Record<
    string,
    Record<string, Record<string, { parameters: unknown[] }>>
  >
  broken['paths']!['/api/v1/reports/{report}']!['get']!.parameters = []
  Object.assign(broken['components']!, { schemas: { Lost: { $ref: '#/components/schemas/Nowhere' } } })
  expect(faultsOf(broken as unknown as Document)).toEqual([
    'GET /reports/{}: report',
    '#/components/schemas/Lost: #/components/schemas/Nowhere',
  ])
})

test('[SV25] it tells which mutations demand a key, that all take one, and what a session may begin with', async () => {
  const operations = operationsOf(await json<Document>('/api/openapi.json'))
  const keyOf = ({ operation }: (typeof operations)[number]) =>
    operation.parameters?.find(({ name, in: where }) => name === 'Idempotency-Key' && where === 'header')
  const mutations = operations.filter(({ at }) => !at.startsWith('GET'))
  expect(mutations.filter((one) => !keyOf(one))).toEqual([])
  const demanding = mutations
    .filter((one) => keyOf(one)?.required)
    .map(({ operation }) => operation.operationId)
  expect(demanding.toSorted()).toEqual(['message.send', 'report.send', 'thread.broadcast'])
  const opening = operations.find(({ operation }) => operation.operationId === 'session.open')?.operation
    .requestBody
  expect(opening?.required).toBe(false)
  expect(JSON.stringify(opening)).toContain('"language"')
})

test('[SV25] /api/events.json lists each event once, with its version, its meaning and its data', async () => {
  const { type } = await page('/api/events.json')
  expect(type).toBe('application/json; charset=utf-8')
  const { events } = await json<{ events: { type: string; version: number; means: string; data: Schema }[] }>(
    '/api/events.json',
  )
  const types = events.map((one) => one.type)
  expect(new Set(types).size).toBe(types.length)
  for (const one of [
    'report.delivered',
    'report.received',
    'message.sent',
    'incident.accepted',
    'slip.issued',
    'unit.moved',
  ]) {
    expect(types).toContain(one)
  }
  for (const { version, means, data } of events) {
    expect([version >= 1, means.length > 10, data.type]).toEqual([true, true, 'object'])
  }
})

test('[SV26] /metrics is Prometheus text and knows nobody', async () => {
  const token = await outsider.session()
  const words = '有人在撬我家的门'
  const { id, receiptCode } = await outsider.send(token, { words, place: { words: '囿山路16号' } })
  await outsider.ask(`GET /receipts/${receiptCode}`)
  await outsider.ask(`GET /reports/${id}`, { token })
  const { status, type, text } = await page('/metrics')
  expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)])
  for (const line of text.split('\n').filter(Boolean)) {
    expect(line).toMatch(/^# (HELP|TYPE) \w+ .+$|^\w+(\{(\w+="[^"]*",?)+\})? \S+$/)
  }
  expect(text).toContain('operation="report.send",status="201"')
  for (const secret of [token, id, receiptCode, words, '囿山路', String(door.lng)])
    expect(text).not.toContain(secret)
})

test('[SV29] 鼓浪屿 belongs to 厦门, in whichever of the three datums it is said', async () => {
  const said = { wgs84: [118.062, 24.446], gcj02: [118.0669, 24.4432], bd09: [118.0733, 24.4495] }
  for (const [crs, [lng, lat]] of Object.entries(said)) {
    const found = await outsider.good(
      `GET /places/resolve?lng=${lng}&lat=${lat}&crs=${crs}&accuracyMetres=30`,
    )
    expect([crs, found]).toEqual([
      crs,
      expect.objectContaining({
        division: { code: '350203', name: '思明区' },
        station: expect.objectContaining({ name: '鼓浪屿派出所' }),
        desk: { id: 'xiamen', name: expect.stringContaining('厦门') },
        share: 1,
        alternatives: [],
      }),
    ])
  }
  expect(await outsider.no('GET /places/resolve?lng=118.062&lat=24.446&crs=epsg4490')).toBe(
    '422 place.datum-invalid',
  )
})

test('[SV29] a point just off the coast still has its desk, and far abroad there is none', async () => {
  const off = await outsider.good('GET /places/resolve?lng=118.12&lat=24.42&crs=wgs84&accuracyMetres=20')
  expect(off).toMatchObject({ how: 'nearest', division: { code: '350203' }, desk: { id: 'xiamen' } })
  expect(off['offshoreMetres']).toBeGreaterThan(100)
  expect(off['offshoreMetres']).toBeLessThan(2_000)
  expect(await outsider.good('GET /places/resolve?lng=2.35&lat=48.86&crs=wgs84')).toMatchObject({
    desk: null,
    share: 0,
  })
})

test('[SV29] a circle across a border names both sides with their shares', async () => {
  const at = 'GET /places/resolve?lng=120.35&lat=30.1&crs=wgs84' as const
  type Found = {
    desk: { id: string }
    share: number
    alternatives: { desk: { id: string }; division: object; share: number }[]
  }
  const found = await outsider.good<Found>(`${at}&accuracyMetres=3000`)
  expect([found.desk.id, ...found.alternatives.map(({ desk }) => desk.id)]).toEqual(['shaoxing', 'hangzhou'])
  const shares = [found.share, ...found.alternatives.map(({ share }) => share)]
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2)
  expect(found.share).toBeGreaterThan(found.alternatives[0]!.share)
  expect((await outsider.good<Found>(`${at}&accuracyMetres=50`)).alternatives).toEqual([])
})

const accounts = [
  ['zhaomin@lishui', 'lishui'],
  ['officer@lishui', 'lishui'],
  ['unit-1@lishui', 'lishui'],
  ['zhaomin@shaoxing', 'shaoxing'],
  ['operator@12345.lishui', '12345.lishui'],
  ['mediator@lishui', 'justice.lishui'],
  ['admin@lishui', 'lishui'],
] as const
const loginOf = (account: string, password = 'open110-demo') =>
  ['POST /staff/sessions', { body: { account, password } }] as const

test('[SV28] every demo account of the contract logs in with the demo password and with no other', async () => {
  for (const [account, org] of accounts) {
    const { staff } = await outsider.good<{
      staff: { id: string; name: string; roles: string[]; org: string }
    }>(...loginOf(account))
    expect([account, staff.org, staff.roles.length > 0, staff.name.length > 1]).toEqual([
      account,
      org,
      true,
      true,
    ])
    expect(await outsider.no(...loginOf(account, 'open110-Demo'))).toBe('403 staff.login-denied')
  }
})

test('[SV28] where the demo flag is off none of them exists', async () => {
  const real = await openTown({ realClock: true, isDemo: false })
  try {
    const there = await real.listen()
    const stranger = openOutsider(() => there)
    const refused = await stranger.ask<Problem>(...loginOf('nobody@lishui'))
    for (const [account] of accounts) {
      const { status, body } = await stranger.ask<Problem>(...loginOf(account))
      expect([account, status, body]).toEqual([account, 403, refused.body])
    }
    expect((await stranger.send(await stranger.session())).desk.id).toBe('lishui')
  } finally {
    await real.close()
  }
})

test.each(['lishui', 'shaoxing', 'hangzhou', 'shanghai', 'xiamen', 'nanyang'])(
  '[SV28] %s has a desk with seats 1 to 4',
  async (desk) => {
    const token = await outsider.login(`zhaomin@${desk}`)
    for (const seat of [1, 2, 3, 4]) {
      expect((await outsider.ask(`POST /desks/${desk}/seats/${seat}`, { token })).status).toBe(200)
    }
    for (const seat of [0, 5])
      expect(await outsider.no(`POST /desks/${desk}/seats/${seat}`, { token })).toBe('404 desk.not-found')
    expect(await outsider.good(`GET /desks/${desk}/queue`, { token })).toEqual(expect.any(Array))
    expect((await outsider.ask(`DELETE /desks/${desk}/seats/4`, { token })).status).toBe(200)
  },
)

test('[SV28] all eleven prefectures of 浙江 have a desk', async () => {
  const centres = { hangzhou: [120.162, 30.252], ningbo: [121.549, 29.868], wenzhou: [120.657, 28.006], jiaxing: [120.752, 30.754],
    huzhou: [120.088, 30.868], shaoxing: [120.579, 29.998], jinhua: [119.648, 29.083], quzhou: [118.872, 28.958],
    zhoushan: [122.108, 30.018], taizhou: [121.427, 28.661], lishui: [119.921, 28.453] } // prettier-ignore
  const token = await outsider.session()
  for (const [desk, [lng, lat]] of Object.entries(centres)) {
    const receipt = await outsider.send(token, { fix: { lng, lat, crs: 'wgs84', source: 'gps' } })
    expect(receipt.desk.id).toBe(desk)
  }
})

test('[SV25] nothing was answered here that the document does not tell', async () => {
  expect(untold(await json<Document>('/api/openapi.json'), outsider.heard)).toEqual([])
})

const admin = async (...statements: string[]) => {
  const { connectionString } = town.db.pool.options
  const name = connectionString!.split('/').at(-1)!.split('?')[0]!
  const client = new pg.Client(connectionString!.replace(`/${name}`, '/postgres'))
  await client.connect()
  for (const one of statements) await client.query(one.replaceAll('NAME', name))
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
  await client.end()
}
/** Connections that were cut off are noticed one by one, so the answer is asked for until it is there. */
const turnsTo = async (status: number, reason?: string) => {
  for (const until = Date.now() + 5_000; ;) {
    const { status: told, text } = await page('/readyz')
    const body = JSON.parse(text) as { ready: boolean; reasons?: string[] }
    if ((told === status && body.reasons?.[0] === reason) || Date.now() > until)
      return { status: told, ...body }
    await new Promise((later) => setTimeout(later, 50))
  }
}

test('[SV26] /readyz says 503 with the reason while no report can be kept, /healthz goes on, and no report is acknowledged', async () => {
  const token = await outsider.session()
  expect(await turnsTo(200)).toMatchObject({ status: 200, ready: true })
  await admin('alter database NAME set default_transaction_read_only = on')
  expect(await turnsTo(503, 'database.read-only')).toMatchObject({
    ready: false,
    reasons: ['database.read-only'],
  })
  await admin(
    'alter database NAME reset default_transaction_read_only',
    'alter database NAME allow_connections false',
  )
  expect(await turnsTo(503, 'database.unavailable')).toMatchObject({
    ready: false,
    reasons: ['database.unavailable'],
  })
  expect(await page('/healthz')).toMatchObject({ status: 200 })
  const lost = await outsider.ask<Problem>('POST /reports', { token, body: { mode: 'text', words: '救命' } })
  expect([lost.status, lost.type]).toEqual([500, 'application/problem+json; charset=utf-8'])
  expect(lost.body.title).toMatch(/110/)
  await admin('alter database NAME allow_connections true')
  expect(await turnsTo(200)).toMatchObject({ status: 200, ready: true })
  expect((await outsider.ask('POST /reports', { token, body: { mode: 'text', words: '救命' } })).status).toBe(
    201,
  )
})
