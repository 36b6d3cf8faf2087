import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as evidence from '@open110/modules/evidence/api'
import type { Attachment } from '@open110/modules/report'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'

let town: Town
let base: string
let 林秋: CitizenHere
let 赵敏: StaffHere
let 值班长: StaffHere
beforeAll(async () => {
  town = await openTown()
  base = await town.listen()
  林秋 = await town.citizen('林秋')
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
})
afterAll(() => town.close())

type Who = { readonly token: string }
type Problem = { code: string; title: string; facts: Record<string, unknown> }

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
/** A picture as a phone makes it: with its maker, a place and a colour of its own. */
const photo = (red: number) =>
  sharp({ create: { width: 48, height: 32, channels: 3, background: { r: red, g: 20, b: 20 } } })
    .jpeg()
    .withExif({
      IFD0: { Make: 'OPENPHONE', Artist: '林秋' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '28/1 27/1 14/1' },
    })
    .toBuffer()

async function attach(
  who: Who,
  to: string,
  file: Uint8Array,
  more: { name?: string; type?: string; sha256?: string } = {},
) {
  const form = new FormData()
  if (more.sha256) form.set('sha256', more.sha256)
  form.set(
    'file',
    new Blob([Uint8Array.from(file)], { type: more.type ?? 'image/jpeg' }),
    more.name ?? '照片 1.jpg',
  )
  const headers = { authorization: `Bearer ${who.token}` }
  const answer = await fetch(`${base}/api/v1/reports/${to}/attachments`, {
    method: 'POST',
    headers,
    body: form,
  })
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: (await answer.json()) as Attachment & Problem,
  }
}

const open = (who: Who | undefined, id: string, copy: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/api/v1/attachments/${id}/${copy}`, {
    headers: { ...headers, ...(who && { authorization: `Bearer ${who.token}` }) },
  })

const tus = (
  who: Who | undefined,
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
) =>
  fetch(new URL(url, base), {
    method,
    headers: { 'tus-resumable': '1.0.0', ...headers, ...(who && { authorization: `Bearer ${who.token}` }) },
    ...(body && { body: Uint8Array.from(body) }),
  })
const metadata = (facts: Record<string, string>) =>
  Object.entries(facts)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
const begin = (who: Who | undefined, to: string, bytes: number, more: Record<string, string> = {}) =>
  tus(who, 'POST', '/api/v1/uploads', {
    'upload-length': String(bytes),
    'upload-metadata': metadata({ report: to, filename: '录像.jpg', filetype: 'image/jpeg', ...more }),
  })
const slice = (who: Who, url: string, offset: number, body: Uint8Array, more: Record<string, string> = {}) =>
  tus(
    who,
    'PATCH',
    url,
    { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', ...more },
    body,
  )
const offsetOf = async (who: Who, url: string) => (await tus(who, 'HEAD', url)).headers.get('upload-offset')
const listed = async (who: CitizenHere | StaffHere, id: string) =>
  granted(await who.call(evidence.list, { params: { report: id } }))

test('[EV15] 林秋 sends a photo; the desk sees it with digests of every byte, and the sealed original is what she sent', async () => {
  const id = await 林秋.sends()
  const sent = await photo(200)
  const { status, body } = await attach(林秋, id, sent, { sha256: sha256(sent).toUpperCase() })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    kind: 'photo',
    bytes: sent.length,
    sha256: sha256(sent),
    state: 'verified',
    view: 'pending',
    warnings: [],
  })
  expect(body.sm3).toBe(createHash('sm3').update(sent).digest('hex'))
  await town.settle()
  expect(await listed(赵敏, id)).toEqual([{ ...body, state: 'ready', view: 'ready' }])
  const original = await open(值班长, body.id, 'original')
  expect(sha256(new Uint8Array(await original.arrayBuffer()))).toBe(sha256(sent))
})

test('[EV9] [EV17] the copy that is shown carries no place, no maker and no name, and can never run as a page', async () => {
  const id = await 林秋.sends()
  const sent = await photo(150)
  expect((await sharp(sent).metadata()).exif?.includes('OPENPHONE')).toBe(true)
  const { body } = await attach(林秋, id, sent)
  const early = await open(赵敏, body.id, 'view')
  expect([early.status, ((await early.json()) as Problem).code]).toEqual([503, 'attachment.view-unavailable'])
  await town.settle()
  const view = await open(赵敏, body.id, 'view')
  const shown = Buffer.from(await view.arrayBuffer())
  expect(await sharp(shown).metadata()).toMatchObject({ width: 48, height: 32 })
  for (const [mark, at] of [
    ['exif', undefined],
    ['xmp', undefined],
    ['icc', undefined],
  ] as const) {
    expect((await sharp(shown).metadata())[mark]).toBe(at)
  }
  expect(shown.includes('OPENPHONE')).toBe(false)
  expect(view.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
  expect(view.headers.get('x-content-type-options')).toBe('nosniff')
  expect(view.headers.get('cache-control')).toBe('private, no-store')
  const part = await open(赵敏, body.id, 'view', { range: 'bytes=0-9' })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 0-9/${shown.length}`])
  expect(Buffer.from(await part.arrayBuffer())).toEqual(shown.subarray(0, 10))
  expect((await open(赵敏, body.id, 'view', { range: `bytes=${shown.length}-` })).status).toBe(416)
  expect((await open(林秋, body.id, 'view?part=thumb')).headers.get('content-type')).toBe('image/jpeg')
})

test('[EV17] who may look: for strangers there is nothing there, and only the supervisor opens what was sealed', async () => {
  const id = await 林秋.sends()
  const { body } = await attach(林秋, id, await photo(120))
  await town.settle()
  const 陈国强 = await town.citizen('陈国强')
  const [绍兴, 绍兴值班长, 民警] = [
    await town.staff('zhaomin@shaoxing'),
    await town.staff('officer@shaoxing'),
    await town.staff('unit-1@lishui'),
  ]
  const seen = async (who: Who | undefined, copy = 'view') => (await open(who, body.id, copy)).status
  expect([await seen(林秋), await seen(赵敏), await seen(值班长)]).toEqual([200, 200, 200])
  expect([await seen(陈国强), await seen(绍兴), await seen(民警), await seen(undefined)]).toEqual([
    404, 404, 404, 401,
  ])
  await 赵敏.receives(id)
  const slip = await 赵敏.sends(await 赵敏.accepts(id), '城东-1')
  expect(await seen(民警)).toBe(200)
  await 赵敏.moves(slip, 'cancel', { reason: '另派' })
  expect(await seen(民警)).toBe(404)
  const original = (who: Who | undefined) => seen(who, 'original')
  expect([
    await original(林秋),
    await original(赵敏),
    await original(绍兴值班长),
    await original(undefined),
  ]).toEqual([404, 404, 404, 401])
  expect(await original(值班长)).toBe(200)
})

test('[EV13] a photo that differs from its declared digest is kept, flagged, and shown', async () => {
  const id = await 林秋.sends()
  const { status, body } = await attach(林秋, id, await photo(90), { sha256: '00'.repeat(32) })
  expect(status).toBe(201)
  expect(body).toMatchObject({ state: 'mismatch', warnings: ['hash-mismatch'] })
  await town.settle()
  expect((await listed(赵敏, id))[0]).toMatchObject({
    state: 'mismatch',
    view: 'ready',
    warnings: ['hash-mismatch'],
  })
  expect((await open(赵敏, body.id, 'view')).status).toBe(200)
})

test('[EV2] [EV3] a web page called photo.jpg is refused by either way, with what it is and what is taken, and leaves nothing', async () => {
  const id = await 林秋.sends()
  const page = Buffer.from('<!doctype html><html><script>alert(1)</script></html>')
  const plain = await attach(林秋, id, page, { name: 'photo.jpg', type: 'image/jpeg' })
  expect([plain.status, plain.type]).toEqual([415, 'application/problem+json; charset=utf-8'])
  expect(plain.body).toMatchObject({ code: 'attachment.kind-unsupported', facts: { found: 'web-page' } })
  expect(plain.body.facts['accepts']).toContain('image/jpeg')
  const url = (await begin(林秋, id, page.length)).headers.get('location') ?? ''
  const answer = await slice(林秋, url, 0, page)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    415,
    'application/problem+json; charset=utf-8',
  ])
  expect(await answer.json()).toMatchObject({
    code: 'attachment.kind-unsupported',
    facts: { found: 'web-page' },
  })
  expect(await listed(林秋, id)).toEqual([])
  expect((await tus(林秋, 'HEAD', url)).status).toBe(404)
})

test('[EV4] nothing, too much and no file are refused before a byte is kept', async () => {
  const id = await 林秋.sends()
  expect((await attach(林秋, id, Buffer.alloc(0))).body.code).toBe('attachment.file-missing')
  const bare = await fetch(`${base}/api/v1/reports/${id}/attachments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${林秋.token}`, 'content-type': 'image/jpeg' },
    body: Uint8Array.from(await photo(1)),
  })
  expect([bare.status, ((await bare.json()) as Problem).code]).toEqual([422, 'attachment.file-missing'])
  const huge = await begin(林秋, id, 3 * 1024 ** 3)
  expect(huge.status).toBe(413)
  expect(await huge.json()).toMatchObject({
    code: 'attachment.too-large',
    facts: { maxBytes: 200 * 1024 * 1024 },
  })
})

test('[EV15] the same bytes at once, again, and by the other way are one attachment and one sealed original', async () => {
  const id = await 林秋.sends()
  const sent = await photo(60)
  const twice = await Promise.all([
    attach(林秋, id, sent),
    attach(林秋, id, sent, { name: '另一个名字.jpg' }),
  ])
  const again = await attach(赵敏, id, sent)
  const url = (await begin(林秋, id, sent.length)).headers.get('location') ?? ''
  const uploaded = (await slice(林秋, url, 0, sent)).headers.get('open110-attachment')
  expect(new Set([...twice.map(({ body }) => body.id), again.body.id, uploaded]).size).toBe(1)
  expect(await listed(赵敏, id)).toHaveLength(1)
  const other = await 林秋.sends()
  expect((await attach(林秋, other, sent)).body.id).not.toBe(uploaded)
  await town.settle()
  const { rows } = await town.db.pool.query<{ id: string }>('select id from attachment')
  const sealed = (await readdir(join(town.folder, 'evidence'), { recursive: true })).filter((path) =>
    path.endsWith('original'),
  )
  expect(sealed.map((path) => path.split('/').at(-2) ?? '').toSorted()).toEqual(
    rows.map((row) => row.id).toSorted(),
  )
  expect(await readdir(join(town.folder, 'uploads'))).toEqual([])
})

test('[EV16] a clip broke off in a tunnel; the server was started anew; the rest is enough', async () => {
  const id = await 林秋.sends()
  const sent = await photo(30)
  const url = (await begin(林秋, id, sent.length, { sha256: sha256(sent) })).headers.get('location') ?? ''
  expect((await slice(林秋, url, 0, sent.subarray(0, 100))).status).toBe(204)
  await town.restart()
  base = await town.listen()
  expect(await offsetOf(林秋, url)).toBe('100')
  expect((await slice(林秋, url, 50, sent.subarray(50))).status).toBe(409)
  const last = await slice(林秋, url, 100, sent.subarray(100))
  expect(last.status).toBe(204)
  expect(last.headers.get('open110-sha256')).toBe(sha256(sent))
  expect(last.headers.get('open110-state')).toBe('verified')
  expect((await listed(林秋, id)).map((one) => one.id)).toEqual([last.headers.get('open110-attachment')])
})

test('[EV16] a slice that arrived garbled is dropped, and the upload stays where it was', async () => {
  const id = await 林秋.sends()
  const sent = await photo(10)
  const offers = await tus(undefined, 'OPTIONS', '/api/v1/uploads')
  expect(offers.headers.get('tus-extension')?.split(',')).toEqual(
    expect.arrayContaining(['creation', 'checksum', 'termination']),
  )
  expect(offers.headers.get('tus-checksum-algorithm')).toContain('sha1')
  const url = (await begin(林秋, id, sent.length)).headers.get('location') ?? ''
  const sum = (algorithm: string, bytes: Uint8Array) => ({
    'upload-checksum': `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`,
  })
  const first = sent.subarray(0, 64)
  expect((await slice(林秋, url, 0, first, sum('sha1', sent))).status).toBe(460)
  expect(await offsetOf(林秋, url)).toBe('0')
  expect((await slice(林秋, url, 0, first, { 'upload-checksum': 'crc32 AAAA' })).status).toBe(400)
  expect((await slice(林秋, url, 0, first, sum('sha256', first))).status).toBe(204)
  expect(
    (await slice(林秋, url, 64, sent.subarray(64), sum('sha1', sent.subarray(64)))).headers.get(
      'open110-sha256',
    ),
  ).toBe(sha256(sent))
})

test('[EV17] an upload is its beginner’s alone, and nobody begins one to what they may not attach to', async () => {
  const id = await 林秋.sends()
  const sent = await photo(5)
  const 陈国强 = await town.citizen('陈国强')
  const 民警 = await town.staff('unit-1@lishui')
  const refused = async (who: Who | undefined) => {
    const answer = await begin(who, id, sent.length)
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    return [answer.status, ((await answer.json()) as Problem).code]
  }
  expect(await refused(陈国强)).toEqual([404, 'report.not-found'])
  expect(await refused(await town.staff('zhaomin@shaoxing'))).toEqual([404, 'report.not-found'])
  expect(await refused(民警)).toEqual([404, 'report.not-found'])
  expect(await refused(undefined)).toEqual([401, 'session.signed-out'])
  const url = (await begin(林秋, id, sent.length)).headers.get('location') ?? ''
  for (const who of [陈国强, 赵敏]) {
    expect((await tus(who, 'HEAD', url)).status).toBe(404)
    expect((await slice(who, url, 0, sent)).status).toBe(404)
    expect((await tus(who, 'DELETE', url)).status).toBe(404)
  }
  expect((await tus(林秋, 'HEAD', '/api/v1/uploads/..%2f..%2fsecret')).status).toBe(404)
  expect((await tus(林秋, 'DELETE', url)).status).toBe(204)
  expect((await tus(林秋, 'HEAD', url)).status).toBe(404)
  expect(refusedBy(await 陈国强.call(report.get, { params: { report: id } }))).toBe('report.not-found')
})
