import { stat } from 'node:fs/promises'
import * as bunny from 'mediabunny'
import type { Measured, Remuxed } from './evidence.copyist.server.ts'

/** A file up to this size is written with its index in front, which takes it through memory once. */
const maxBytesInMemory = 64 * 1024 * 1024
/** No playlists: they name other files. */
const formats = [
  bunny.MP4,
  bunny.QTFF,
  bunny.MATROSKA,
  bunny.WEBM,
  bunny.OGG,
  bunny.MP3,
  bunny.WAVE,
  bunny.ADTS,
]

/** Vorbis is missing on purpose: it keeps its tags inside the codec's header, so ffmpeg must encode it anew. */
const containers = [
  { file: 'view.m4a', mime: 'audio/mp4', video: [], audio: ['aac'] },
  { file: 'view.mp3', mime: 'audio/mpeg', video: [], audio: ['mp3'] },
  { file: 'view.wav', mime: 'audio/wav', video: [], audio: ['pcm-s16', 'pcm-u8', 'ulaw', 'alaw'] },
  { file: 'view.ogg', mime: 'audio/ogg', video: [], audio: ['opus'] },
  { file: 'view.mp4', mime: 'video/mp4', video: ['avc', 'hevc', 'av1'], audio: ['aac', 'mp3', 'opus'] },
  { file: 'view.webm', mime: 'video/webm', video: ['vp8', 'vp9', 'av1'], audio: ['opus'] },
] as const satisfies readonly { file: string; mime: string; video: string[]; audio: string[] }[]
const playsEverywhere: readonly (string | undefined)[] = ['avc', 'aac', 'mp3', 'pcm-s16', 'pcm-u8', undefined]

/** 时长与尺寸 — read from the container and the packets; nothing is decoded. */
export async function measure(path: string): Promise<Measured> {
  const { input, video, audio } = await openTracks(path)
  const durationSeconds = await input.computeDuration()
  return {
    durationSeconds: Number.isFinite(durationSeconds) ? durationSeconds : undefined,
    width: await video?.getDisplayWidth(),
    height: await video?.getDisplayHeight(),
    hasVideo: video !== null,
    hasAudio: audio !== null,
  }
}

/**
 * 重新封装 — copies the packets of one picture and one sound track into a fresh container: no tag, no track name, no
 * third track (camera positions, subtitles), no user data between the pictures. Says why when no container takes them.
 */
export async function remux(path: string): Promise<Remuxed | string> {
  const { input, video, audio } = await openTracks(path)
  const videoCodec = (await video?.getCodec()) ?? undefined
  const audioCodec = (await audio?.getCodec()) ?? undefined
  const fits = (codecs: readonly string[], track: unknown, codec: string | undefined) =>
    track === null || (codec !== undefined && codecs.includes(codec))
  const container = containers.find(
    (row) => fits(row.video, video, videoCodec) && fits(row.audio, audio, audioCodec),
  )
  if (!container || (!video && !audio))
    return `no container for ${[videoCodec, audioCodec].filter(Boolean).join(' + ') || 'these tracks'}`

  const format = await formatOf(container.file, path)
  const output = new bunny.Output({ format, target: new bunny.FilePathTarget(container.file) })
  const start = await input.getFirstTimestamp()
  const copying: (() => Promise<void>)[] = []
  if (video && videoCodec) {
    const source = new bunny.EncodedVideoPacketSource(videoCodec)
    output.addVideoTrack(source, { rotation: await video.getRotation() })
    const decoderConfig = await video.getDecoderConfig()
    const clean = cleanerFor(videoCodec, bytesOf(decoderConfig?.description))
    if (!decoderConfig || !clean) return `${videoCodec} without a description`
    copying.push(async () => {
      for await (const packet of new bunny.EncodedPacketSink(video).packets()) {
        const data = clean(packet.data)
        if (data.length > 0)
          await source.add(packet.clone({ data, timestamp: packet.timestamp - start }), { decoderConfig })
      }
      source.close()
    })
  }
  if (audio && audioCodec) {
    const source = new bunny.EncodedAudioPacketSource(audioCodec)
    output.addAudioTrack(source)
    const decoderConfig = await audio.getDecoderConfig()
    if (!decoderConfig) return `${audioCodec} without a description`
    copying.push(async () => {
      for await (const packet of new bunny.EncodedPacketSink(audio).packets())
        await source.add(packet.clone({ timestamp: packet.timestamp - start }), { decoderConfig })
      source.close()
    })
  }
  await output.start()
  await Promise.all(copying.map((copy) => copy()))
  await output.finalize()
  const plays = [videoCodec, audioCodec].every((codec) => playsEverywhere.includes(codec))
  return { file: container.file, mime: container.mime, playsEverywhere: plays }
}

async function openTracks(path: string) {
  const input = new bunny.Input({ formats, source: new bunny.FilePathSource(path) })
  const [video, audio] = await Promise.all([input.getPrimaryVideoTrack(), input.getPrimaryAudioTrack()])
  return { input, video, audio }
}

async function formatOf(file: (typeof containers)[number]['file'], path: string) {
  switch (file) {
    case 'view.mp4':
    case 'view.m4a': {
      const isSmall = (await stat(path)).size <= maxBytesInMemory
      return new bunny.Mp4OutputFormat({ fastStart: isSmall && 'in-memory' })
    }
    case 'view.mp3':
      return new bunny.Mp3OutputFormat()
    case 'view.wav':
      return new bunny.WavOutputFormat()
    case 'view.ogg':
      return new bunny.OggOutputFormat()
    case 'view.webm':
      return new bunny.WebMOutputFormat()
  }
}

function bytesOf(source: ArrayBufferLike | ArrayBufferView | undefined): Uint8Array | undefined {
  if (!source) return undefined
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source)
}

/**
 * Dashcams write their position into the picture stream itself, as SEI units. They are dropped; pictures are not
 * touched. `undefined` when the units cannot be told apart.
 */
function cleanerFor(codec: bunny.VideoCodec, description: Uint8Array | undefined) {
  if (codec !== 'avc' && codec !== 'hevc') return (data: Uint8Array) => data
  const sizeField = description?.[codec === 'avc' ? 4 : 21]
  if (sizeField === undefined) return undefined
  const sizeBytes = (sizeField & 3) + 1
  const isSei = (first: number) =>
    codec === 'avc' ? (first & 0x1f) === 6 : ((first >> 1) & 0x3f) === 39 || ((first >> 1) & 0x3f) === 40
  return (data: Uint8Array) => {
    const kept: Uint8Array[] = []
    for (let at = 0; at + sizeBytes < data.length;) {
      let size = 0
      for (const byte of data.subarray(at, at + sizeBytes)) size = size * 256 + byte
      const end = at + sizeBytes + size
      if (!isSei(data[at + sizeBytes]!)) kept.push(data.subarray(at, end))
      at = end
    }
    return Buffer.concat(kept)
  }
}
