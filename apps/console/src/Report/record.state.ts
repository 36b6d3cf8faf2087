import { categoryPath } from '@open110/modules/incident/category'
import type { Incident, IncidentPlace } from '@open110/modules/incident'
import type { TakesOf } from '@open110/kit/route'
import type { correct } from '@open110/modules/incident/api'

export type Correction = TakesOf<typeof correct>
export type CorrectionPart = Omit<Correction, 'version'>

/** 初始与确认 — one row of the record: what was first recorded, and what was found to be true beside it. */
export type Beside = {
  readonly initial: string
  readonly confirmed?: string
  readonly by?: string
  readonly at?: string
}

export function placeText(place: IncidentPlace): string {
  const point = place.wgs84 ? `${place.wgs84.lng.toFixed(5)}, ${place.wgs84.lat.toFixed(5)}` : ''
  return [place.words, point].filter(Boolean).join(' · ')
}

type Pair<T> = {
  initial: T
  confirmed?: T | undefined
  confirmedBy?: string | undefined
  confirmedAt?: string | undefined
}

export function besideOf<T>(pair: Pair<T>, text: (value: T) => string): Beside {
  return {
    initial: text(pair.initial),
    ...(pair.confirmed === undefined ? {} : { confirmed: text(pair.confirmed) }),
    ...(pair.confirmedBy === undefined ? {} : { by: pair.confirmedBy }),
    ...(pair.confirmedAt === undefined ? {} : { at: pair.confirmedAt }),
  }
}

export const categoryBeside = (incident: Incident): Beside => besideOf(incident.category, categoryPath)

export const truthOf = <T>(pair: { initial: T; confirmed?: T | undefined }): T =>
  pair.confirmed ?? pair.initial

/** Facts worth a field of their own before anybody has answered. */
export const offeredFacts = [
  'injured',
  'weapon',
  'floor',
  'suspects',
  'suspectPresent',
  'reporterSafe',
  'canSpeak',
  'trapped',
  'placeConfirmed',
] as const
