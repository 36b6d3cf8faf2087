import { execFile, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chanceOf } from '@open110/town/names'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRtp } from '../core/rtp.ts'
import type { TrackKind } from '../port.ts'
import { frameAt } from './frame.ts'
import { journalsIn, openJournal } from './journal.files.ts'
import { muxParticipant } from './mux.ts'

const run = promisify(execFile)
const startedAtMs = 1_790_000_000_000

/** Two seconds of a real camera and microphone, as packets: 50 pictures of 320 × 240, a key frame each second. */
type Film = readonly { readonly kind: TrackKind; readonly bytes: Uint8Array }[]
let folder = ''
let vp8: Film = []
let h264: Film = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mux-'))
  vp8 = await filmed(['-c:v', 'libvpx', '-deadline', 'realtime', '-b:v', '900k'])
  h264 = await filmed([
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-profile:v',
    'baseline',
  ])
})
afterAll(() => rm(folder, { recursive: true }))

async function filmed(encode: readonly string[]): Promise<Film> {
  const film: { kind: TrackKind; bytes: Uint8Array }[] = []
  const listen = async (hear: (bytes: Uint8Array) => void) => {
    const socket = createSocket('udp4', hear)
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return { socket, port: (socket.address() as AddressInfo).port }
  }
  const video = await listen((bytes) => film.push({ kind: 'video', bytes }))
  const audio = await listen((bytes) => film.push({ kind: 'audio', bytes }))
  const control = await listen(() => undefined)
  const url = (port: number) => `rtp://127.0.0.1:${port}?rtcpport=${control.port}&pkt_size=500`
  const ffmpeg = spawn('ffmpeg', [
    ...['-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=2'],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:duration=2'],
    ...['-map', '0:v', ...encode, '-g', '25', '-pix_fmt', 'yuv420p'],
    ...['-f', 'rtp', url(video.port)],
    ...['-map', '1:a', '-c:a', 'libopus', '-ar', '48000', '-ac', '2', '-f', 'rtp', url(audio.port)],
  ])
  const [code] = (await once(ffmpeg, 'exit')) as [number]
  expect(code).toBe(0)
  for (const { socket } of [video, audio, control]) await closed(socket)
  return film
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.close(() => resolve()))

/** When a packet's picture or sound was taken, from the start of the film; it arrives so unless a test spoils it. */
function takenMs({ kind, bytes }: Film[number], film: Film): number {
  const first = film.find((one) => one.kind === kind)!
  return (readRtp(bytes)!.timestamp - readRtp(first.bytes)!.timestamp) / (kind === 'video' ? 90 : 48)
}

/** The film comes in as one generation of 林秋's line; `spoil` says when a packet arrives, or that it never does. */
async function arrives(
  to: string,
  generation: number,
  film: Film,
  codec: 'vp8' | 'h264',
  atMs: number,
  spoil: (one: Film[number], takenMs: number) => number | undefined = (_, taken) => taken,
  tellsClock = false,
) {
  for (const kind of ['video', 'audio'] as const) {
    const ask = { folder: to, peer: 'vp_lin', generation, kind, openedAtMs: startedAtMs + atMs }
    const journal = openJournal({ ...ask, codec: kind === 'audio' ? 'opus' : codec }, (fault) => {
      throw fault
    })
    const own = film.filter((one) => one.kind === kind)
    const arrived = own
      .map((one) => ({ ...one, at: spoil(one, takenMs(one, film)) ?? NaN }))
      .filter(({ at }) => at >= 0)
    for (const { bytes, at } of arrived.toSorted((a, b) => a.at - b.at))
      journal.append(bytes, startedAtMs + atMs + at)
    const said = { ntpSeconds: 3_900_000_000, ntpFraction: 0, packets: 0, octets: 0 }
    if (tellsClock && own[0])
      journal.clock({ ...said, timestamp: readRtp(own[0].bytes)!.timestamp }, startedAtMs + atMs)
    await journal.close(startedAtMs + atMs + 2_500)
  }
}

type Probed = {
  format: { duration: string; start_time: string }
  streams: {
    codec_type: string
    codec_name: string
    nb_read_frames: string
    width?: number
    start_time: string
  }[]
  packets: { codec_type: string; pts_time: string; flags: string }[]
}
async function probe(path: string): Promise<Probed> {
  const asked = ['-count_frames', '-show_streams', '-show_format', '-show_packets']
  return JSON.parse((await run('ffprobe', ['-v', 'error', ...asked, '-of', 'json', path])).stdout) as Probed
}
const framesIn = (probed: Probed, kind: string) =>
  Number(probed.streams.find((stream) => stream.codec_type === kind)?.nb_read_frames)
const timesIn = (probed: Probed, kind: string) =>
  probed.packets
    .filter((packet) => packet.codec_type === kind)
    .map((packet) => Number(packet.pts_time) * 1000)

/** What ffmpeg has to say about decoding all of it. */
const complaints = async (path: string) =>
  (await run('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-'])).stderr

test('[ME13] two lines of one phone are one WebM from the start of the call, with the true gap between them', async () => {
  const to = await mkdtemp(join(folder, 'gap-'))
  await arrives(to, 1, vp8, 'vp8', 1_500)
  await arrives(to, 2, vp8, 'vp8', 40_000)
  const [object, ...others] = await muxParticipant({
    files: await journalsIn(to),
    startedAtMs,
    out: join(to, 'lin'),
  })
  expect(others).toEqual([])
  const probed = await probe(object!.path)
  expect(object).toMatchObject({
    mime: 'video/webm',
    frames: 100,
    framesLost: 0,
    packetsLost: 0,
    width: 320,
    height: 240,
  })
  expect([framesIn(probed, 'video'), framesIn(probed, 'audio')]).toEqual([100, 202])
  expect(await complaints(object!.path)).toBe('')
  expect(Math.abs(Number(probed.format.duration) * 1000 - object!.durationMs)).toBeLessThanOrEqual(2)
  expect(object!.offsetMs).toBe(1_500)
  expect(Math.abs(object!.durationMs - 42_010)).toBeLessThanOrEqual(15)
  const times = timesIn(probed, 'video')
  expect(Math.round((times[50]! - times[0]!) / 10)).toBe(3_850)
  expect(Math.round(times[49]! - times[0]!)).toBe(49 * 40)
})

test('[ME13] H.264 becomes an MP4, and a line in another codec an object of its own', async () => {
  const to = await mkdtemp(join(folder, 'codecs-'))
  await arrives(to, 1, h264, 'h264', 500)
  await arrives(to, 2, vp8, 'vp8', 4_000)
  const objects = await muxParticipant({ files: await journalsIn(to), startedAtMs, out: join(to, 'lin') })
  expect(objects.map(({ mime, frames, width, framesLost }) => [mime, frames, width, framesLost])).toEqual([
    ['video/mp4', 50, 320, 0],
    ['video/webm', 50, 320, 0],
  ])
  for (const { path } of objects) {
    const probed = await probe(path)
    expect([framesIn(probed, 'video'), framesIn(probed, 'audio')]).toEqual([50, 101])
    expect(await complaints(path)).toBe('')
  }
  const starts = await Promise.all(
    objects.map(async ({ path }) => Number((await probe(path)).format.start_time)),
  )
  expect(starts[0]).toBeLessThan(0.01)
  expect(Math.abs(starts[1]! * 1000 - objects[1]!.offsetMs)).toBeLessThanOrEqual(1)
  expect(objects.map(({ zeroMs }) => zeroMs)).toEqual([objects[0]!.offsetMs, 0])
})

test('[ME13] sound alone is an object too, an empty or spoilt file none, and nothing is written over', async () => {
  const to = await mkdtemp(join(folder, 'sound-'))
  await arrives(
    to,
    1,
    vp8.filter(({ kind }) => kind === 'audio'),
    'vp8',
    0,
  )
  await writeFile(join(to, 'vp_lin.2.video.mjr'), 'MJR0')
  await writeFile(join(to, 'vp_lin.3.audio.mjr'), '')
  const ask = { files: await journalsIn(to), startedAtMs, out: join(to, 'lin') }
  const [object] = await muxParticipant(ask)
  expect(object).toMatchObject({ mime: 'audio/webm', frames: 0, width: undefined })
  expect(framesIn(await probe(object!.path), 'audio')).toBe(101)
  await expect(muxParticipant(ask)).rejects.toThrow('EEXIST')
  expect(await muxParticipant({ ...ask, files: ask.files.slice(1), out: join(to, 'none') })).toEqual([])
})

test('[ME13] where a new line began while the old one still ran, the new one goes on from there', async () => {
  const to = await mkdtemp(join(folder, 'overlap-'))
  await arrives(to, 1, vp8, 'vp8', 0)
  await arrives(to, 2, vp8, 'vp8', 1_000)
  const [object] = await muxParticipant({ files: await journalsIn(to), startedAtMs, out: join(to, 'lin') })
  const times = timesIn(await probe(object!.path), 'video')
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(times).toHaveLength(75)
  expect(await complaints(object!.path)).toBe('')
})

test('[ME13] where a new line ends before the old one, the old one goes on from its next key frame', async () => {
  const to = await mkdtemp(join(folder, 'return-'))
  await arrives(to, 1, vp8, 'vp8', 0)
  await arrives(to, 2, vp8, 'vp8', 500, (_, taken) => (taken <= 160 ? taken : undefined))
  const files = (await journalsIn(to)).filter(({ kind }) => kind === 'video')
  const [object] = await muxParticipant({ files, startedAtMs, out: join(to, 'lin') })
  const packets = (await probe(object!.path)).packets
  const times = packets.map((packet) => Number(packet.pts_time) * 1000)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(packets.flatMap(({ flags }, nth) => (flags.startsWith('K') ? [nth] : [])).slice(0, 3)).toEqual([
    0, 13, 18,
  ])
  expect(times.at(-1)).toBe(1_960)
  expect(await complaints(object!.path)).toBe('')
})

test('[ME10] a packet lost in the middle costs the pictures up to the next key frame, and the rest decodes clean', async () => {
  for (const [codec, film] of [
    ['vp8', vp8],
    ['h264', h264],
  ] as const) {
    const to = await mkdtemp(join(folder, 'lost-'))
    const second = film.findIndex((one) => one.kind === 'video' && takenMs(one, film) > 500)
    await arrives(to, 1, film, codec, 0, (one, taken) => (one === film[second] ? undefined : taken))
    const [object] = await muxParticipant({ files: await journalsIn(to), startedAtMs, out: join(to, 'lin') })
    expect(object!.packetsLost).toBe(1)
    expect(object!.framesLost).toBeGreaterThan(5)
    expect(object!.frames + object!.framesLost).toBe(50)
    expect(framesIn(await probe(object!.path), 'video')).toBe(object!.frames)
    expect(await complaints(object!.path)).toBe('')
  }
})

test('[ME14] picture time against file time is within 20 ms however the packets were delayed on their way', async () => {
  const to = await mkdtemp(join(folder, 'late-'))
  const random = chanceOf('late')
  const own = vp8.filter((one) => one.kind === 'video')
  await arrives(to, 1, own, 'vp8', 700, (_, taken) => 30 + taken - Math.log(1 - random()) * 25)
  const [object] = await muxParticipant({ files: await journalsIn(to), startedAtMs, out: join(to, 'lin') })
  const off = timesIn(await probe(object!.path), 'video').map((time, nth) => Math.abs(time - 730 - nth * 40))
  expect(off.toSorted((a, b) => a - b)[Math.floor(off.length * 0.95)]).toBeLessThanOrEqual(20)
})

test('[ME14] a picture that comes later than its sound stands beside it, by the sender’s own clock', async () => {
  const starts: number[] = []
  for (const behind of [0, 200]) {
    const to = await mkdtemp(join(folder, 'lips-'))
    await arrives(to, 1, vp8, 'vp8', 0, ({ kind }, taken) => taken + (kind === 'video' ? behind : 0), true)
    const [object] = await muxParticipant({ files: await journalsIn(to), startedAtMs, out: join(to, 'lin') })
    starts.push(timesIn(await probe(object!.path), 'video')[0]!)
  }
  expect(Math.abs(starts[1]! - starts[0]!)).toBeLessThanOrEqual(1)
})

test('[ME16] the picture of one moment is a small file of its own that ends with it, also from a journal still open', async () => {
  for (const [codec, film] of [
    ['vp8', vp8],
    ['h264', h264],
  ] as const) {
    const to = await mkdtemp(join(folder, 'moment-'))
    await arrives(to, 1, film, codec, 500)
    const files = await journalsIn(to)
    const whole = await muxParticipant({ files, startedAtMs, out: join(to, 'lin') })
    const packets = (await probe(whole[0]!.path)).packets.filter((packet) => packet.codec_type === 'video')
    const times = packets.map((packet) => whole[0]!.zeroMs + Number(packet.pts_time) * 1000)
    const frames = 41 - packets.slice(0, 41).findLastIndex((packet) => packet.flags.startsWith('K'))
    expect(frames).toBeLessThan(30)
    const moment = await frameAt(files, startedAtMs + times[40]! + 5, join(to, 'moment'))
    expect(moment).toMatchObject({ frames, width: 320, height: 240, mime: whole[0]!.mime })
    expect(Math.abs(moment!.atMs - startedAtMs - times[40]!)).toBeLessThan(1)
    expect(framesIn(await probe(moment!.path), 'video')).toBe(frames)
    expect(await complaints(moment!.path)).toBe('')
    expect(await frameAt(files, startedAtMs - 5, join(to, 'before'))).toBeUndefined()
    const last = await frameAt(files, startedAtMs + 60_000, join(to, 'after'))
    expect(Math.abs(last!.atMs - startedAtMs - times.at(-1)!)).toBeLessThan(1)
  }
})

const janus = await run('janus-pp-rec', ['--version']).then(
  () => true,
  (fault: { code?: string }) => fault.code !== 'ENOENT',
)

test.skipIf(!janus)(
  '[ME11] the tool of Janus reads our journal and finds the same pictures in it',
  async () => {
    const to = await mkdtemp(join(folder, 'janus-'))
    await arrives(to, 1, vp8, 'vp8', 0)
    for (const { kind, path } of await journalsIn(to)) {
      const out = join(to, kind === 'video' ? 'theirs.webm' : 'theirs.opus')
      await run('janus-pp-rec', [path, out])
      expect(framesIn(await probe(out), kind)).toBe(kind === 'video' ? 50 : 101)
    }
  },
)
