import { stat } from 'node:fs/promises'
import type { JournalFile } from '../port.ts'
import { contain, type Contained, type ContainedFrame } from './container.ts'
import { oneAfterAnother, openStretches, type Losses, type Stretch, type TimedFrame } from './lines.ts'

export type MuxAsk = {
  /** All generations of one participant. */
  readonly files: readonly JournalFile[]
  /** Zero of the time line: when the call began; milliseconds since 1970. */
  readonly startedAtMs: number
  /** Path without its ending; nothing that exists is written over. A second object of another codec is `<out>.2`. */
  readonly out: string
}

/** 参与者录像 — one object per participant and codec of the picture, with true gaps where there was no line. */
export type Muxed = Contained & {
  /**
   * Where the file's own zero lies on the time line: at the start of the call, or with the first picture where that came
   * before it, and of an MP4 always, because Chromium does not seek in what lies behind the sum of its samples.
   */
  readonly zeroMs: number
  /** When, on the time line, the first picture or sound comes. */
  readonly offsetMs: number
  /** When, on the time line, what was kept ends. */
  readonly durationMs: number
  readonly frames: number
  /** Pictures that were sent and are not in the object, as far as is known: with a piece lost, or waiting for a key frame after it. */
  readonly framesLost: number
  readonly packetsLost: number
  readonly width?: number
  readonly height?: number
}

/** Nothing where no line has one whole frame. */
export async function muxParticipant({ files, startedAtMs, out }: MuxAsk): Promise<Muxed[]> {
  const stretches = await stretchesOf(files)
  const codecs = [...new Set(stretches.filter(isPicture).map((stretch) => stretch.codec))]
  const muxed: Muxed[] = []
  for (const codec of codecs.length > 0 ? codecs : [undefined]) {
    const part = stretches.filter((stretch) => codecOf(stretch, stretches) === codec)
    if (part.length === 0) continue
    const name = muxed.length === 0 ? out : `${out}.${muxed.length + 1}`
    muxed.push(await muxOne(part, startedAtMs, name))
  }
  return muxed
}

export async function stretchesOf(files: readonly JournalFile[]): Promise<Stretch[]> {
  const generations = new Map<number, JournalFile[]>()
  for (const file of files) {
    const same = generations.get(file.generation)
    if (same) same.push(file)
    else generations.set(file.generation, [file])
  }
  const stretches: Stretch[] = []
  for (const same of generations.values()) stretches.push(...(await openStretches(same)))
  return stretches.sort((a, b) => a.startsAtMs - b.startsAtMs)
}

const isPicture = (stretch: Stretch): boolean => stretch.kind === 'video'

/** Sound goes with the picture of its generation, and where there is none with the nearest picture before it, or the first. */
function codecOf(stretch: Stretch, all: readonly Stretch[]): Stretch['codec'] | undefined {
  if (isPicture(stretch)) return stretch.codec
  const pictures = all.filter(isPicture)
  const own = pictures.find((each) => each.file.generation === stretch.file.generation)
  const before = pictures.findLast((each) => each.startsAtMs <= stretch.startsAtMs)
  return (own ?? before ?? pictures[0])?.codec
}

async function muxOne(part: readonly Stretch[], startedAtMs: number, out: string): Promise<Muxed> {
  const pictures = part.filter(isPicture)
  const first = pictures[0]
  const codec = first && first.codec !== 'opus' ? first.codec : undefined
  const firstAtMs = Math.min(...part.map((stretch) => stretch.startsAtMs))
  const zeroAtMs = codec === 'h264' ? firstAtMs : Math.min(startedAtMs, firstAtMs)
  const losses: Losses = { framesLost: 0, packetsLost: 0 }
  const video = oneAfterAnother(pictures, losses)
  const audio = oneAfterAnother(
    part.filter((stretch) => !isPicture(stretch)),
    losses,
  )
  let frames = 0
  let endAtMs = zeroAtMs
  async function* counted(): AsyncGenerator<ContainedFrame> {
    for await (const frame of inTime(video, audio)) {
      if (frame.track === 'video') frames++
      endAtMs = Math.max(endAtMs, frame.atMs + frame.forMs)
      yield frame
    }
  }
  let expectedBytes = 0
  for (const { file } of part) expectedBytes += (await stat(file.path)).size
  const hasSound = part.length > pictures.length
  const contained = await contain(
    { codec, config: first?.config, hasSound, out },
    counted(),
    zeroAtMs,
    expectedBytes,
  )
  return {
    ...contained,
    zeroMs: Math.round(zeroAtMs - startedAtMs),
    offsetMs: Math.round(firstAtMs - startedAtMs),
    durationMs: Math.round(endAtMs - startedAtMs),
    frames,
    ...losses,
    width: first?.config?.width,
    height: first?.config?.height,
  }
}

async function* inTime(
  video: AsyncGenerator<TimedFrame>,
  audio: AsyncGenerator<TimedFrame>,
): AsyncGenerator<ContainedFrame> {
  let picture = await video.next()
  let sound = await audio.next()
  while (!picture.done || !sound.done) {
    if (!picture.done && (sound.done || picture.value.atMs <= sound.value.atMs)) {
      yield { ...picture.value, track: 'video' }
      picture = await video.next()
    } else if (!sound.done) {
      yield { ...sound.value, track: 'audio' }
      sound = await audio.next()
    }
  }
}
