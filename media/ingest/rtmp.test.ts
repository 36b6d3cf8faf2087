import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { payloadOf, readRtp, type RtpPacket } from '../core/rtp.ts'
import { readRtcp } from '../core/rtcp.ts'
import type { TrackKind } from '../port.ts'
import { pushFilm as push } from './live-pusher.ts'
import type { PlainTrack } from './pusher.ts'
import { openRtmpIngest, type RtmpIngest } from './rtmp.ts'

type Line = {
  room: string
  peer: string
  tracks: readonly PlainTrack[]
  packets: Record<TrackKind, RtpPacket[]>
  clocks: number
  isOpen: boolean
}

let ingest: RtmpIngest | undefined
afterEach(async () => {
  await ingest?.end()
  ingest = undefined
})

async function open() {
  const lines: Line[] = []
  const faults: unknown[] = []
  ingest = await openRtmpIngest({
    bindAddress: '127.0.0.1',
    port: 0,
    onFault: (_what, fault) => faults.push(fault),
    plain(ask) {
      const line: Line = { ...ask, packets: { audio: [], video: [] }, clocks: 0, isOpen: true }
      lines.push(line)
      return {
        rtp(bytes) {
          const packet = readRtp(bytes)
          const track = ask.tracks.find(({ payloadType }) => payloadType === packet?.payloadType)
          if (packet) line.packets[track!.kind].push(packet)
          else line.clocks += readRtcp(bytes).filter(({ t }) => t === 'sr').length
        },
        close: () => (line.isOpen = false),
      }
    },
  })
  return { lines, faults, ingest }
}

const spanMs = (packets: readonly RtpPacket[], rate: number) =>
  ((packets.at(-1)!.timestamp - packets[0]!.timestamp) >>> 0) / (rate / 1_000)

test('[ME50] what a pusher sends comes out as H.264 and Opus on one clock, every picture whole', async () => {
  const { lines, faults, ingest } = await open()
  expect(await push(ingest.address('vc_1', 'vp_1'), 2)).toBe(0)
  await expect.poll(() => lines[0]?.isOpen).toBe(false)
  const [line] = lines
  expect(line).toMatchObject({ room: 'vc_1', peer: 'vp_1', tracks: [{ codec: 'h264' }, { codec: 'opus' }] })
  const { video, audio } = line!.packets
  expect(video.filter(({ marker }) => marker)).toHaveLength(50)
  expect(video.map(({ sequence }) => (sequence - video[0]!.sequence) & 0xffff)).toEqual(
    video.map((_, n) => n),
  )
  expect(Math.max(...video.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1_200)
  expect(payloadOf(video[0]!)[0]! & 0x1f).toBe(7) // the parameter sets stand before the key frame
  expect(payloadOf(video[1]!)[0]! & 0x1f).toBe(8)
  expect(spanMs(video, 90_000)).toBe(1_960)
  expect(audio.length).toBeGreaterThan(85)
  expect(audio.every((packet, n) => n === 0 || packet.timestamp - audio[n - 1]!.timestamp === 960)).toBe(true)
  expect(Math.abs(audio[0]!.timestamp / 48 - video[0]!.timestamp / 90)).toBeLessThan(100)
  expect(line!.clocks).toBeGreaterThanOrEqual(4)
  expect(faults).toEqual([])
})

test('[ME50] a pusher without a microphone has a picture all the same', async () => {
  const { lines, ingest } = await open()
  await push(ingest.address('vc_1', 'vp_1'), 2, 'audio')
  expect(lines.map(({ tracks }) => tracks.map(({ kind }) => kind))).toEqual([['video']])
  expect(lines[0]!.packets.video.length).toBeGreaterThan(20)
})

test('[ME51] nobody is let in without the key of a call, and nothing is asked of the room for them', async () => {
  const { lines, ingest } = await open()
  const url = ingest.address('vc_1', 'vp_1')
  expect(await push(url.slice(0, -1), 1)).not.toBe(0)
  expect(await push(url.replace('open110', 'live'), 1)).not.toBe(0)
  expect(ingest.address('vc_1', 'vp_1')).toBe(url)
  expect(ingest.address('vc_1', 'vp_2')).not.toBe(url)
  ingest.revoke('vc_1')
  expect(await push(url, 1)).not.toBe(0)
  expect(lines).toEqual([])
})

test('[ME51] a phone that pushes again takes the place of its broken line, and the end of its call cuts it', async () => {
  const { lines, ingest } = await open()
  const url = ingest.address('vc_1', 'vp_1')
  const first = push(url, 30)
  await expect.poll(() => lines[0]?.packets.video.length ?? 0, { timeout: 8_000 }).toBeGreaterThan(5)
  const second = push(url, 30)
  await expect.poll(() => lines[1]?.packets.video.length ?? 0, { timeout: 8_000 }).toBeGreaterThan(5)
  expect(lines[0]!.isOpen).toBe(false)
  expect(await first).not.toBe(0)
  ingest.revoke('vc_1', 'vp_1')
  expect(await second).not.toBe(0)
  expect(lines[1]!.isOpen).toBe(false)
})

test('[ME51] what is no RTMP, or names a length that nobody sends, is cut and costs nothing', async () => {
  const { lines, faults, ingest } = await open()
  const { hostname, port } = new URL(ingest.address('vc_1', 'vp_1'))
  const says = async (bytes: Uint8Array) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.on('data', () => {})
    socket.write(bytes)
    await new Promise((closed) => socket.once('close', closed))
  }
  const shaken = Buffer.alloc(1 + 2 * 1_536, 3)
  await says(Buffer.concat([shaken, Buffer.from('0300000000ffffff140000000041', 'hex')]))
  await says(Buffer.alloc(200_000, 7))
  await says(Buffer.concat([shaken, Buffer.alloc(60_000, 0x33)]))
  expect(lines).toEqual([])
  expect(faults).toEqual([])
})
