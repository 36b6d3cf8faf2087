import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbeddedEngine } from '../embedded/supervisor.ts'
import { journalsIn, muxParticipant, verifyJournals } from '../mux/index.ts'
import type { MediaEngine, MediaEvent } from '../port.ts'

const run = promisify(execFile)
let engine: MediaEngine
const folder = mkdtempSync(join(tmpdir(), 'open110-ingest-'))
const events: MediaEvent[] = []

beforeAll(() => {
  engine = openEmbeddedEngine({ rtmp: { bindAddress: '127.0.0.1', port: 0 }, onFault: () => {} })
  engine.on((event) => events.push(event))
})
afterAll(async () => {
  await engine.end()
  rmSync(folder, { recursive: true, force: true })
})

test('[ME50] a pusher is a peer of the room like any other: told of, journalled, and one object that plays', async () => {
  const journal = join(folder, 'room')
  mkdirSync(journal)
  await engine.open({ room: 'room', journal, maxVideoKbps: 1_500 })
  const startedAtMs = Date.now()
  const address = await engine.ingest({ room: 'room', peer: 'phone' })
  const child = spawn('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error'],
    ...['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=3'],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:duration=3'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '25'],
    ...['-c:a', 'aac', '-b:a', '48k', '-f', 'flv', address!.url],
  ])
  expect((await once(child, 'close'))[0]).toBe(0)
  await expect.poll(() => events.map(({ t }) => t)).toEqual(['line.up', 'line.down'])
  expect(events[0]).toMatchObject({ peer: 'phone', generation: 1, kinds: ['video', 'audio'] })
  await engine.close({ room: 'room' })

  const [object, ...more] = await muxParticipant({
    files: await journalsIn(journal),
    startedAtMs,
    out: join(folder, 'phone'),
  })
  expect(more).toEqual([])
  expect(object).toMatchObject({ mime: 'video/mp4', width: 320, height: 240, framesLost: 0, packetsLost: 0 })
  expect(object!.frames).toBeGreaterThanOrEqual(74)
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-count_frames', '-of', 'json'],
    ...['-show_entries', 'stream=codec_name,nb_read_frames,start_time,duration', object!.path],
  ])
  const { streams } = JSON.parse(stdout) as { streams: Record<string, string>[] }
  const video = streams.find(({ codec_name }) => codec_name === 'h264')!
  const audio = streams.find(({ codec_name }) => codec_name === 'opus')!
  expect(Number(video['nb_read_frames'])).toBe(object!.frames)
  expect(Number(audio['duration'])).toBeGreaterThan(2.7)
  // Both began at once in the phone, and they still do, however long the sound took on its way.
  expect(Math.abs(Number(video['start_time']) - Number(audio['start_time']))).toBeLessThan(0.1)
  for (const { chain } of await verifyJournals(journal))
    expect(chain).toMatchObject({ isEnded: true, uncoveredBytes: 0 })
})

test('[ME51] an address is had for a room that is open, and a closed room takes it back', async () => {
  await expect(engine.ingest({ room: 'nowhere', peer: 'phone' })).rejects.toMatchObject({
    code: 'room-unknown',
  })
  mkdirSync(join(folder, 'other'))
  await engine.open({ room: 'other', journal: join(folder, 'other'), maxVideoKbps: 1_500 })
  const { url } = (await engine.ingest({ room: 'other', peer: 'phone' }))!
  await engine.close({ room: 'other' })
  const child = spawn('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc=size=160x120:duration=1'],
    ...['-c:v', 'libx264', '-f', 'flv', url],
  ])
  expect((await once(child, 'close'))[0]).not.toBe(0)
})
