import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '@open110/town'
import { drawPicture } from '@open110/town/replay.picture'
import { untold, type Document } from './document.contract.ts'
import { formOf, live, sha256, type Life } from './life.contract.ts'
import { door, openOutsider, type Fields, type Outsider, type Problem } from './outsider.contract.ts'

/** 对外约定 — what the public contract promises, asked for by somebody who has nothing but the contract. */
let town: Town
let base: string
let outsider: Outsider
let life: Life
let picture: Uint8Array
beforeAll(async () => {
  town = await openTown({ realClock: true })
  base = await town.listen()
  outsider = openOutsider(() => base)
  picture = await drawPicture('contract')
  const codeSentTo = (phone: string) =>
    /\d{4,8}/.exec(town.sms.sent.find(({ to }) => to === phone)!.words)![0]
  life = await live({ outsider, picture, codeSentTo })
})
afterAll(() => town.close())

/** The table of the contract: operation, method, where, status (`2xx` where it names none), main fields. */
const table = `
  session.open         POST   /sessions                  2xx  token citizen
  person.request-code  POST   /phone-codes               2xx
  person.verify-phone  POST   /phone-verifications       2xx  assurance
  report.send          POST   /reports                   201  id receiptCode state deliveredAt desk.id desk.name
  report.get           GET    /reports/{}                2xx  id receiptCode state ladder.0.step ladder.0.at timeline messages attachments
  report.list          GET    /reports                   2xx  0.id 0.receiptCode 0.state
  report.by-code       GET    /receipts/{}               2xx  receiptCode state ladder.0.step
  report.supplement    POST   /reports/{}/supplements    201  id at
  message.send         POST   /reports/{}/messages       2xx  id seq at
  message.list         GET    /reports/{}/messages       2xx  0.id 0.seq 0.at 0.words 1.seq
  attachment.attach    POST   /reports/{}/attachments    2xx  id kind bytes sha256 sm3 state
  staff.login          POST   /staff/sessions            2xx  token staff.id staff.name staff.roles.0 staff.org
  desk.sign-in         POST   /desks/{}/seats/{}         2xx
  desk.sign-out        DELETE /desks/{}/seats/{}         2xx
  desk.queue           GET    /desks/{}/queue            2xx  0.report 0.urgency 0.mode 0.tag 0.place 0.waitedSeconds 0.flags
  report.receive       POST   /reports/{}/receive        2xx  state at by
  incident.accept      POST   /incidents                 2xx  id number state
  incident.get         GET    /incidents/{}              2xx  id number state
  incident.move        POST   /incidents/{}/moves        2xx
  dispatch.suggest     GET    /incidents/{}/suggestions  2xx  0.unit 0.distanceMetres 0.etaSeconds 0.reasons.0
  dispatch.issue       POST   /incidents/{}/slips        2xx  id
  dispatch.move        POST   /slips/{}/moves            2xx  state
  unit.fix             POST   /units/{}/fixes            2xx
  place.resolve        GET    /places/resolve            2xx  division.code division.name desk.id share alternatives
`
/** Of the contract's table, what this house does not have yet: `GET /markers?code&near`. */
export const notYet: readonly string[] = ['marker.find']
const rows = table
  .trim()
  .split('\n')
  .map((row) => row.trim().split(/\s+/))

const fieldOf = (body: unknown, path: string) =>
  path.split('.').reduce<unknown>((part, name) => (part as Fields | undefined)?.[name], body)
const answerOf = <Body = Fields>(operation: string) => life.done.get(operation)!.answered.body as Body
const mutations = () => [...life.done.values()].filter(({ asked }) => !asked.at.startsWith('GET'))

test.each(rows)(
  '[SV20] %s is %s %s, answers %s and says what the contract lists',
  (operation = '', method, at, status, ...fields) => {
    const { asked, answered } = life.done.get(operation)!
    const where = new RegExp(`^${method} ${at!.replaceAll('{}', '[^/]+')}$`)
    expect(asked.at.split('?')[0]).toMatch(where)
    expect(String(answered.status)).toMatch(status === '2xx' ? /^2\d\d$/ : status!)
    expect(answered.type).toBe('application/json; charset=utf-8')
    for (const field of fields) expect(fieldOf(answered.body, field), field).toBeDefined()
  },
)

test('[SV20] the document calls each operation of the table by its name, at its place', async () => {
  const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as Document
  const told = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId }]) => [
      operationId,
      `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`,
    ]),
  )
  const expected = rows.map(([operation, method, at]) => [operation, `${method} /api/v1${at}`])
  expect(told).toEqual(expect.arrayContaining(expected))
  expect(told.filter(([operation]) => notYet.includes(operation!))).toEqual([])
})

test('[SV20] received is there only after a person has received, and the second caller is told who it was', async () => {
  expect(life.early.ladder.map(({ step }) => step)).toEqual(['delivered'])
  expect(answerOf('report.send')).toMatchObject({ state: 'delivered', desk: { id: 'lishui' } })
  expect(answerOf('report.receive')).toMatchObject({ state: 'received', by: '赵敏' })
  expect(life.second).toMatchObject({
    status: 409,
    body: { code: 'report.already-received', facts: { by: '赵敏' } },
  })
  const { ladder } = await outsider.good<{ ladder: { step: string }[] }>(`GET /reports/${life.ids.report}`, {
    token: life.people.林秋,
  })
  expect(ladder.map(({ step }) => step)).toEqual([
    'delivered',
    'received',
    'accepted',
    'dispatched',
    'en-route',
    'on-scene',
    'done',
  ])
})

test('[SV20] what the table of moves forbids is move.not-now', async () => {
  const { incident, slip } = life.ids
  const { 值班长, 城东1 } = life.people
  expect(
    await outsider.no(`POST /incidents/${incident}/moves`, { token: 值班长, body: { move: 'resume' } }),
  ).toBe('409 move.not-now')
  expect(await outsider.no(`POST /slips/${slip}/moves`, { token: 城东1, body: { move: 'sign' } })).toBe(
    '409 move.not-now',
  )
})

test.each([
  ['nothing at all', {}],
  ['no place', { mode: 'silent', tag: 'fire' }],
  [
    'another area',
    { mode: 'text', words: '救命', fix: { lng: 2.35, lat: 48.86, crs: 'wgs84', source: 'gps' } },
  ],
  ['a place that cannot be read', { mode: 'location', fix: { lng: 'east', lat: null } }],
  ['a mode of tomorrow', { mode: 'hologram', words: '救命' }],
  ['no datum', { mode: 'fraud', words: '他要我转账', fix: { lng: 119.9231, lat: 28.4538, source: 'gps' } }],
])('[SV20] report.send refuses nobody: %s', async (_, body) => {
  const token = await outsider.session()
  const { status, body: receipt } = await outsider.ask<{ id: string }>('POST /reports', { token, body })
  expect([status, receipt]).toEqual([
    201,
    expect.objectContaining({ state: 'delivered', receiptCode: expect.any(String) }),
  ])
  expect((await outsider.ask(`GET /reports/${receipt.id}`, { token })).status).toBe(200)
})

test('[SV21] the same key with the same body has byte for byte the first answer, whatever has happened since, for every mutation of the table', async () => {
  await town.settle()
  await town.restart()
  base = await town.listen()
  expect(mutations()).toHaveLength(rows.filter(([, method]) => method !== 'GET').length)
  for (const { asked, answered } of mutations()) {
    const again = await outsider.ask(asked.at, asked.sent)
    expect([asked.at, again.status, again.text]).toEqual([asked.at, answered.status, answered.text])
  }
  const mine = await outsider.good<unknown[]>('GET /reports', { token: life.people.林秋 })
  expect(mine).toHaveLength(1)
})

test('[SV21] the same key with another body is idempotency.key-reused, and nothing is done', async () => {
  const other: Readonly<Record<string, object>> = {
    'session.open': { body: { language: 'en' } },
    'person.request-code': { body: { phone: '19900000111' } },
    'report.send': { body: { ...life.sent, words: '又有人来了' } },
    'report.supplement': { body: { words: '他走了' } },
    'message.send': { body: { words: '在厨房', clientId: 'c-1' } },
    'incident.accept': { body: { report: life.ids.report, category: '1003', level: 2 } },
    'dispatch.issue': { body: { unit: life.ids.unit, words: '从正门进' } },
    'dispatch.move': { body: { move: 'arrive' } },
    'unit.fix': { body: { fixes: [door] } },
    'attachment.attach': { form: formOf(await drawPicture('another')) },
  }
  for (const [operation, instead] of Object.entries(other)) {
    const { asked } = life.done.get(operation)!
    expect([operation, await outsider.no(asked.at, { ...asked.sent, ...instead })]).toEqual([
      operation,
      '409 idempotency.key-reused',
    ])
  }
  const { attachments, messages, supplements } = await outsider.good<
    Record<'attachments' | 'messages' | 'supplements', unknown[]>
  >(`GET /reports/${life.ids.report}`, { token: life.people.林秋 })
  expect([attachments.length, messages.length, supplements.length]).toEqual([1, 2, 1])
})

test('[SV21] one press that arrives six times at once is one report', async () => {
  const token = await outsider.session()
  const sent = {
    token,
    key: randomUUID(),
    body: { mode: 'silent', tag: 'fire', madeAt: new Date().toISOString() },
  }
  const answers = await Promise.all(Array.from({ length: 6 }, () => outsider.ask('POST /reports', sent)))
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(await outsider.good('GET /reports', { token })).toHaveLength(1)
})

test('[SV21] a key belongs to its maker, has at most 128 letters, and is demanded for reports and messages alone', async () => {
  const { 林秋, 陈国强 } = life.people
  const { asked, answered } = life.done.get('report.send')!
  const other = await outsider.ask<{ id: string }>('POST /reports', { ...asked.sent, token: 陈国强 })
  expect([other.status, other.body.id === (answered.body as { id: string }).id]).toEqual([201, false])
  const body = { mode: 'text', words: '救命' }
  expect(await outsider.no('POST /reports', { token: 林秋, body, key: 'k'.repeat(129) })).toBe(
    '422 idempotency.key-invalid',
  )
  expect((await outsider.ask('POST /reports', { token: 陈国强, body, key: 'k'.repeat(128) })).status).toBe(
    201,
  )
  expect(await outsider.no('POST /reports', { token: 林秋, body, key: false })).toBe(
    '422 idempotency.key-missing',
  )
  const talk = `POST /reports/${life.ids.report}/messages` as const
  expect(await outsider.no(talk, { token: 林秋, body: { words: '在' }, key: false })).toBe(
    '422 idempotency.key-missing',
  )
  const more = `POST /reports/${life.ids.report}/supplements` as const
  expect((await outsider.ask(more, { token: 林秋, body: { words: '门锁坏了' }, key: false })).status).toBe(
    201,
  )
})

test('[SV22] a refusal is problem+json with its code, its facts, and a title that 林秋 can read in whatever language she asked', async () => {
  const { 林秋 } = life.people
  const long = JSON.stringify({ words: '救'.repeat(400_000) })
  const cases = [
    ['401 session.signed-out', 'GET /reports', {}],
    ['401 session.signed-out', 'GET /reports', { token: 'no-such-token' }],
    [
      '403 staff.login-denied',
      'POST /staff/sessions',
      { body: { account: 'nobody@lishui', password: 'guess' } },
    ],
    ['404 report.not-found', 'GET /reports/rp_nothing', { token: 林秋 }],
    ['404 route.not-found', 'GET /nowhere', { token: 林秋 }],
    ['404 route.not-found', 'DELETE /reports', { token: 林秋 }],
    ['413 input.too-large', 'POST /reports', { token: 林秋, body: long }],
    ['422 input.invalid', 'POST /reports', { token: 林秋, body: '{"words":' }],
    ['422 input.invalid', 'GET /receipts/%ZZ', {}],
    ['422 receipt.code-invalid', 'GET /receipts/7K2M', {}],
  ] as const
  for (const language of [undefined, 'zh', 'zh-CN,zh;q=0.9', 'tlh']) {
    for (const [expected, at, sent] of cases) {
      const { status, type, body } = await outsider.ask<Problem>(at, {
        ...sent,
        headers: language ? { 'accept-language': language } : {},
      })
      expect(type, expected).toBe('application/problem+json; charset=utf-8')
      expect(`${status} ${body.code}`).toBe(expected)
      expect(body).toMatchObject({
        status,
        type: expect.stringContaining(body.code),
        facts: expect.any(Object),
      })
      expect(body.title, `${expected} in ${language}`).toMatch(/\p{Script=Han}{2}/u)
    }
  }
})

test('[SV22] what one may not see is not there: the same 404 as for what never was', async () => {
  const { report, incident, slip, unit } = life.ids
  const { 陈国强, 绍兴, 城东2 } = life.people
  const doors = [
    ['GET /reports/{}', report, 陈国强],
    ['GET /reports/{}', report, 绍兴],
    ['POST /reports/{}/supplements', report, 陈国强, { words: '我也在' }],
    ['POST /reports/{}/messages', report, 陈国强, { words: '我也在' }],
    ['GET /reports/{}/messages', report, 绍兴],
    ['POST /reports/{}/receive', report, 绍兴],
    ['POST /incidents', report, 绍兴, { report, category: '1003', level: 1 }],
    ['GET /incidents/{}', incident, 绍兴],
    ['GET /incidents/{}', incident, 城东2],
    ['POST /incidents/{}/moves', incident, 绍兴, { move: 'close', reason: '不是我们的' }],
    ['GET /incidents/{}/suggestions', incident, 绍兴],
    ['POST /incidents/{}/slips', incident, 绍兴, { unit }],
    ['POST /slips/{}/moves', slip, 城东2, { move: 'sign' }],
    ['POST /units/{}/fixes', unit, 城东2, { fixes: [door] }],
    ['GET /desks/{}/queue', 'lishui', 绍兴],
    ['POST /desks/{}/seats/3', 'lishui', 绍兴],
  ] as const
  for (const [at, id, token, body] of doors) {
    const asked = (of: string) =>
      outsider.ask<Problem>(at.replace('{}', of) as typeof at, {
        token,
        body: body && { ...body, report: of },
      })
    const [hidden, absent] = [await asked(id), await asked(`${id.slice(0, -4)}0000`)]
    expect([at, hidden.status, hidden.body]).toEqual([at, 404, absent.body])
  }
})

test('[SV23] every moment in every answer is ISO 8601 UTC with milliseconds', () => {
  const wrong: string[] = []
  const look = (part: unknown, at: string): void => {
    if (typeof part !== 'object' || part === null) return
    for (const [name, value] of Object.entries(part)) {
      const isMoment = /^(at|since)$|At$/.test(name) && value !== null
      if (isMoment && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(value)))
        wrong.push(`${at}.${name} ${String(value)}`)
      look(value, `${at}.${name}`)
    }
  }
  for (const { asked, answered } of outsider.heard) look(answered.body, asked.at)
  expect(wrong).toEqual([])
})

test('[SV23] a coordinate without its datum is refused everywhere but in a report, where it is marked unknown', async () => {
  const { 林秋, 赵敏, 城东1 } = life.people
  const { crs: _, ...bare } = door
  const { unit, slip } = life.ids
  expect(await outsider.no('GET /places/resolve?lng=119.9231&lat=28.4538')).toBe('422 place.datum-missing')
  expect(
    await outsider.no(`POST /units/${unit}/fixes`, { token: 城东1, body: { fixes: [door, bare] } }),
  ).toBe('422 place.datum-missing')
  const step = { move: 'arrive', fix: bare }
  expect(await outsider.no(`POST /slips/${slip}/moves`, { token: 城东1, body: step })).toBe(
    '422 place.datum-missing',
  )
  const { id } = await outsider.send(林秋, { fix: bare, place: { pin: door } })
  await outsider.good('POST /desks/lishui/seats/1', { token: 赵敏 })
  await outsider.good(`POST /reports/${id}/receive`, { token: 赵敏 })
  const accepting = { report: id, category: '1003', level: 2, place: { words: '三楼', pin: bare } }
  expect(await outsider.no('POST /incidents', { token: 赵敏, body: accepting })).toBe(
    '422 place.datum-missing',
  )
  const { staff } = await outsider.good<{ staff: { fixes: Fields[] } }>(`GET /reports/${id}`, { token: 赵敏 })
  const kept = staff.fixes.find(({ kind }) => kind === 'fix')!
  expect(kept).toMatchObject({ raw: { lng: bare.lng, lat: bare.lat, crs: 'unknown' } })
  expect(kept['wgs84']).toBeUndefined()
})

test('[SV23] the raw value is kept beside its WGS-84, and (0,0) is no fix', async () => {
  const { 林秋, 赵敏, 城东1 } = life.people
  const pin = { lng: 119.9277, lat: 28.4511, crs: 'gcj02' }
  const { id } = await outsider.send(林秋, {
    fix: { lng: 0, lat: 0, crs: 'wgs84', source: 'gps' },
    place: { pin },
  })
  const { staff } = await outsider.good<{ staff: { fixes: Fields[] } }>(`GET /reports/${id}`, { token: 赵敏 })
  expect(staff.fixes).toHaveLength(1)
  expect(staff.fixes[0]).toMatchObject({ kind: 'pin', raw: pin })
  const { lng, lat } = staff.fixes[0]!['wgs84'] as typeof pin
  const metres = Math.hypot((pin.lng - lng) * 97_900, (pin.lat - lat) * 110_900)
  expect(metres).toBeGreaterThan(100)
  expect(metres).toBeLessThan(900)
  expect(await outsider.no('GET /places/resolve?lng=0&lat=0&crs=wgs84')).toBe('422 place.fix-missing')
  const fixes = [{ lng: 0, lat: 0, crs: 'wgs84', at: new Date().toISOString() }]
  expect(
    await outsider.good(`POST /units/${life.ids.unit}/fixes`, { token: 城东1, body: { fixes } }),
  ).toMatchObject({ kept: 0 })
})

test('[SV24] 接警单号 is division, day, serial and a check digit that finds a wrong one', async () => {
  const { number } = answerOf<{ number: string }>('incident.accept')
  const { deliveredAt } = answerOf<{ deliveredAt: string }>('report.send')
  const day = new Date(Date.parse(deliveredAt) + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
  expect(number).toMatch(new RegExp(`^331102${day}\\d{6}\\d$`))
  // ISO 7064 MOD 11,10 as the standard writes it: all digits together, the check digit too, lead to 1.
  const restOf = (digits: string) => {
    let [carry, sum] = [10, 0]
    for (const digit of digits) {
      sum = (carry + Number(digit)) % 10
      carry = ((sum || 10) * 2) % 11
    }
    return sum
  }
  expect(restOf(number)).toBe(1)
  for (const [at, digit] of [...number].entries()) {
    const wrong = number.slice(0, at) + ((Number(digit) + 3) % 10) + number.slice(at + 1)
    expect(restOf(wrong), wrong).not.toBe(1)
  }
  const { 林秋, 赵敏 } = life.people
  const { id } = await outsider.send(林秋)
  await outsider.good(`POST /reports/${id}/receive`, { token: 赵敏 })
  const next = await outsider.good<{ number: string }>('POST /incidents', {
    token: 赵敏,
    body: { report: id, category: '1003', level: 3 },
  })
  expect(Number(next.number.slice(14, 20))).toBe(Number(number.slice(14, 20)) + 1)
})

test('[SV20] a plain attachment is sealed as it was sent', () => {
  expect(answerOf('attachment.attach')).toMatchObject({
    kind: 'photo',
    bytes: picture.length,
    sha256: sha256(picture),
  })
})

test('[SV25] nothing was answered here that the document does not tell: no status, no code, no field', async () => {
  const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as Document
  expect(outsider.heard.length).toBeGreaterThan(150)
  expect(untold(document, outsider.heard)).toEqual([])
})
