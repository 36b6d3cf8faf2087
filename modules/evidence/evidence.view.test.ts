import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import * as bunny from 'mediabunny'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isRefusal } from '@open110/kit/refuse'
import type { BlobStore } from './evidence.ts'
import { surveyEngines, type Engines } from './evidence.engines.server.ts'
import { headBytes, sniff, tailBytes } from './evidence.sniff.ts'
import { openDiskVault } from './evidence.vault.ts'
import { makeViews } from './evidence.view.ts'

// Each look at a file starts a program or three; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const noFfmpeg = 'ffmpeg is not installed here'
const secret = 'LINQIU-SECRET'
const place = '+28.4567+119.9123/'

let room: string
let store: BlobStore
let engines: Engines
let serial = 0

beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'evidence-view-'))
  await chmod(room, 0o711)
  store = await openDiskVault({ root: join(room, 'vault'), now: () => new Date('2026-11-21T12:00:00Z') })
  engines = await surveyEngines({ workRoot: join(room, 'work') })
})
afterAll(() => rm(room, { recursive: true, force: true }))

/** Sends the bytes the way a phone does: sniffed, sealed, and only then looked at. */
async function send(bytes: Uint8Array, using: Engines = engines) {
  const id = `ev_${String(++serial).padStart(26, '0')}`
  const path = join(room, id)
  await writeFile(path, bytes)
  const sniffed = sniff(bytes.subarray(0, headBytes), bytes.subarray(-tailBytes))
  if ('refused' in sniffed) throw new Error(`refused: ${String(sniffed.facts['found'])}`)
  await store.put({ id, copy: 'original' }, path)
  const report = await makeViews(using, store, { id, ...sniffed })
  if (isRefusal(report)) throw new Error(report.refused)
  const original = Buffer.concat(await all((await store.open({ id, copy: 'original' }))!))
  expect(original.equals(bytes)).toBe(true)
  return { report, view: await kept(id, 'view'), thumb: await kept(id, 'thumb') }
}

async function kept(id: string, copy: 'view' | 'thumb'): Promise<Buffer | undefined> {
  const stream = await store.open({ id, copy })
  return stream && Buffer.concat(await all(stream))
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#48c' } })
const photoWithPlace = () =>
  canvas(3000, 1000)
    .withExif({
      IFD0: { ImageDescription: secret, Make: secret },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '28/1 27/1 24/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '119/1 54/1 44/1',
      },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>${secret}</note></x:xmpmeta>`)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()

test('[EV9] a photo’s view is upright and carries no place, no device and no description', async () => {
  const photo = await photoWithPlace()
  expect(photo.includes(secret)).toBe(true)
  expect((await sharp(photo).metadata()).exif).toBeDefined()
  const { report, view, thumb } = await send(photo)
  expect(report).toMatchObject({ kind: 'photo', engine: 'sharp', warnings: [] })
  for (const copy of [view!, thumb!]) {
    const { exif, xmp, iptc, icc, orientation } = await sharp(copy).metadata()
    expect({ exif, xmp, iptc, icc, orientation }).toEqual({})
    for (const trace of [secret, 'Exif', 'xmpmeta', 'GPS']) expect(copy.includes(trace)).toBe(false)
  }
  expect(await sharp(view).metadata()).toMatchObject({ format: 'jpeg', width: 683, height: 2048 })
  expect(await sharp(thumb).metadata()).toMatchObject({ format: 'jpeg', height: 320 })
  expect(report.measured).toMatchObject({ width: 683, height: 2048 })
})

test('[EV9] screenshots, WebP and AVIF become pictures that every phone shows', async () => {
  for (const bytes of await Promise.all([
    canvas(60, 40).ensureAlpha(0.5).png().toBuffer(),
    canvas(60, 40).webp().toBuffer(),
    canvas(60, 40).avif({ effort: 0 }).toBuffer(),
  ])) {
    const { view } = await send(bytes)
    expect(await sharp(view).metadata()).toMatchObject({ format: 'jpeg', width: 60, height: 40 })
  }
})

test('[EV11] of an animation the first picture is shown, and it is said', async () => {
  const frames = await Promise.all(
    ['#f00', '#00f'].map((background) =>
      sharp({ create: { width: 20, height: 20, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  const { report, view } = await send(
    await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer(),
  )
  expect(report.warnings).toEqual(['first-frame-only'])
  expect((await sharp(view).stats()).dominant.r).toBeGreaterThan(200)
})

test('[EV11] a photo that broke off on the line shows what arrived, and says that it is damaged', async () => {
  const noise = sharp({
    create: {
      width: 800,
      height: 800,
      channels: 3,
      background: '#777',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
  const whole = await noise.jpeg().toBuffer()
  const { report, view } = await send(whole.subarray(0, whole.length / 2))
  expect(report.warnings).toEqual(['damaged'])
  expect(await sharp(view).metadata()).toMatchObject({ width: 800, height: 800 })
})

test('[EV12] a small file that claims to be an enormous picture is not unpacked', async () => {
  const bomb = await canvas(10, 10).png().toBuffer()
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  const { report, view } = await send(bomb)
  expect(report.unavailable).toMatchObject({
    degraded: 'attachment.view-unavailable',
    facts: { why: 'unreadable' },
  })
  expect(view).toBeUndefined()
})

test('[EV11] what no engine shows stays sealed, with the reason', async () => {
  const pdf = await send(Buffer.from('%PDF-1.7\n'))
  expect(pdf.report).toMatchObject({
    kind: 'file',
    warnings: ['view-unavailable'],
    unavailable: { facts: { why: 'kind' } },
  })
  const none: Engines = { workRoot: engines.workRoot, lacks: [] }
  const photo = await send(await canvas(9, 9).jpeg().toBuffer(), none)
  expect(photo.report.unavailable?.facts.why).toBe('engine')
  expect(photo.view).toBeUndefined()
})

/** Half a second of a tone, 8 kHz mono, with a comment in a LIST chunk as voice recorders write it. */
function voiceNote(): Buffer {
  const sound = Buffer.alloc(8000)
  for (let at = 0; at < 4000; at++) sound.writeInt16LE(Math.round(9000 * Math.sin(at / 3)), at * 2)
  const chunk = (name: string, body: Buffer) => {
    const head = Buffer.alloc(8)
    head.write(name)
    head.writeUInt32LE(body.length, 4)
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)])
  }
  const format = Buffer.from([1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0])
  const list = Buffer.concat([Buffer.from('INFO'), chunk('ICMT', Buffer.from(`${secret}\0`))])
  const body = [Buffer.from('WAVE'), chunk('fmt ', format), chunk('LIST', list), chunk('data', sound)]
  return chunk('RIFF', Buffer.concat(body))
}

/** A clip as an MP4 file of hand-made packets: a place among its tags and, as dashcams do, inside the stream. */
async function clipWithPlace(): Promise<Buffer> {
  const sps = [0x67, 0x42, 0xc0, 0x1e, 0xd9, 0x00, 0xa0, 0x47, 0xfe, 0xc8]
  const pps = [0x68, 0xce, 0x3c, 0x80]
  const description = Uint8Array.from([
    1,
    0x42,
    0xc0,
    0x1e,
    0xff,
    0xe1,
    0,
    sps.length,
    ...sps,
    1,
    0,
    pps.length,
    ...pps,
  ])
  const unit = (bytes: number[]) => [0, 0, 0, bytes.length, ...bytes]
  const sei = unit([6, 5, secret.length, ...Buffer.from(secret), 0x80])
  const target = new bunny.BufferTarget()
  const output = new bunny.Output({ format: new bunny.Mp4OutputFormat(), target })
  output.setMetadataTags({ comment: secret, raw: { '©xyz': place } })
  const source = new bunny.EncodedVideoPacketSource('avc')
  output.addVideoTrack(source, { rotation: 90, name: secret })
  await output.start()
  const decoderConfig = { codec: 'avc1.42c01e', codedWidth: 640, codedHeight: 480, description }
  for (let frame = 0; frame < 20; frame++) {
    const data = Uint8Array.from([...sei, ...unit([frame ? 0x41 : 0x65, 0x88, frame])])
    const packet = new bunny.EncodedPacket(data, frame ? 'delta' : 'key', frame / 10, 0.1)
    await source.add(packet, { decoderConfig })
  }
  await output.finalize()
  return Buffer.from(target.buffer!)
}

const withoutFfmpeg = () => {
  const { ffmpeg: _, ...less } = engines
  return less
}
const expectBare = (view: Buffer | undefined) => {
  for (const trace of [secret, place, '28.4567', '\xa9xyz'])
    expect(view?.includes(trace, 0, 'latin1')).toBe(false)
}

test('[EV9] without ffmpeg a clip is wrapped anew: tags, track names and user data are gone, pictures stay', async () => {
  const clip = await clipWithPlace()
  expect([clip.includes(secret), clip.includes(place)]).toEqual([true, true])
  const { report, view } = await send(clip, withoutFfmpeg())
  expect(report).toMatchObject({ kind: 'video', engine: 'mediabunny', warnings: [] })
  expectBare(view)
  const input = new bunny.Input({ formats: [bunny.MP4], source: new bunny.BufferSource(view!) })
  const track = await input.getPrimaryVideoTrack()
  expect(await track!.getRotation()).toBe(90)
  const packets = await all(new bunny.EncodedPacketSink(track!).packets())
  expect(packets.map((packet) => packet.data[6])).toEqual(Array.from({ length: 20 }, (_, frame) => frame))
})

test('[EV14] duration and size are read from the content, as a person sees them', async () => {
  const { report } = await send(await clipWithPlace(), withoutFfmpeg())
  expect(report.measured).toMatchObject({ width: 480, height: 640, hasVideo: true, hasAudio: false })
  expect(report.measured?.durationSeconds).toBeCloseTo(2)
})

test('[EV9] without ffmpeg a voice note keeps its sound and loses its comment', async () => {
  const note = voiceNote()
  expect(note.includes(secret)).toBe(true)
  const { report, view } = await send(note, withoutFfmpeg())
  expect(report).toMatchObject({ kind: 'voice', engine: 'mediabunny', warnings: [] })
  expect(report.measured?.durationSeconds).toBeCloseTo(0.5)
  expectBare(view)
  expect(view?.includes(note.subarray(-8000))).toBe(true)
})

test('[EV11] a clip that is only a beginning is reported, not guessed', async () => {
  const { report } = await send(Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0isommp42', 'latin1'))
  expect(report).toMatchObject({ warnings: ['view-unavailable'], copies: [] })
  expect(report.unavailable?.facts.why).toBe(hasFfmpeg ? 'unreadable' : 'engine')
})

function film(name: string, ...args: string[]): Promise<Buffer> {
  const path = join(room, name)
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=10:d=2', '-f', 'lavfi', '-i', 'sine=d=2']
  const tags = [
    '-metadata',
    `location=${place}`,
    '-metadata',
    `comment=${secret}`,
    '-metadata:s:v',
    `handler_name=${secret}`,
  ]
  const made = spawnSync('ffmpeg', ['-v', 'error', '-y', ...source, ...tags, ...args, path], {
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(made.stderr)
  return readFile(path)
}

test('[EV9] with ffmpeg nothing of a phone’s clip is left but pictures and sound', async ({ skip }) => {
  skip(!hasFfmpeg, noFfmpeg)
  const clip = await film('clip.mov', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac')
  expect([clip.includes(place), clip.includes(secret)]).toEqual([true, true])
  const { report, view, thumb } = await send(clip)
  expect(report).toMatchObject({
    kind: 'video',
    engine: 'ffmpeg',
    warnings: [],
    measured: { width: 320, height: 240 },
  })
  expectBare(view)
  expect(await sharp(thumb).metadata()).toMatchObject({ format: 'jpeg', width: 320 })
  await writeFile(join(room, 'view.mp4'), view!)
  const probe = spawnSync('ffprobe', [
    '-v',
    'error',
    '-show_format',
    '-show_streams',
    '-of',
    'json',
    join(room, 'view.mp4'),
  ])
  const { format, streams } = JSON.parse(probe.stdout.toString()) as {
    format: { tags: Record<string, string> }
    streams: { codec_name: string; tags: Record<string, string> }[]
  }
  expect(streams.map((stream) => stream.codec_name)).toEqual(['h264', 'aac'])
  const tags = new Set([format, ...streams].flatMap((part) => Object.keys(part.tags)))
  const structural = [
    'major_brand',
    'minor_version',
    'compatible_brands',
    'language',
    'handler_name',
    'vendor_id',
    'encoder',
  ]
  expect([...tags].filter((tag) => !structural.includes(tag))).toEqual([])
})

test('[EV10] WebM from a browser and voice from old phones are made to play everywhere', async ({ skip }) => {
  skip(!hasFfmpeg, noFfmpeg)
  const webm = await film('clip.webm', '-c:v', 'libvpx', '-c:a', 'libopus')
  const encoded = await send(webm)
  expect(encoded.report.copies[0]).toMatchObject({ copy: 'view', mime: 'video/mp4' })
  const copied = await send(webm, withoutFfmpeg())
  expect(copied.report).toMatchObject({ warnings: ['view-may-not-play'], copies: [{ mime: 'video/webm' }] })
  expectBare(copied.view)
  const voices = [
    ['a.ogg', '-vn', '-c:a', 'libopus'],
    ['a.mp3', '-vn'],
    ['a.m4a', '-vn'],
    ['a.wav', '-vn'],
  ]
  for (const [name, ...args] of voices) {
    const { report, view } = await send(await film(name!, ...args))
    expect(report).toMatchObject({ kind: 'voice', engine: 'ffmpeg', copies: [{ mime: 'audio/mp4' }] })
    expect(report.measured?.durationSeconds).toBeCloseTo(2, 0)
    expectBare(view)
  }
})

test('[EV14] a browser’s voice note in a WebM container is voice', async ({ skip }) => {
  skip(!hasFfmpeg, noFfmpeg)
  const { report } = await send(await film('note.webm', '-vn', '-c:a', 'libopus'))
  expect(report).toMatchObject({ kind: 'voice', copies: [{ mime: 'audio/mp4' }] })
})

test('[EV12] in a folder that the jail’s user cannot enter the jail is weaker, views are still made, and it is said', async ({
  skip,
}) => {
  skip(engines.copyist?.jail.uid === undefined, 'only root can change the account')
  await chmod(room, 0o700)
  try {
    const weaker = await surveyEngines({ workRoot: join(room, 'work-3') })
    expect(weaker.lacks).toContainEqual({ engine: 'jail', why: expect.stringContaining('user') })
    const { report } = await send(voiceNote(), weaker)
    expect(report.copies).toHaveLength(1)
  } finally {
    await chmod(room, 0o711)
  }
})
