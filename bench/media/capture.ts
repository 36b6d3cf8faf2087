import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readRtp } from '../../media/core/rtp.ts'
import type { TrackKind } from '../../media/port.ts'

/** 样本 — RTP of one camera and one microphone as an encoder sent it, to be sent again by as many peers as are wanted. */
export type Sample = {
  readonly seconds: number
  readonly tracks: Readonly<Record<TrackKind, readonly Piece[]>>
}
/** One packet, base64, and when it was due from the start of the sample. */
export type Piece = { readonly dueMs: number; readonly packet: string }

export const frameMs = 40
const codeBits = 16
const cell = 16

/**
 * 480p VP8 at about 770 kbit/s and Opus at 37, for so many seconds, from a key frame on. Each picture bears its own number
 * in black and white cells along its upper edge, so that its moment can be read from whatever is made of it.
 */
export async function capture(seconds: number): Promise<Sample> {
  const frames = seconds * 25
  const video = await listen()
  const audio = await listen()
  const child = spawn('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error'],
    ...['-re', '-f', 'lavfi', '-i', `testsrc2=size=640x480:rate=25:duration=${seconds}`],
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${codeBits * cell}x${cell}`, '-r', '25', '-i', 'pipe:0'],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...['-filter_complex', '[0:v][1:v]overlay=0:0:shortest=1[v]', '-map', '[v]'],
    ...[
      '-c:v',
      'libvpx',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '770k',
      '-g',
      '50',
      '-auto-alt-ref',
      '0',
    ],
    ...['-f', 'rtp', '-payload_type', '96', `rtp://127.0.0.1:${video.port}?pkt_size=1200`],
    ...['-map', '2:a', '-c:a', 'libopus', '-b:a', '37k', '-frame_duration', '20'],
    ...['-f', 'rtp', '-payload_type', '111', `rtp://127.0.0.1:${audio.port}`],
  ])
  child.stdin.on('error', () => {})
  for (let n = 0; n < frames; n++) child.stdin.write(codeOf(n))
  child.stdin.end()
  child.stderr.pipe(process.stderr)
  await once(child, 'close')
  return { seconds, tracks: { video: video.pieces(90), audio: audio.pieces(48) } }
}

async function listen() {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 })
  const got: Buffer[] = []
  socket.on('message', (packet) => got.push(packet))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    pieces(perMs: number): Piece[] {
      socket.close()
      const packets = got.map((bytes) => readRtp(bytes)).filter((packet) => packet !== undefined)
      const first = packets[0]!.timestamp
      return packets.map(({ bytes, timestamp }) => ({
        dueMs: ((timestamp - first) >>> 0) / perMs,
        packet: Buffer.from(bytes).toString('base64'),
      }))
    },
  }
}

function codeOf(n: number): Buffer {
  const line = Buffer.alloc(codeBits * cell)
  for (let bit = 0; bit < codeBits; bit++) line.fill((n >> bit) & 1 ? 235 : 16, bit * cell, (bit + 1) * cell)
  return Buffer.concat(Array.from({ length: cell }, () => line))
}

/** The numbers of the pictures in a file, each with the file's own time for it. */
export async function readCodes(path: string): Promise<{ n: number; atMs: number }[]> {
  const crop = `crop=${codeBits * cell}:${cell}:0:0,scale=${codeBits}:1:flags=area,format=gray`
  const [cells, times] = await Promise.all([
    output('ffmpeg', [
      '-v',
      'error',
      '-i',
      path,
      '-map',
      '0:v',
      '-vf',
      crop,
      '-fps_mode',
      'passthrough',
      '-f',
      'rawvideo',
      'pipe:1',
    ]),
    output('ffprobe', [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'frame=pts_time',
      '-of',
      'csv=p=0',
      path,
    ]),
  ])
  const atMs = times
    .toString()
    .trim()
    .split('\n')
    .map((text) => Number.parseFloat(text) * 1_000)
  return atMs.map((at, frame) => {
    let n = 0
    for (let bit = 0; bit < codeBits; bit++) if (cells[frame * codeBits + bit]! > 125) n |= 1 << bit
    return { n, atMs: at }
  })
}

async function output(program: string, args: string[]): Promise<Buffer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  await once(child, 'close')
  return Buffer.concat(parts)
}
