import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrackKind } from '@open110/media/port'
import { openJournal } from '@open110/media/mux'
import * as evidence from '@open110/modules/evidence/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import { inCall } from '@open110/town/town.video'
import * as video from './video.api.ts'
import type { Recording } from './video.ts'

const run = promisify(execFile)
let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
/** Two seconds of a camera and a microphone, as packets. */
let film: readonly { kind: TrackKind; bytes: Uint8Array; ms: number }[]
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  await 赵敏.sits(1)
  film = await filmed()
})
afterAll(() => town.close())

async function filmed() {
  const packets: { kind: TrackKind; bytes: Uint8Array; ms: number }[] = []
  const since = performance.now()
  const listen = async (kind: TrackKind) => {
    const socket = createSocket('udp4', (bytes) => {
      // Reports of the sender travel beside the film.
      if ((bytes[1]! & 0x7f) < 64 || (bytes[1]! & 0x7f) > 95)
        packets.push({ kind, bytes, ms: performance.now() - since })
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return { socket, port: (socket.address() as AddressInfo).port }
  }
  const [picture, sound] = [await listen('video'), await listen('audio')]
  const ffmpeg = spawn('ffmpeg', [
    ...['-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25:duration=2'],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:duration=2', '-map', '0:v'],
    ...['-c:v', 'libvpx', '-deadline', 'realtime', '-b:v', '900k', '-g', '25', '-pix_fmt', 'yuv420p'],
    ...['-f', 'rtp', `rtp://127.0.0.1:${picture.port}?rtcpport=${picture.port}&pkt_size=500`],
    ...['-map', '1:a', '-c:a', 'libopus', '-ar', '48000', '-ac', '2'],
    ...['-f', 'rtp', `rtp://127.0.0.1:${sound.port}?rtcpport=${sound.port}`],
  ])
  expect(((await once(ffmpeg, 'exit')) as [number])[0]).toBe(0)
  picture.socket.close()
  sound.socket.close()
  return packets
}

/** The film comes in on this line, from now on by the town's clock. */
async function comesIn(id: string, peer: string, generation: number) {
  const folder = town.media.journals().get(id)!
  const openedAtMs = Date.parse(town.clock.now())
  for (const kind of ['video', 'audio'] as const) {
    const codec = kind === 'video' ? ('vp8' as const) : ('opus' as const)
    const writer = openJournal({ folder, peer, generation, kind, codec, openedAtMs }, (fault) => {
      throw fault
    })
    const own = film.filter((packet) => packet.kind === kind)
    for (const { bytes, ms } of own) writer.append(bytes, openedAtMs + ms - own[0]!.ms)
    await writer.close(openedAtMs + 2_000)
  }
}
async function started() {
  const who = await town.citizen('林秋')
  const report = await who.sends({ mode: 'text', callSafe: true })
  await 赵敏.receives(report)
  const { video: call, me } = granted(await who.call(video.start, { params: { report }, body: {} }))
  const phone = inCall(who.call, call.id)
  await phone.sends(me.id)
  town.media.comesUp(call.id, me.id)
  await town.settle()
  return { who, report, id: call.id, me: me.id, phone }
}
const recordingOf = async (id: string): Promise<Recording> =>
  granted(await 赵敏.call(video.recording, { params: { video: id } }))
const file = (token: string, attachment: string, part: 'view' | 'original') =>
  town.house.app.inject({
    url: `/api/v1/attachments/${attachment}/${part}`,
    headers: { authorization: `Bearer ${token}` },
  })
async function probed(bytes: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'))
  try {
    await writeFile(join(folder, 'film.webm'), bytes)
    const asked = [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      'stream=codec_name,nb_read_frames:format=duration',
    ]
    const { stdout } = await run('ffprobe', [...asked, '-of', 'json', join(folder, 'film.webm')])
    return JSON.parse(stdout) as {
      streams: { codec_name: string; nb_read_frames: string }[]
      format: { duration: string }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('[VC13] [EV30] over, the call is one sealed object per participant and a list with the hashes of the journals', async () => {
  const { who, report, id, me, phone } = await started()
  await comesIn(id, me, 1)
  const seat = await inCall(赵敏.call, id).joins()
  await inCall(赵敏.call, id).watches(seat, me)
  await inCall(值班长.call, id).joins('supervisor')
  // The engine dies, and the line comes back in another folder.
  town.media.crashes()
  await town.settle()
  town.media.recovers()
  town.passes(10)
  await phone.sends(me)
  town.media.comesUp(id, me)
  await comesIn(id, me, 1)
  town.passes(3)
  expect((await recordingOf(id)).state).toBe('recording')
  granted(await phone.moves('end'))
  await town.settle()

  const recording = await recordingOf(id)
  expect(recording).toMatchObject({ state: 'sealed', objects: [{ participant: me, role: 'reporter' }] })
  const [object] = recording.objects
  expect(object).toMatchObject({ mime: 'video/webm', offsetMs: 0, framesLost: 0 })
  expect(Math.abs(object!.durationMs - recording.durationMs)).toBeLessThan(2_000)
  const played = await file(赵敏.token, object!.attachment, 'view')
  expect(played.headers['content-type']).toBe('video/webm')
  const { streams, format } = await probed(played.rawPayload)
  expect(streams.map(({ codec_name }) => codec_name).toSorted()).toEqual(['opus', 'vp8'])
  expect(streams.find(({ codec_name }) => codec_name === 'vp8')?.nb_read_frames).toBe('100')
  expect(Math.abs(Number(format.duration) * 1_000 - object!.durationMs)).toBeLessThan(200)

  const kinds = recording.index.map(({ kind }) => kind)
  expect(kinds).toEqual(['join', 'feed', 'join', 'join', 'feed-lost', 'feed', 'end'])
  expect(recording.index.filter(({ isHidden }) => isHidden)).toMatchObject([{ kind: 'join' }])
  const list = await file(值班长.token, recording.indexAttachment!, 'original')
  const told = JSON.parse(list.rawPayload.toString()) as {
    journals: { path: string; sha256: string; chainHead: string; isWhole: boolean }[]
    objects: { sha256: string }[]
  }
  expect(told.objects).toMatchObject([{ sha256: object!.sha256 }])
  expect(told.journals).toHaveLength(4)
  expect(new Set(told.journals.map(({ path }) => path.split('/')[0])).size).toBe(2)
  for (const { path, isWhole, chainHead } of told.journals) {
    expect([isWhole, chainHead.length]).toEqual([true, 64])
    expect((await stat(join(town.folder, 'video', id, path))).mode & 0o222).toBe(0)
  }
  // Who was there unseen stands in it: it is nobody's to look at but the supervisor's.
  expect((await file(赵敏.token, recording.indexAttachment!, 'view')).statusCode).toBe(503)
  // Nothing else was left in the folder of the call.
  expect((await readdir(join(town.folder, 'video', id))).filter((name) => name.startsWith('.'))).toEqual([])

  const seen = granted(await who.call(evidence.list, { params: { report } }))
  expect(seen).toEqual([])
  for (const attachment of [object!.attachment, recording.indexAttachment!])
    expect((await file(who.token, attachment, 'view')).statusCode).toBe(404)
  expect((await file(赵敏.token, object!.attachment, 'original')).statusCode).toBe(404)
  const desk = granted(await 赵敏.call(evidence.list, { params: { report } }))
  expect(desk.map(({ kind, bySide, view }) => [kind, bySide, view])).toEqual([
    ['video', 'server', 'ready'],
    ['file', 'server', 'unavailable'],
  ])
})

test('[VC12] [EV31] the frame of a moment becomes evidence with its hash; so does a single picture in its place', async () => {
  const { who, report, id, me } = await started()
  const shoots = (at?: string) =>
    赵敏.call(video.snapshot, { params: { video: id }, body: { of: me, ...(at && { at }) } })
  expect(refusedBy(await shoots())).toBe('video.frame-missing')
  const beganAt = town.clock.now()
  await comesIn(id, me, 1)
  const moment = new Date(Date.parse(beganAt) + 1_300).toISOString()
  const shot = granted(await shoots(moment))
  expect(Math.abs(Date.parse(shot.at) - Date.parse(moment))).toBeLessThan(100)
  const picture = await file(赵敏.token, shot.attachment, 'view')
  expect(await sharp(picture.rawPayload).metadata()).toMatchObject({
    format: 'jpeg',
    width: 320,
    height: 240,
  })
  // The same frame again is the same evidence.
  expect(granted(await shoots(moment)).attachment).toBe(shot.attachment)
  const kept = granted(await 赵敏.call(evidence.list, { params: { report } }))
  expect(kept).toMatchObject([{ id: shot.attachment, kind: 'photo', sha256: shot.sha256, bySide: 'server' }])

  town.passes(600)
  const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#842' } })
    .jpeg()
    .toBuffer()
  const body = { participant: me, jpeg: jpeg.toString('base64'), takenAt: town.clock.now() }
  granted(await who.call(video.still, { params: { video: id }, body }))
  // The journal has a last frame of long ago, and the picture is of now.
  const still = granted(await shoots())
  expect(Math.abs(Date.parse(still.at) - Date.parse(town.clock.now()))).toBeLessThan(10_000)
}, 60_000)

test('[VC13] where a recording cannot be made the journals are kept, it is tried again, and then it is said', async () => {
  const { id, me, phone } = await started()
  await comesIn(id, me, 1)
  const folder = join(town.folder, 'video', id)
  granted(await phone.moves('end'))
  await town.db.pool.query(`alter table video_object rename column sha256 to lost`)
  await town.settle()
  expect((await town.db.pool.query(`select recording from video_call where id = $1`, [id])).rows).toEqual([
    { recording: 'sealing' },
  ])
  for (const seconds of [61, 301]) await town.after(seconds)
  await town.db.pool.query(`alter table video_object rename column lost to sha256`)
  expect((await recordingOf(id)).state).toBe('failed')
  const [opening] = await readdir(folder)
  expect((await readdir(join(folder, opening!))).filter((name) => name.endsWith('.mjr'))).toHaveLength(2)
  await town.house.health.sweep.run(0)
  expect(town.house.health.degraded().map(({ name }) => name)).toContain('video.recording-failed')
  // Whoever has mended it starts the server anew.
  await town.restart()
  await town.settle()
  expect((await recordingOf(id)).state).toBe('sealed')
}, 60_000)

test('[VC13] a process that is killed before it has sealed leaves that to the next one', async () => {
  const { id, me, phone } = await started()
  await comesIn(id, me, 1)
  granted(await phone.moves('end'))
  // Taken by one that died in the middle of it.
  await town.db.pool.query(`update video_call set recording_tries = 1, recording_due = $2 where id = $1`, [
    id,
    new Date(Date.parse(town.clock.now()) + 60_000).toISOString(),
  ])
  await town.restart()
  await town.settle()
  expect((await recordingOf(id)).state).toBe('sealing')
  await town.after(61)
  expect(await recordingOf(id)).toMatchObject({ state: 'sealed', objects: [{ participant: me }] })
})

test('[VC14] a mark of abuse lies with the recording and refuses nothing; a finding is written beside it', async () => {
  const { who, report, id, phone } = await started()
  const params = { video: id }
  const marks = (words: string) => 赵敏.call(video.mark, { params, body: { kind: 'prank', words } })
  expect(refusedBy(await marks('  '))).toBe('video.reason-missing')
  granted(await marks('对着镜头做鬼脸'))
  granted(await 值班长.call(video.finding, { params, body: { words: '提醒得当', atMs: 1_200 } }))
  granted(await phone.moves('end'))
  await town.settle()
  const { index, state } = await recordingOf(id)
  expect(state).toBe('sealed')
  expect(index.map(({ kind }) => kind)).toEqual(['join', 'feed', 'mark', 'finding', 'end'])
  const again = granted(await who.call(video.start, { params: { report }, body: {} }))
  expect(again.video.id).not.toBe(id)
  expect(await who.sends({ mode: 'video' })).toMatch(/^rp_/)
  const { rows } = await town.db.pool.query(`select video, citizen, kind from video_abuse`)
  expect(rows).toEqual([{ video: id, citizen: who.id, kind: 'prank' }])
})

test('[VC13] what was sealed is what was recorded: the digests of the object are those of its bytes', async () => {
  const { id, me, phone } = await started()
  await comesIn(id, me, 1)
  granted(await phone.moves('end'))
  await town.settle()
  const [object] = (await recordingOf(id)).objects
  const { rawPayload } = await file(值班长.token, object!.attachment, 'original')
  const { createHash } = await import('node:crypto')
  expect(createHash('sha256').update(rawPayload).digest('hex')).toBe(object!.sha256)
  expect(createHash('sm3').update(rawPayload).digest('hex')).toBe(object!.sm3)
  const sealed = join(town.folder, 'evidence', object!.attachment.slice(-2), object!.attachment, 'original')
  expect(await readFile(sealed)).toEqual(rawPayload)
})
