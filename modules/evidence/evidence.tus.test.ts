import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { request as ask, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Upload as Tus } from 'tus-js-client'
import { refuse, type Refusal } from '@open110/kit/refuse'
import { openUploadsAlone } from './evidence.uploads.fake.ts'

const megabyte = 1024 * 1024
const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex')
const sum = (algorithm: string, bytes: Uint8Array) =>
  `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`

let folder: string
let base: string
let server: Server
let faults: unknown[]
let room: (bytes: number) => Promise<Refusal | undefined>
let beforeSeal: () => Promise<Refusal | undefined>

async function open() {
  const uploads = await openUploadsAlone({
    folder,
    room: (bytes) => room(bytes),
    beforeSeal: () => beforeSeal(),
    onFault: (fault) => faults.push(fault),
  })
  ;({ base, server } = await uploads.listen())
}
function shut(): Promise<void> {
  server.closeAllConnections()
  return new Promise((closed) => server.close(() => closed()))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-tus-'))
  faults = []
  room = async () => undefined
  beforeSeal = async () => undefined
  await open()
})
afterEach(async () => {
  await shut()
  await rm(folder, { recursive: true, force: true })
})

type Headers = Record<string, string>
async function tus(method: string, path: string, headers: Headers = {}, body?: Uint8Array, who = '林秋') {
  const answer = await fetch(new URL(path, base), {
    method,
    headers: {
      'tus-resumable': '1.0.0',
      authorization: `Bearer ${Buffer.from(who).toString('hex')}`,
      ...headers,
    },
    ...(body && { body: Uint8Array.from(body) }),
  })
  const header = (name: string) => answer.headers.get(name)
  return {
    status: answer.status,
    header,
    offset: Number(header('upload-offset') ?? Number.NaN),
    text: await answer.text(),
  }
}
const begin = async (bytes: number) =>
  (await tus('POST', '/files', { 'upload-length': String(bytes) })).header('location')!
const sliceHeaders = (offset: number, more: Headers = {}) => ({
  'upload-offset': String(offset),
  'content-type': 'application/offset+octet-stream',
  ...more,
})
const slice = (url: string, offset: number, body: Uint8Array, more: Headers = {}) =>
  tus('PATCH', url, sliceHeaders(offset, more), body)
const sealed = async () =>
  (await readdir(join(folder, 'evidence'), { recursive: true })).filter((path) => path.endsWith('original'))
const landed = () => readdir(join(folder, 'uploads'))

/** A line that carries the first bytes of a slice and then neither goes on nor ends. */
function hang(url: string, offset: number, of: number, first: Uint8Array) {
  const sending = ask(new URL(url, base), {
    method: 'PATCH',
    headers: {
      'tus-resumable': '1.0.0',
      authorization: `Bearer ${Buffer.from('林秋').toString('hex')}`,
      'content-length': of,
      ...sliceHeaders(offset),
    },
  })
  const ended = new Promise<void>((resolve) => {
    sending.once('error', () => resolve())
    sending.once('response', (answer) => answer.resume().once('close', () => resolve()))
  })
  sending.write(first)
  return { sending, ended }
}
const grown = (url: string) => async () =>
  (await readFile(join(folder, 'uploads', url.split('/').at(-1)!))).length

test('[EV16] the client that phones use sends a clip in slices, breaks off, and goes on', async () => {
  const clip = randomBytes(700_000)
  let url: string | null = null
  let answered: string | undefined
  const send = (stopAfter: number) =>
    new Promise<void>((resolve, reject) => {
      const upload = new Tus(clip, {
        endpoint: `${base}/files`,
        ...(url === null ? {} : { uploadUrl: url }),
        headers: { authorization: 'Bearer aa' },
        metadata: { report: 'rp_1', filename: '录像.mp4' },
        chunkSize: 100_000,
        retryDelays: null,
        onChunkComplete: (_, accepted) => {
          if (accepted < stopAfter) return
          url = upload.url
          void upload.abort().then(resolve)
        },
        onAfterResponse: (_, response) => {
          answered = response.getHeader('open110-sm3') ?? answered
        },
        onError: reject,
        onSuccess: () => resolve(),
      })
      upload.start()
    })
  await send(300_000)
  expect(answered).toBeUndefined()
  await send(Infinity)
  expect(answered).toBe(digest('sm3', clip))
  expect(await sealed()).toHaveLength(1)
  expect(await readFile(join(folder, 'evidence', (await sealed())[0]!))).toEqual(clip)
  expect(await landed()).toEqual([])
})

test('[EV16] what the protocol asks of a server', async () => {
  expect((await tus('POST', '/files', { 'tus-resumable': '0.2.2' })).status).toBe(412)
  expect((await tus('POST', '/files')).status).toBe(400)
  const said = `report ${Buffer.from('rp_1').toString('base64')},filename ${Buffer.from('门口.jpg').toString('base64')},empty`
  const begun = await tus('POST', '/files', { 'upload-length': '10', 'upload-metadata': said })
  const url = begun.header('location')!
  const bytes = Buffer.from('0123456789')
  expect((await tus('PATCH', url, { 'upload-offset': '0' }, bytes)).status).toBe(415)
  expect((await slice(url, Number.NaN, bytes)).status).toBe(400)
  expect((await slice(url, 0, Buffer.alloc(11))).status).toBe(413)
  expect((await slice(url, 3, bytes.subarray(3))).status).toBe(409)
  const head = await tus('HEAD', url)
  expect([head.status, head.offset, head.header('upload-length'), head.header('cache-control')]).toEqual([
    200,
    0,
    '10',
    'no-store',
  ])
  expect(head.header('upload-metadata')).toBe(said)
  expect((await tus('GET', url)).status).toBe(405)
  expect((await tus('PATCH', '/files/..%2f..%2fetc', sliceHeaders(0), bytes)).status).toBe(404)

  const carried = { 'upload-length': '10', 'content-type': 'application/offset+octet-stream' }
  const half = await tus('POST', '/files', carried, bytes.subarray(0, 4))
  expect([half.status, half.offset]).toEqual([201, 4])
  const whole = await tus('POST', '/files', carried, bytes)
  expect([whole.status, whole.offset, whole.header('open110-sha256')]).toEqual([
    201,
    10,
    digest('sha256', bytes),
  ])
  const wrong = await tus(
    'POST',
    '/files',
    { ...carried, 'upload-checksum': sum('sha1', Buffer.from('x')) },
    bytes,
  )
  expect(wrong.status).toBe(460)
  expect((await tus('HEAD', wrong.header('location')!)).offset).toBe(0)
})

test('[EV22] of eight equal slices at once one is taken, and the file is what was sent', async () => {
  const bytes = randomBytes(3 * megabyte)
  const url = await begin(bytes.length)
  for (let at = 0; at < bytes.length; at += megabyte) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => slice(url, at, bytes.subarray(at, at + megabyte))),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    for (const { status } of answers) expect([204, 409, 423]).toContain(status)
  }
  const [one] = await sealed()
  expect(digest('sm3', await readFile(join(folder, 'evidence', one!)))).toBe(digest('sm3', bytes))
})

test('[EV22] a line that died holds nobody up: who asks where the upload stands has it, with all that had come', async () => {
  const bytes = randomBytes(2 * megabyte)
  const url = await begin(bytes.length)
  const dead = hang(url, 0, bytes.length, bytes.subarray(0, megabyte))
  await expect.poll(grown(url)).toBeGreaterThanOrEqual(megabyte)
  expect((await slice(url, 0, bytes)).status).toBe(423)
  const { offset } = await tus('HEAD', url)
  await dead.ended
  expect(offset).toBe(megabyte)
  const last = await slice(url, offset, bytes.subarray(offset))
  expect([last.status, last.header('open110-sha256')]).toEqual([204, digest('sha256', bytes)])
})

test('[EV23] a slice that broke off is kept as far as it came, and one with a checksum not at all', async () => {
  const bytes = randomBytes(2 * megabyte)
  const url = await begin(bytes.length)
  const cut = hang(url, 0, bytes.length, bytes.subarray(0, 1_300_000))
  await expect.poll(grown(url)).toBeGreaterThan(0)
  cut.sending.destroy()
  await cut.ended
  await expect.poll(async () => (await tus('HEAD', url)).status).toBe(200)
  const { offset } = await tus('HEAD', url)
  expect(offset).toBeGreaterThan(0)
  expect(offset).toBeLessThanOrEqual(1_300_000)
  const wrong = await slice(url, offset, bytes.subarray(offset), { 'upload-checksum': sum('sha256', bytes) })
  expect([wrong.status, wrong.offset]).toEqual([460, offset])
  await shut()
  await open()
  expect((await tus('HEAD', url)).offset).toBe(offset)
  const right = bytes.subarray(offset)
  const last = await slice(url, offset, right, { 'upload-checksum': sum('sha256', right) })
  expect([last.status, last.header('open110-sm3')]).toEqual([204, digest('sm3', bytes)])
  expect(await landed()).toEqual([])
})

test('[EV24] a disk that fills up in the middle: what was kept is said, nothing becomes evidence, and the rest is enough', async () => {
  const bytes = randomBytes(9 * megabyte)
  const url = await begin(bytes.length)
  let asks = 0
  room = async () =>
    ++asks > 2 ? refuse('attachment.disk-unavailable', { why: 'full', freeBytes: 0 }) : undefined
  const full = await slice(url, 0, bytes)
  expect(full.status).toBe(507)
  const kept = full.offset
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThan(bytes.length)
  expect(JSON.parse(full.text)).toMatchObject({
    code: 'attachment.disk-unavailable',
    facts: { why: 'full', keptBytes: kept },
  })
  const still = await slice(url, kept, bytes.subarray(kept))
  expect([still.status, still.offset]).toEqual([507, kept])
  expect(await sealed()).toEqual([])
  room = async () => undefined
  expect((await tus('HEAD', url)).offset).toBe(kept)
  const last = await slice(url, kept, bytes.subarray(kept))
  expect(last.header('open110-sha256')).toBe(digest('sha256', bytes))
})

test('[EV25] whole, but the database was away: asking again is enough, and an answer that was lost is told again', async () => {
  const bytes = randomBytes(50_000)
  const url = await begin(bytes.length)
  beforeSeal = () => Promise.reject(new Error('the database is away'))
  expect((await slice(url, 0, bytes)).status).toBe(500)
  expect((await tus('HEAD', url)).status).toBe(423)
  beforeSeal = async () => refuse('attachment.disk-unavailable', { why: 'full' })
  expect((await tus('HEAD', url)).status).toBe(423)
  expect(faults.map(String)).toEqual(['Error: the database is away', 'Error: the database is away'])
  beforeSeal = async () => undefined
  await shut()
  await open()
  const asked = await tus('HEAD', url)
  expect([asked.status, asked.offset, asked.header('open110-sha256')]).toEqual([
    200,
    bytes.length,
    digest('sha256', bytes),
  ])
  const again = await tus('HEAD', url)
  expect(again.header('open110-attachment')).toBe(asked.header('open110-attachment'))
  expect((await tus('HEAD', url, {}, undefined, '陈国强')).status).toBe(404)
  expect((await slice(url, 0, bytes)).status).toBe(409)
  expect((await tus('DELETE', url)).status).toBe(404)
  expect(await sealed()).toHaveLength(1)
  expect(await landed()).toEqual([])
})

test('[EV25] whole, and refused for what it is: nothing of it stays', async () => {
  const url = await begin(10)
  beforeSeal = async () => refuse('attachment.kind-unsupported', { found: 'script' })
  expect((await slice(url, 0, Buffer.from('0123456789'))).status).toBe(415)
  expect((await tus('HEAD', url)).status).toBe(404)
  expect(await landed()).toEqual([])
})

const sizes = { whole: 2_000, mostSlice: 900 }
const step = fc.record({
  /** Where the slice claims to begin, against where the upload really stands. */
  from: fc.oneof(fc.constant(0), fc.integer({ min: -sizes.mostSlice, max: sizes.mostSlice })),
  bytes: fc.integer({ min: 0, max: sizes.mostSlice }),
  what: fc.constantFrom('sent', 'sent', 'twice', 'checked', 'garbled', 'broken', 'started anew'),
})

test('[EV22] [EV23] slices in any order, doubled, cut short, garbled, with restarts between: always a beginning of the file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 14 }),
      fc.uint8Array({ minLength: sizes.whole, maxLength: sizes.whole }),
      async (steps, bytes) => {
        const url = await begin(bytes.length)
        let stands = 0
        for (const { from, bytes: count, what } of steps) {
          const at = Math.max(0, stands + from)
          const part = bytes.subarray(at, at + count)
          const fits = at === stands && at + part.length < bytes.length
          if (at + part.length >= bytes.length || part.length === 0) continue
          if (what === 'started anew') {
            await shut()
            await open()
          } else if (what === 'broken') {
            const { sending, ended } = hang(url, at, part.length + 1, part)
            sending.end()
            sending.destroy()
            await ended
            const { offset } = await tus('HEAD', url)
            expect(offset).toBeGreaterThanOrEqual(stands)
            expect(offset).toBeLessThanOrEqual(fits ? stands + part.length : stands)
            stands = offset
          } else if (what === 'garbled') {
            const { status } = await slice(url, at, part, { 'upload-checksum': sum('sha1', bytes) })
            expect(status).toBe(fits ? 460 : 409)
          } else {
            const checksum: Headers = what === 'checked' ? { 'upload-checksum': sum('sha256', part) } : {}
            const answers = await Promise.all(
              Array.from({ length: what === 'twice' ? 2 : 1 }, () => slice(url, at, part, checksum)),
            )
            expect(answers.filter(({ status }) => status === 204)).toHaveLength(fits ? 1 : 0)
            if (fits) stands += part.length
          }
          expect((await tus('HEAD', url)).offset).toBe(stands)
        }
        const last = await slice(url, stands, bytes.subarray(stands))
        expect([last.status, last.header('open110-sha256'), last.header('open110-sm3')]).toEqual([
          204,
          digest('sha256', bytes),
          digest('sm3', bytes),
        ])
      },
    ),
    { numRuns: 30 },
  )
})
