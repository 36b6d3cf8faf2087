import type { Ground } from './ground.ts'

/** What a machine may lack. */
export type Need = 'linux' | 'root' | 'strace' | 'loop' | 'faketime' | 'pg_resetwal'

export type Setting = {
  /** The ground that faults share; each leaves it running and in fine weather. */
  readonly ground: () => Promise<Ground>
  readonly seed: string
  readonly rounds: number
  /** The smoke: fewer and shorter of everything. */
  readonly isShort: boolean
  readonly say: (line: string) => void
}

export type Figures = Readonly<Record<string, number | string>>

/**
 * 结论 — `breaches` is what must never be and was; `late` is what held after longer than was promised: on a busy
 * machine that proves nothing, on a quiet one it is a defect.
 */
export type Verdict = {
  readonly breaches: readonly string[]
  readonly late?: readonly string[]
  readonly figures: Figures
}

/** 故障 — what is done to the real processes, and what must hold all the same (faults: A5). */
export type Fault = {
  readonly id: string
  readonly does: string
  readonly holds: string
  readonly needs?: readonly Need[]
  readonly run: (setting: Setting) => Promise<Verdict>
}

/** Reads a figure against the promise. */
export function lateIf(isLate: boolean, what: string): string[] {
  return isLate ? [what] : []
}

/** What was found, as words; empty when nothing was. */
export function breachesOf(found: Readonly<Record<string, number>>): string[] {
  return Object.entries(found).map(([name, count]) => `${name} ${count}`)
}
