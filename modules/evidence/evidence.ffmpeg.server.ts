import type { EvidenceKind } from './evidence.ts'
import { findJail, runJailed, type Bounds, type Jail } from './evidence.jail.server.ts'
import type { SniffedMime } from './evidence.sniff.ts'

type Ffmpeg = { jail: Jail; program: string }
const memoryBytes = 4 * 1024 ** 3

/** The demuxer is named, never guessed: ffmpeg would also read a playlist that opens other files. */
const demuxers: Partial<Record<SniffedMime, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/3gpp': 'mov',
  'audio/mp4': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'video/ogg': 'ogg',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/aac': 'aac',
  'audio/wav': 'wav',
  'audio/amr': 'amr',
}
/** What phones and browsers record. Three hundred other decoders stay shut. */
const decoders = [
  ...[
    'h264',
    'hevc',
    'mpeg4',
    'h263',
    'vp8',
    'vp9',
    'libvpx-vp9',
    'av1',
    'libdav1d',
    'libaom-av1',
    'theora',
    'mjpeg',
  ],
  ...[
    'aac',
    'mp3',
    'mp3float',
    'opus',
    'libopus',
    'vorbis',
    'libvorbis',
    'speex',
    'libspeex',
    'flac',
    'alac',
  ],
  ...[
    'amrnb',
    'amrwb',
    'libopencore_amrnb',
    'libopencore_amrwb',
    'adpcm_ms',
    'adpcm_ima_wav',
    'adpcm_ima_qt',
  ],
  ...['pcm_u8', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_alaw', 'pcm_mulaw'],
]
const calm = ['-nostdin', '-hide_banner', '-v', 'error', '-y']
const input = (demuxer: string, file: string) => [
  ...['-protocol_whitelist', 'file,pipe', '-codec_whitelist', decoders.join(','), '-threads', '2'],
  ...['-f', demuxer, '-i', `file:${file}`],
]
/** Nothing of the source but its pictures and its sound: no tag of file, track or chapter, no encoder's own note. */
const bare = [
  ...['-map_metadata', '-1', '-map_metadata:s', '-1', '-map_chapters', '-1', '-sn', '-dn'],
  ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact'],
]
const within = (pixels: number) =>
  `scale=w='min(${pixels},iw)':h='min(${pixels},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2`

/** Whether ffmpeg is here, runs in a jail and can write what every browser plays. */
export async function ffmpegVersion(
  program: string,
  bounds: Bounds,
): Promise<{ jail: Jail; version: string } | { why: string }> {
  const command = [program, '-hide_banner', '-encoders']
  const confined = { ...bounds, memoryBytes }
  const jail = await findJail(command, confined)
  if (!jail) return { why: 'not installed, or does not run' }
  const { stdout } = await runJailed(jail, command, confined)
  const missing = ['libx264', 'aac'].filter((name) => !new RegExp(`^ \\S+ ${name} `, 'm').test(stdout))
  if (missing.length > 0) return { why: `cannot encode ${missing.join(', ')}` }
  const about = (await runJailed(jail, [program, '-version'], confined)).stdout
  return { jail, version: /version (\S+)/.exec(about)?.[1] ?? 'unknown' }
}

/** 转码 — `original` into H.264 and AAC in MP4, or AAC in M4A: the one pair that plays everywhere. */
export async function transcode(
  { jail, program }: Ffmpeg,
  kind: EvidenceKind,
  mime: SniffedMime,
  bounds: Bounds,
  maxSeconds: number,
): Promise<{ file: string; mime: string } | { why: string }> {
  const demuxer = demuxers[mime]
  if (!demuxer) return { why: 'no demuxer for this type' }
  const isVideo = kind === 'video'
  const file = isVideo ? 'view.mp4' : 'view.m4a'
  const picture = [
    '-map',
    '0:V:0',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '25',
    '-pix_fmt',
    'yuv420p',
  ]
  const ran = await runJailed(
    jail,
    [
      ...[program, ...calm, ...input(demuxer, 'original')],
      ...(isVideo ? [...picture, '-vf', within(1280), '-fpsmax', '30', '-threads', '2'] : ['-vn']),
      ...[
        '-map',
        isVideo ? '0:a:0?' : '0:a:0',
        '-c:a',
        'aac',
        '-b:a',
        '96k',
        '-ac',
        isVideo ? '2' : '1',
        '-ar',
        '48000',
      ],
      ...bare,
      ...['-t', `${maxSeconds}`, '-fs', `${bounds.maxFileBytes - 1024 * 1024}`],
      ...['-movflags', '+faststart', '-f', 'mp4', file],
    ],
    { ...bounds, memoryBytes },
  )
  if (ran.ended === 'well') return { file, mime: isVideo ? 'video/mp4' : 'audio/mp4' }
  return { why: ran.ended === 'late' ? 'took too long' : (ran.stderr.trim().split('\n').at(-1) ?? 'failed') }
}

/** 小图 — one telling picture of the view that was just made, as `thumb.jpg`. A clip without one is still complete. */
export async function drawPoster({ jail, program }: Ffmpeg, file: string, bounds: Bounds): Promise<boolean> {
  const demuxer = file.endsWith('.webm') ? 'matroska' : 'mov'
  const ran = await runJailed(
    jail,
    [
      ...[program, ...calm, ...input(demuxer, file), '-map', '0:V:0', '-an', '-t', '10'],
      ...['-vf', `thumbnail=50,${within(320)}`, '-frames:v', '1', ...bare, '-q:v', '5'],
      ...['-f', 'image2', '-update', '1', 'thumb.jpg'],
    ],
    { ...bounds, memoryBytes },
  )
  return ran.ended === 'well'
}

/** 末帧 — the last picture of a clip as `frame.jpg`: each is written over the one before it. */
export async function drawLast({ jail, program }: Ffmpeg, file: string, bounds: Bounds): Promise<boolean> {
  const demuxer = file.endsWith('.webm') ? 'matroska' : 'mov'
  const ran = await runJailed(
    jail,
    [
      ...[program, ...calm, ...input(demuxer, file), '-map', '0:V:0', '-an', '-vsync', 'passthrough'],
      ...[...bare, '-pix_fmt', 'yuvj420p', '-q:v', '2', '-f', 'image2', '-update', '1', 'frame.jpg'],
    ],
    { ...bounds, memoryBytes },
  )
  return ran.ended === 'well'
}
