import type { ChainClock } from '../core/chain.ts'
import { openDelayEdge, senderOffset, type LineClock } from '../core/clock.ts'
import { openFrames, opusMs, type Frame, type FrameConfig } from '../core/frames.ts'
import { openOrder, type Placed } from '../core/order.ts'
import { clockRateOf, openUnwrap, readRtp, type Codec, type RtpPacket } from '../core/rtp.ts'
import type { JournalFile, TrackKind } from '../port.ts'
import { readClocks, readRecords } from './journal.read.ts'

/** 一段 — one line of one generation, after a first reading: what it is and how its time runs. */
export type Stretch = {
  readonly file: JournalFile
  readonly kind: TrackKind
  readonly codec: Codec
  readonly ssrc: number
  /** An RTP time of it, next to which its times are counted. */
  readonly near: number
  /** When its first frame was taken, in the server's time; milliseconds since 1970. */
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly config?: FrameConfig
  readonly timeOf: (timestamp: number) => number
}
export type TimedFrame = { readonly atMs: number; readonly forMs: number; readonly frame: Frame }
export type Losses = { framesLost: number; packetsLost: number }

/**
 * First reading, of the lines of one generation together: where both kinds have the sender's own clock, they share one
 * time line, and lips and voice agree as they did at the camera. A line without one whole frame gives nothing.
 */
export async function openStretches(files: readonly JournalFile[]): Promise<Stretch[]> {
  const lines = (await Promise.all(files.map(survey))).flat()
  const isShared = lines.length > 1 && agree(lines)
  const shared = openDelayEdge()
  for (const line of lines) {
    if (isShared)
      for (const [mediaMs, atMs] of line.edge.values()) shared.note(mediaMs + line.senderOffsetMs!, atMs)
  }
  return lines.map((line) => {
    const edge = isShared ? shared : openDelayEdge()
    if (!isShared) for (const [mediaMs, atMs] of line.edge.values()) edge.note(mediaMs, atMs)
    const clock: LineClock = edge.clock()
    const offset = isShared ? line.senderOffsetMs! : 0
    const timeOf = (timestamp: number) => clock((timestamp / clockRateOf(line.codec)) * 1000 + offset)
    const { file, codec, ssrc, near, first, last } = line
    const startsAtMs = timeOf(first.timestamp)
    const endsAtMs = timeOf(last)
    return { file, kind: file.kind, codec, ssrc, near, startsAtMs, endsAtMs, config: first.config, timeOf }
  })
}

/** A sender whose two clocks lie further apart than any way delays has set one of them wrongly. */
const mostApartMs = 1_000

function agree(lines: readonly Surveyed[]): boolean {
  const least = lines.map(({ edge, senderOffsetMs }) => {
    let delay = Infinity
    for (const [mediaMs, atMs] of edge.values()) delay = Math.min(delay, atMs - mediaMs)
    return senderOffsetMs === undefined ? NaN : delay - senderOffsetMs
  })
  return Math.max(...least) - Math.min(...least) <= mostApartMs
}

/** Every quarter second the packet with the least delay is kept of a line; the edge needs no more of it. */
const surveyStepMs = 250

/** A sender that numbers its line anew does so after a silence; a packet from elsewhere in between is a stray. */
const strayMs = 1_000

type Surveyed = {
  readonly file: JournalFile
  readonly codec: Codec
  readonly ssrc: number
  readonly near: number
  readonly first: Frame
  /** The newest RTP time, counted as the frames' are. */
  readonly last: number
  readonly senderOffsetMs: number | undefined
  readonly edge: ReadonlyMap<number, readonly [mediaMs: number, atMs: number]>
}

async function survey(file: JournalFile): Promise<Surveyed[]> {
  const clocks = await readClocks(file.path)
  const surveyors: ReturnType<typeof openSurveyor>[] = []
  for await (const { head, records } of readRecords(file.path)) {
    for (const { ms, packet: bytes } of records) {
      const packet = readRtp(bytes)
      if (!packet) continue
      let surveyor = surveyors.at(-1)
      if (surveyor?.ssrc !== packet.ssrc) {
        if (surveyor && ms - surveyor.lastMs() < strayMs) continue
        surveyor = openSurveyor(file, head.codec, packet)
        surveyors.push(surveyor)
      }
      surveyor.note(packet, ms, head.firstAtMs + ms)
    }
  }
  return surveyors.map((surveyor) => surveyor.done(clocks)).filter((line) => line !== undefined)
}

function openSurveyor(file: JournalFile, codec: Codec, { ssrc, timestamp: near }: RtpPacket) {
  const rate = clockRateOf(codec)
  const unwrap = openUnwrap(32)
  unwrap(near)
  const order = openOrder(ssrc)
  const frames = openFrames(codec, near)
  const edge = new Map<number, readonly [mediaMs: number, atMs: number]>()
  let first: Frame | undefined
  let lastMs = 0
  let last = near
  return {
    ssrc,
    lastMs: () => lastMs,
    note(packet: RtpPacket, ms: number, atMs: number) {
      lastMs = ms
      const timestamp = unwrap(packet.timestamp)
      last = Math.max(last, timestamp)
      const mediaMs = (timestamp / rate) * 1000
      const step = Math.floor(mediaMs / surveyStepMs)
      const known = edge.get(step)
      if (!known || atMs - mediaMs < known[1] - known[0]) edge.set(step, [mediaMs, atMs])
      if (!first) for (const placed of order.push(packet, ms)) first ??= frames.push(placed)[0]
    },
    done(clocks: readonly ChainClock[]): Surveyed | undefined {
      if (!first) for (const placed of order.flush()) first ??= frames.push(placed)[0]
      first ??= frames.flush()[0]
      const counted = openUnwrap(32)
      counted(near)
      const senderOffsetMs = senderOffset(clocks, rate, counted.peek)
      return first && { file, codec, ssrc, near, first, last, senderOffsetMs, edge }
    },
  }
}

/** Second reading: the frames with their times; losses are added up. */
export async function* framesOf(stretch: Stretch, losses: Losses): AsyncGenerator<TimedFrame> {
  const frames = openFrames(stretch.codec, stretch.near)
  const order = openOrder(stretch.ssrc)
  let held: { atMs: number; frame: Frame } | undefined
  const timed = (next: Frame | undefined): TimedFrame | undefined => {
    const before = held
    held = next && { atMs: stretch.timeOf(next.timestamp), frame: next }
    return before && { ...before, forMs: spanOf(stretch, before, held?.atMs) }
  }
  const timedAll = (placed: readonly Placed[]) => placed.flatMap((each) => frames.push(each)).map(timed)
  for await (const { records } of readRecords(stretch.file.path)) {
    for (const { ms, packet: bytes } of records) {
      const packet = readRtp(bytes)
      if (!packet) continue
      for (const ready of timedAll(order.push(packet, ms))) if (ready) yield ready
    }
  }
  const last = [...timedAll(order.flush()), ...frames.flush().map(timed), timed(undefined)]
  for (const ready of last) if (ready) yield ready
  losses.framesLost += frames.counts().lost
  losses.packetsLost += order.lost()
}

/**
 * 接续 — the lines of one kind as one. Where a new line runs beside an old one the new one is shown; when it ends first
 * the old one goes on, a picture from its next key frame. Times never go back.
 */
export async function* oneAfterAnother(
  stretches: readonly Stretch[],
  losses: Losses,
): AsyncGenerator<TimedFrame> {
  const coming = stretches.toSorted((a, b) => a.startsAtMs - b.startsAtMs)
  const running: { stretch: Stretch; frames: AsyncGenerator<TimedFrame>; next: TimedFrame }[] = []
  let shown: Stretch | undefined
  let lastMs = -Infinity
  while (running.length > 0 || coming.length > 0) {
    const soonest = running.reduce((a, b) => (b.next.atMs < a.next.atMs ? b : a), running[0]!)
    const begins = coming[0]
    if (begins && (!soonest || begins.startsAtMs <= soonest.next.atMs)) {
      coming.shift()
      const frames = framesOf(begins, losses)
      const first = await frames.next()
      if (!first.done) running.push({ stretch: begins, frames, next: first.value })
      continue
    }
    const { stretch, next } = soonest
    const isHidden = stretches.some(
      (each) =>
        each.startsAtMs > stretch.startsAtMs && each.startsAtMs <= next.atMs && next.atMs <= each.endsAtMs,
    )
    if (!isHidden && (stretch === shown || next.frame.isKey)) {
      shown = stretch
      lastMs = Math.max(next.atMs, lastMs + leastStepMs)
      yield { ...next, atMs: lastMs }
    }
    const following = await soonest.frames.next()
    if (following.done) running.splice(running.indexOf(soonest), 1)
    else soonest.next = following.value
  }
}

/** WebM counts whole milliseconds. */
const leastStepMs = 1

/** A picture stands until the next one comes, or for a moment where none does. */
const lastPictureMs = 40
const longestPictureMs = 1_000

function spanOf(
  stretch: Stretch,
  { atMs, frame }: { atMs: number; frame: Frame },
  nextAtMs?: number,
): number {
  if (stretch.kind === 'audio') return opusMs(frame.data)
  const span = nextAtMs === undefined ? lastPictureMs : nextAtMs - atMs
  return span > 0 && span <= longestPictureMs ? span : lastPictureMs
}
