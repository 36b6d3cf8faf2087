import { link, rm, stat } from 'node:fs/promises'
import * as bunny from 'mediabunny'
import type { FrameConfig } from '../core/frames.ts'
import type { TimedFrame } from './lines.ts'

/** 封装 — writes frames as they are into one file; nothing is decoded and nothing encoded anew. */
export type Container = {
  readonly codec: 'vp8' | 'h264' | undefined
  readonly config?: FrameConfig
  readonly hasSound: boolean
  /** Path without its ending. */
  readonly out: string
}
export type Contained = {
  readonly path: string
  readonly mime: 'video/webm' | 'video/mp4' | 'audio/webm'
  readonly bytes: number
}

/** A WebM of VP8 and Opus, or of Opus alone, begins with its index when it is closed; an MP4 of H.264 too, up to this size. */
const indexInFrontBytes = 64 * 1024 * 1024

/** OpusHead (RFC 7845 §5.1): two channels, nothing to skip, 48 kHz. */
const opusHead = Uint8Array.from([
  0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64, 1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0,
])
const opusConfig: AudioDecoderConfig = {
  codec: 'opus',
  numberOfChannels: 2,
  sampleRate: 48_000,
  description: opusHead,
}

export type ContainedFrame = TimedFrame & { readonly track: 'video' | 'audio' }

/** `zeroMs` is zero of the file's time line. Frames come in the order of time; a file that exists is never written over. */
export async function contain(
  { codec, config, hasSound, out }: Container,
  frames: AsyncIterable<ContainedFrame> | Iterable<ContainedFrame>,
  zeroMs: number,
  expectedBytes: number,
): Promise<Contained> {
  const isMp4 = codec === 'h264'
  const path = `${out}.${isMp4 ? 'mp4' : 'webm'}`
  const growing = `${path}.part`
  const format = isMp4
    ? new bunny.Mp4OutputFormat({ fastStart: expectedBytes <= indexInFrontBytes && 'in-memory' })
    : new bunny.WebMOutputFormat()
  const output = new bunny.Output({ format, target: new bunny.FilePathTarget(growing) })
  const picture = codec && new bunny.EncodedVideoPacketSource(codec === 'h264' ? 'avc' : 'vp8')
  const sound = hasSound ? new bunny.EncodedAudioPacketSource('opus') : undefined
  if (picture) output.addVideoTrack(picture)
  if (sound) output.addAudioTrack(sound)
  const videoConfig: VideoDecoderConfig | undefined = config && {
    codec: config.codec,
    codedWidth: config.width,
    codedHeight: config.height,
    ...(config.description && { description: config.description }),
  }
  try {
    await output.start()
    for await (const { track, atMs, forMs, frame } of frames) {
      const at = (atMs - zeroMs) / 1000
      const packet = new bunny.EncodedPacket(frame.data, frame.isKey ? 'key' : 'delta', at, forMs / 1000)
      if (track === 'video') await picture?.add(packet, { decoderConfig: videoConfig })
      else await sound?.add(packet, { decoderConfig: opusConfig })
    }
    picture?.close()
    sound?.close()
    await output.finalize()
    await link(growing, path)
  } finally {
    if (output.state !== 'finalized') await output.cancel()
    await rm(growing, { force: true })
  }
  const { size } = await stat(path)
  return { path, mime: isMp4 ? 'video/mp4' : codec ? 'video/webm' : 'audio/webm', bytes: size }
}
