import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '@open110/town'
import { drawPicture } from '@open110/town/replay.picture'
import { misfits, untold, type Document, type Schema } from './document.contract.ts'
import { formOf, sha256 } from './life.contract.ts'
import { openOutsider, type Outsider } from './outsider.contract.ts'

/** 对外约定 — the live connection and the uploads, by somebody who has nothing but the contract. */
let town: Town
let base: string
let outsider: Outsider
let 林秋: string
let 陈国强: string
let 赵敏: string
let 绍兴: string
let report: string
type Wire = Awaited<ReturnType<Outsider['wire']>>
/** Opened when the server was started anew, and left alone: how often does it hear a sign of life? */
let standing: Wire
const wires: Wire[] = []
const wire = async (auth: string, topics: string[], since?: number) => {
  const opened = await outsider.wire({ auth, topics, ...(since === undefined ? {} : { since }) })
  wires.push(opened)
  await opened.joined()
  return opened
}
beforeAll(async () => {
  town = await openTown({ realClock: true })
  base = await town.listen()
  outsider = openOutsider(() => base)
  林秋 = await outsider.session()
  陈国强 = await outsider.session()
  赵敏 = await outsider.login('zhaomin@lishui')
  绍兴 = await outsider.login('zhaomin@shaoxing')
  await outsider.good('POST /desks/lishui/seats/1', { token: 赵敏 })
  report = (await outsider.send(林秋)).id
  await outsider.good(`POST /reports/${report}/receive`, { token: 赵敏 })
})
afterAll(async () => {
  for (const one of wires) one.close()
  await town.close()
})

const write = (token: string, words: string) =>
  outsider.good(`POST /reports/${report}/messages`, { token, body: { words, clientId: randomUUID() } })

test('[SV27] after the first frame come frames with cursor, type, moment and data, as the catalogue says', async () => {
  const desk = await wire(赵敏, ['desk:lishui'])
  const { id } = await outsider.send(林秋)
  await desk.heard('report.delivered')
  await outsider.good(`POST /reports/${id}/receive`, { token: 赵敏 })
  await desk.heard('report.received')
  const { events } = (await (await fetch(`${base}/api/events.json`)).json()) as {
    events: { type: string; data: Schema }[]
  }
  let before = desk.frames[0]!.head!
  for (const { cursor, type, at, data } of desk.events()) {
    expect(cursor).toBeGreaterThan(before)
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(misfits(events.find((one) => one.type === type)!.data, data)).toEqual([])
    before = cursor!
  }
})

test('[SV27] what was missed comes once, in order, and then what is new; also from a server that was started anew', async () => {
  const whole = await wire(林秋, [`report:${report}`])
  const first = await wire(林秋, [`report:${report}`])
  await write(赵敏, '一')
  await first.heard('message.sent')
  const since = first.events().at(-1)!.cursor!
  first.close()
  for (const words of ['二', '三', '四']) await write(赵敏, words)
  await outsider.good(`POST /reports/${report}/supplements`, { token: 林秋, body: { words: '他走了' } })
  const second = await wire(林秋, [`report:${report}`], since)
  await write(赵敏, '五')
  await second.heard('message.sent', 4)
  await whole.heard('message.sent', 5)
  const cursors = (of: typeof whole) => of.events().map(({ cursor }) => cursor)
  expect(second.types()).toEqual([
    'message.sent',
    'message.sent',
    'message.sent',
    'report.supplemented',
    'message.sent',
  ])
  expect([since, ...cursors(second)]).toEqual(cursors(whole))
  expect(second.frames.some(({ gap }) => gap)).toBe(false)

  await town.restart()
  base = await town.listen()
  standing = await wire(林秋, [`report:${report}`], since)
  expect(cursors(standing)).toEqual(cursors(second))
})

test('[SV27] a cursor that this log never had is a gap, and it goes on from there', async () => {
  const lost = await wire(赵敏, ['desk:lishui'], 2 ** 52)
  expect(lost.frames[0]).toMatchObject({ gap: true })
  const { id } = await outsider.send(林秋)
  await lost.heard('report.delivered')
  expect(lost.events().at(-1)!.data).toMatchObject({ report: id })
})

test('[SV27] each topic is heard by whom it is for, and a stranger hears nothing on any of them', async () => {
  const login = await outsider.good<{ token: string; staff: { unit: string } }>('POST /staff/sessions', {
    body: { account: 'unit-1@lishui', password: 'open110-demo' },
  })
  const { token: 城东1, staff: { unit } } = login // prettier-ignore
  const 城东2 = await outsider.login('unit-2@lishui')
  const { id } = await outsider.send(林秋, { words: '又来了一个人' })
  await outsider.good(`POST /reports/${id}/receive`, { token: 赵敏 })
  const accepting = { report: id, category: '1003', level: 1 }
  const { id: incident } = await outsider.good<{ id: string }>('POST /incidents', {
    token: 赵敏,
    body: accepting,
  })
  const topics = [`report:${id}`, `desk:lishui`, `incident:${incident}`, `unit:${unit}`, 'wall:lishui']
  const [theirs, elsewhere] = [await outsider.send(陈国强), { lng: 120.5729, lat: 30.0021, crs: 'wgs84' }]
  const strangers = await Promise.all([
    wire(陈国强, [...topics, `report:${theirs.id}`]),
    wire(绍兴, [...topics, 'desk:shaoxing']),
    wire(城东2, topics),
  ])
  const own = await wire(林秋, topics)
  const [atReport, atDesk, atIncident, atUnit, atWall] = await Promise.all(
    topics.map((topic) => wire(topic.startsWith('unit') ? 城东1 : 赵敏, [topic])),
  )
  const { id: slip } = await outsider.good<{ id: string }>(`POST /incidents/${incident}/slips`, {
    token: 赵敏,
    body: { unit },
  })
  await outsider.good(`POST /slips/${slip}/moves`, { token: 城东1, body: { move: 'sign' } })
  await outsider.good(`POST /reports/${id}/supplements`, { token: 林秋, body: { words: '快来' } })
  const last = await outsider.send(林秋)
  await Promise.all([
    own.heard('report.supplemented'),
    atReport!.heard('report.supplemented'),
    atDesk!.heard('slip.moved'),
    atIncident!.heard('slip.moved'),
    atUnit!.heard('slip.issued'),
    atUnit!.heard('report.supplemented'),
    atWall!.until(() => atWall!.events().some(({ data }) => data?.['report'] === last.id)),
  ])
  expect(own.types().filter((type) => type?.startsWith('slip') || type?.startsWith('incident'))).toEqual([])
  // What is theirs they hear, and nothing of what went before it.
  await outsider.good(`POST /reports/${theirs.id}/supplements`, { token: 陈国强, body: { words: '没事了' } })
  await outsider.send(陈国强, { fix: elsewhere })
  const reached = atWall!.events().at(-1)!.cursor!
  await strangers[0]!.heard('report.supplemented')
  await strangers[1]!.heard('report.delivered')
  await strangers[2]!.until(() => strangers[2]!.heads().some(({ head }) => head! >= reached))
  const isTheirs = ({ data }: Wire['frames'][number]) =>
    data?.['report'] === theirs.id || data?.['desk'] === 'shaoxing'
  for (const one of strangers) expect(one.events().filter((event) => !isTheirs(event))).toEqual([])
})

test('[SV27] without a session nothing is heard, not even a sign of life', async () => {
  for (const first of [
    { auth: 'no-such-token', topics: ['desk:lishui'] },
    { topics: ['desk:lishui'] },
    'hello',
  ]) {
    const refused = await outsider.wire(first)
    await refused.until(() => refused.isClosed())
    expect(refused.frames.filter(({ head, type }) => head !== undefined || type !== undefined)).toEqual([])
  }
})

const tus = (
  method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE',
  url: string,
  token: string | undefined,
  headers: Record<string, string> = {},
  body?: Uint8Array,
) =>
  fetch(new URL(url, base), {
    method,
    headers: { 'tus-resumable': '1.0.0', ...(token && { authorization: `Bearer ${token}` }), ...headers },
    ...(body && { body: Uint8Array.from(body) }),
  })
const base64 = (text: string) => Buffer.from(text).toString('base64')
const begin = (
  token: string | undefined,
  to: string,
  file: Uint8Array,
  headers: Record<string, string> = {},
) => {
  const metadata = { report: to, filename: '门口.jpg', filetype: 'image/jpeg', sha256: sha256(file) }
  const said = Object.entries(metadata).map(([name, value]) => `${name} ${base64(value)}`)
  return tus('POST', '/api/v1/uploads', token, {
    'upload-length': String(file.length),
    'upload-metadata': said.join(','),
    ...headers,
  })
}
const patch = (url: string, token: string, at: number, slice: Uint8Array, checksum?: string) => {
  const type = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(at) }
  return tus(
    'PATCH',
    url,
    token,
    { ...type, ...(checksum === undefined ? {} : { 'upload-checksum': checksum }) },
    slice,
  )
}
const sum = (algorithm: string, bytes: Uint8Array) =>
  `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`
const headOf = async (url: string, token: string) => {
  const { status, headers } = await tus('HEAD', url, token)
  return {
    status,
    offset: headers.get('upload-offset'),
    length: headers.get('upload-length'),
    cache: headers.get('cache-control'),
  }
}

test('[SV30] uploads say what they speak: tus 1.0.0 with creation, checksum and termination', async () => {
  const { status, headers } = await fetch(`${base}/api/v1/uploads`, { method: 'OPTIONS' })
  expect([status, headers.get('tus-version'), headers.get('tus-resumable')]).toEqual([204, '1.0.0', '1.0.0'])
  expect(headers.get('tus-extension')!.split(',')).toEqual(
    expect.arrayContaining(['creation', 'checksum', 'termination']),
  )
  expect(headers.get('tus-checksum-algorithm')!.split(',')).toEqual(
    expect.arrayContaining(['sha1', 'sha256']),
  )
  expect(Number(headers.get('tus-max-size'))).toBeGreaterThan(100_000_000)
  const old = await begin(林秋, report, new Uint8Array(8), { 'tus-resumable': '0.2.2' })
  expect([old.status, old.headers.get('tus-version')]).toEqual([412, '1.0.0'])
})

test('[SV30] a file goes up in slices, each checked, and is the same attachment as by plain multipart', async () => {
  const file = await drawPicture('slices')
  const half = file.length >> 1
  const begun = await begin(林秋, report, file)
  expect([begun.status, begun.headers.get('tus-resumable')]).toEqual([201, '1.0.0'])
  const url = begun.headers.get('location')!
  expect(await headOf(url, 林秋)).toEqual({
    status: 200,
    offset: '0',
    length: String(file.length),
    cache: 'no-store',
  })

  const [front, back] = [file.subarray(0, half), file.subarray(half)]
  expect((await patch(url, 林秋, 0, front, sum('sha256', back))).status).toBe(460)
  expect((await headOf(url, 林秋)).offset).toBe('0')
  expect((await patch(url, 林秋, 0, front, 'crc32 AAAAAA==')).status).toBe(400)
  const kept = await patch(url, 林秋, 0, front, sum('sha1', front))
  expect([kept.status, kept.headers.get('upload-offset')]).toEqual([204, String(half)])
  expect((await patch(url, 林秋, 0, front)).status).toBe(409)
  expect((await patch(url, 林秋, half, back, sum('sha256', back))).status).toBe(204)

  const attachments = await outsider.good<{ id: string; sha256: string }[]>(
    `GET /reports/${report}/attachments`,
    { token: 林秋 },
  )
  expect(attachments).toHaveLength(1)
  expect(attachments[0]).toMatchObject({
    kind: 'photo',
    bytes: file.length,
    sha256: sha256(file),
    state: expect.any(String),
  })
  expect(attachments[0]).toHaveProperty('sm3', createHash('sm3').update(file).digest('hex'))
  const plain = await outsider.good<{ id: string }>(`POST /reports/${report}/attachments`, {
    token: 林秋,
    form: formOf(file),
  })
  expect(plain.id).toBe(attachments[0]!.id)
})

test('[SV30] an upload can be given up, and is nobody else’s', async () => {
  const file = await drawPicture('given up')
  expect((await begin(undefined, report, file)).status).toBe(401)
  expect((await begin(陈国强, report, file)).status).toBe(404)
  expect((await begin(绍兴, report, file)).status).toBe(404)
  const url = (await begin(林秋, report, file)).headers.get('location')!
  for (const method of ['HEAD', 'DELETE'] as const) expect((await tus(method, url, 陈国强)).status).toBe(404)
  expect((await patch(url, 陈国强, 0, file)).status).toBe(404)
  expect((await headOf(url, 林秋)).offset).toBe('0')
  expect((await tus('DELETE', url, 林秋)).status).toBe(204)
  expect([404, 410]).toContain((await headOf(url, 林秋)).status)
  expect((await patch(url, 林秋, 0, file)).status).toBeGreaterThanOrEqual(404)
})

test('[SV30] plain multipart refuses what is no file and what nothing can show', async () => {
  const attach = `POST /reports/${report}/attachments` as const
  expect(await outsider.no(attach, { token: 林秋, form: () => new FormData() })).toBe(
    '422 attachment.file-missing',
  )
  const page = formOf(new TextEncoder().encode('<!doctype html><script>alert(1)</script>'))
  expect(await outsider.no(attach, { token: 林秋, form: page })).toBe('415 attachment.kind-unsupported')
})

test('[SV27] a sign of life comes at least every five seconds, to whoever listens', async () => {
  await standing.until(() => standing.heads().length >= 2)
  for (const one of wires) {
    const beats = one.heads()
    for (const [index, { ms }] of beats.slice(1).entries())
      expect(ms - beats[index]!.ms).toBeLessThanOrEqual(5_000)
  }
})

test('[SV25] nothing was answered here that the document does not tell', async () => {
  const document = (await (await fetch(`${base}/api/openapi.json`)).json()) as Document
  expect(untold(document, outsider.heard)).toEqual([])
})
