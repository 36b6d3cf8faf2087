import type { IndexEntry, Recording } from '@open110/modules/video'

/** 回放 — several objects on one clock: milliseconds from the start of the call, which is the zero of them all. */
export type Piece = Recording['objects'][number]

export const speeds = [0.5, 1, 1.5, 2, 4] as const
export type Speed = (typeof speeds)[number]

/** As long as whatever ends last. */
export const lengthOf = (recording: Recording): number =>
  Math.max(
    recording.durationMs,
    ...recording.objects.map(({ offsetMs, durationMs }) => offsetMs + durationMs),
    ...recording.index.map(({ atMs }) => atMs),
    0,
  )

/** The reporter's first: the scene is what is looked at. */
export const inOrder = (objects: readonly Piece[]): Piece[] =>
  objects.toSorted((a, b) => Number(b.role === 'reporter') - Number(a.role === 'reporter'))

/** Where an object stands at a moment of the call; nothing before it begins and after it ends. */
export function placeIn(piece: Pick<Piece, 'offsetMs' | 'durationMs'>, atMs: number): number | undefined {
  const inside = atMs - piece.offsetMs
  return inside < 0 || inside > piece.durationMs ? undefined : inside / 1_000
}

/** How far an object may run beside the clock before it is set right: lips and words still belong together. */
const apartSeconds = 0.12
/** What to do with a player so that it keeps the clock: where to set it, and whether it runs. */
export function keepTime(
  player: { readonly seconds: number; readonly isPaused: boolean },
  piece: Pick<Piece, 'offsetMs' | 'durationMs'>,
  clock: { readonly atMs: number; readonly isRunning: boolean; readonly speed: number },
): { seekTo?: number; run: boolean } {
  const seconds = placeIn(piece, clock.atMs)
  if (seconds === undefined) return { run: false }
  const isApart = Math.abs(player.seconds - seconds) > apartSeconds * Math.max(1, clock.speed)
  return isApart ? { seekTo: seconds, run: clock.isRunning } : { run: clock.isRunning }
}

/** 区间 — what lasted: 喊话, single pictures in place of film, and when nothing came. */
export type Span = {
  readonly kind: 'talk' | 'stills' | 'lost'
  readonly fromMs: number
  readonly toMs: number
}

export function spansOf(index: readonly IndexEntry[], lengthMs: number): Span[] {
  const spans: Span[] = []
  const open = new Map<Span['kind'], number>()
  const begin = (kind: Span['kind'], atMs: number) => {
    if (!open.has(kind)) open.set(kind, atMs)
  }
  const end = (kind: Span['kind'], toMs: number) => {
    const fromMs = open.get(kind)
    if (fromMs === undefined) return
    open.delete(kind)
    spans.push({ kind, fromMs, toMs })
  }
  for (const { kind, atMs, facts } of index.toSorted((a, b) => a.atMs - b.atMs)) {
    if (kind === 'talk-on') begin('talk', atMs)
    if (kind === 'talk-off') end('talk', atMs)
    if (kind === 'lost') begin('lost', atMs)
    if (kind === 'back') end('lost', atMs)
    if (kind === 'step' && facts['to'] === 'stills') begin('stills', atMs)
    if (kind === 'step' && facts['to'] !== 'stills') end('stills', atMs)
  }
  for (const kind of [...open.keys()]) end(kind, lengthMs)
  return spans.toSorted((a, b) => a.fromMs - b.fromMs)
}

/** Entries that a person jumps to; the hundred stills of a bad line are one span and no hundred signs. */
export const stopsOf = (index: readonly IndexEntry[]): IndexEntry[] =>
  index.filter(({ kind }) => kind !== 'still' && kind !== 'feed').toSorted((a, b) => a.atMs - b.atMs)

const stepMs: Readonly<Record<string, number>> = {
  ArrowLeft: -5_000,
  ArrowRight: 5_000,
  PageDown: -30_000,
  PageUp: 30_000,
}

/** Where a key leads on the time line; nothing where it is none of its keys. */
export function seekBy(code: string, atMs: number, lengthMs: number): number | undefined {
  if (code === 'Home') return 0
  if (code === 'End') return lengthMs
  const by = stepMs[code]
  return by === undefined ? undefined : Math.min(lengthMs, Math.max(0, atMs + by))
}

/** `02:07`, `1:02:07`: a place in the recording. */
export function timeText(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const rest = `${two(Math.floor((seconds % 3_600) / 60))}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}
