import { spawn } from 'node:child_process'
import { flvHead, flvTag } from './flv.ts'
import { openOgg } from './ogg.ts'

/** 转音 — an ffmpeg that makes Opus of the AAC that a pusher sends; without one the call has a picture alone. */
export type Transcoder = {
  /** A message with sound, as it came. */
  put(atMs: number, body: Uint8Array): void
  close(): void
}

/** What ffmpeg may hold back of what it was given, before sound is left out rather than kept in memory. */
const mostWaitingBytes = 1_000_000

export function openTranscoder(ask: {
  readonly ffmpeg: string
  /** 20 ms of sound; they follow each other without gaps from the first message on. */
  readonly onOpus: (packet: Uint8Array) => void
  readonly onEnd: (why: string) => void
}): Transcoder {
  const child = spawn(
    ask.ffmpeg,
    [
      ...['-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe'],
      ...['-fflags', 'nobuffer', '-probesize', '4096', '-analyzeduration', '0', '-f', 'flv', '-i', 'pipe:0'],
      // A pause of the pusher is a pause in what is heard: silence, so that the clock of the sound goes on.
      ...['-map', '0:a:0', '-af', 'aresample=async=1000:first_pts=0', '-ac', '1', '-ar', '48000'],
      ...['-c:a', 'libopus', '-application', 'voip', '-b:a', '32k', '-frame_duration', '20'],
      ...['-page_duration', '20000', '-flush_packets', '1', '-f', 'ogg', 'pipe:1'],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } },
  )
  let said = ''
  let firstMs: number | undefined
  let isOver = false
  const end = (why: string) => {
    if (isOver) return
    isOver = true
    child.kill('SIGKILL')
    ask.onEnd(why)
  }
  const ogg = openOgg(ask.onOpus)
  child.once('error', (fault) => end(fault.message))
  child.once('close', (code) => end(said || `ffmpeg ended with ${code}`))
  child.stdin.on('error', (fault) => end(fault.message))
  child.stderr.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-500)))
  child.stdout.on('data', (part: Buffer) => {
    if (!ogg(part)) end('ffmpeg wrote no Ogg')
  })
  child.stdin.write(flvHead)
  return {
    put(atMs, body) {
      firstMs ??= atMs
      if (isOver || child.stdin.writableLength > mostWaitingBytes) return
      child.stdin.write(flvTag(8, atMs - firstMs, body))
    },
    close() {
      isOver = true
      child.stdin.destroy()
      child.kill('SIGKILL')
    },
  }
}
