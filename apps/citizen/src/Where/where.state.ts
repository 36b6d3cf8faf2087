import { freshSeconds } from '@open110/core/fix'
import type { Say } from '@open110/core/words/citizen'
import { secondsBetween, type Moment } from '@open110/kit/time'
import { roundMetres, withinMetres } from '../app/spell.ts'
import type { Whereabouts } from '../phone/whereabouts.ts'

/** One sentence about what is known of the place, never more sure than the fix. */
export function whereWords(say: Say, { state, fix }: Whereabouts, now: Moment): string {
  if (!fix) {
    if (state === 'denied') return say('where.denied')
    if (state === 'none') return say('where.none')
    return say(state === 'idle' ? 'where.asking-about' : 'where.asking')
  }
  const metres = withinMetres(fix.accuracyMetres)
  const ageSeconds = secondsBetween(fix.at, now)
  const about = say(metres > 500 ? 'where.rough' : 'where.found', { metres })
  return ageSeconds > freshSeconds
    ? `${about} · ${say('where.old', { minutes: Math.floor(ageSeconds / 60) })}`
    : about
}

/** Half the width of the picture in metres: the circle fills about two thirds of it, in steps that read well. */
export function scaleOf(accuracyMetres: number): number {
  const wanted = Math.max(20, accuracyMetres * 1.5)
  const power = 10 ** Math.floor(Math.log10(wanted))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= wanted) ?? wanted
}

const winds = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const
export type Wind = (typeof winds)[number]

/** A point on the board of directions, seen from the person in the middle. */
export function directionOf(eastMetres: number, northMetres: number): { wind: Wind; metres: number } {
  const degrees = (Math.atan2(eastMetres, northMetres) * 180) / Math.PI
  const wind = winds[Math.round(((degrees + 360) % 360) / 45) % 8] ?? 'n'
  return { wind, metres: roundMetres(Math.hypot(eastMetres, northMetres)) }
}
