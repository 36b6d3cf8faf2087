import type { JournalFile } from '../port.ts'
import { contain, type Contained, type ContainedFrame } from './container.ts'
import { framesOf } from './lines.ts'
import { stretchesOf } from './mux.ts'

/** 瞬间 — the picture of one moment as a file of its own: from the key frame before it up to it, which is its last frame. */
export type MomentFile = Contained & {
  /** When the picture was taken; milliseconds since 1970. */
  readonly atMs: number
  readonly frames: number
  readonly width: number
  readonly height: number
}

/**
 * The picture that stood at `atMs` (milliseconds since 1970), or undefined where there was none; also while the call
 * still runs. `out` is a path without its ending.
 */
export async function frameAt(
  files: readonly JournalFile[],
  atMs: number,
  out: string,
): Promise<MomentFile | undefined> {
  const pictures = (await stretchesOf(files)).filter((stretch) => stretch.kind === 'video')
  const stretch = pictures.findLast((each) => each.startsAtMs <= atMs)
  if (!stretch || stretch.codec === 'opus') return undefined
  let run: ContainedFrame[] = []
  for await (const timed of framesOf(stretch, { framesLost: 0, packetsLost: 0 })) {
    if (timed.atMs > atMs) break
    if (timed.frame.isKey) run = []
    run.push({ ...timed, track: 'video' })
  }
  const first = run[0]
  const last = run.at(-1)
  if (!first?.frame.config || !last) return undefined
  const { config } = first.frame
  const bytes = run.reduce((sum, { frame }) => sum + frame.data.length, 0)
  const held = run.with(-1, { ...last, forMs: 40 })
  const container = { codec: stretch.codec, config, hasSound: false, out }
  const contained = await contain(container, held, first.atMs, bytes)
  return { ...contained, atMs: last.atMs, frames: run.length, width: config.width, height: config.height }
}
