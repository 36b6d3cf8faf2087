import type { Say } from '@open110/core/words/console'
import type { Call, LinePlace } from '@open110/modules/channel'
import { metresText } from '../Queue/age.state.ts'

/** What rings, whoever has waited longest first. */
export function ringingOf(calls: readonly Call[]): readonly Call[] {
  return calls
    .filter(({ state, direction }) => state === 'ringing' && direction === 'in')
    .toSorted((a, b) => (a.rangAt < b.rangAt ? -1 : 1))
}

/** 来电位置 — as exact as the operator says, and never more. */
export function placeText(say: Say, place: LinePlace | undefined): string {
  if (!place) return say('call.place.none')
  if (place.source === 'installed') return say('call.place.installed', { words: place.words ?? '' }).trim()
  const words = place.words ?? ''
  const metres = place.accuracyMetres
  return metres === undefined
    ? say('call.place.cell-unsure', { words })
    : say('call.place.cell', { words, metres: metresText(metres) })
}

/** `138 0013 8001`: groups that are read out. */
export function numberText(number: string): string {
  return /^1\d{10}$/.test(number) ? number.replace(/(\d{3})(\d{4})(\d{4})/, '$1 $2 $3') : number
}
