import type { Danger, HandMove } from '@open110/modules/incident'
import type { Feedback } from '@open110/modules/dispatch'
import type { CitizenMode, NewFix, SilentTag } from '@open110/modules/report'
import type { QuestionKey } from '@open110/modules/thread'
import type * as z from 'zod/mini'

/** What the reporter does later, counted from the first press of the button. */
export type Later = {
  readonly afterSeconds: number
  readonly as: 'message' | 'supplement'
  readonly words?: string
  readonly fix?: NewFix
}

/** 应当这样办 — what a good desk makes of it. */
export type Wants =
  | {
      readonly do: 'accept'
      readonly category: string
      readonly level: 1 | 2 | 3 | 4
      readonly dangers?: readonly z.infer<typeof Danger>[]
      /** First words to the reporter; only where writing is safe, which the desk decides. */
      readonly reply?: string
      readonly asks?: readonly QuestionKey[]
      /** Which of the desk's four units, in this order. */
      readonly units?: readonly (1 | 2 | 3 | 4)[]
      readonly feedback?: Feedback
      /** A move by hand instead of units, with its reason: abroad, or nobody answers. */
      readonly instead?: { readonly move: HandMove; readonly reason: string }
    }
  | { readonly do: 'decline' | 'invalidate'; readonly reason: string }
  | { readonly do: 'merge'; readonly with: string }

/** 当日报警 — one report of the scripted day: what is sent, what follows, and what should become of it. */
export type DayReport = {
  readonly id: string
  /** `08:12`, Asia/Shanghai. */
  readonly at: string
  /** Where it should ring. */
  readonly desk: string
  /** Somebody of `people`, or a passer-by. */
  readonly by: string
  readonly mode: CitizenMode
  readonly tag?: SilentTag
  readonly words?: string
  readonly language?: string
  readonly callSafe?: boolean
  readonly placeWords?: string
  readonly pin?: NewFix
  readonly fix?: NewFix
  /** Permissions that the phone refused. */
  readonly denied?: readonly string[]
  readonly photos?: number
  readonly later?: readonly Later[]
  readonly answers?: Readonly<Partial<Record<QuestionKey, string>>>
  readonly wants: Wants
}

/** A browser's fix. */
export const gps = (lng: number, lat: number, accuracyMetres: number): NewFix => ({
  lng,
  lat,
  crs: 'wgs84',
  accuracyMetres,
  source: 'gps',
})

/** A pin dragged on the map that phones show: GCJ-02. */
export const pinned = (lng: number, lat: number): NewFix => ({ lng, lat, crs: 'gcj02', source: 'pin' })

export const says = (afterSeconds: number, words: string): Later => ({ afterSeconds, as: 'message', words })
export const adds = (afterSeconds: number, words: string): Later => ({
  afterSeconds,
  as: 'supplement',
  words,
})

/** Seconds after midnight of `08:12`. */
export function secondsOf(at: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number)
  return hours * 3600 + minutes * 60
}
