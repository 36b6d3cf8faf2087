import { secondsBetween } from '@open110/kit/time'
import { metresBetween, type LngLat } from '@open110/modules/place'
import { isUsual, usualTags } from '@open110/modules/report/tags'
import type { Similar } from './incident.ts'

/** 相似 — near in space, close in time, alike in words, of one kind. Figures behind each hint; nothing is merged by itself. */
export const similarity = {
  metres: 250,
  /** A fix that is only known to a circle may be that much nearer, but not any distance nearer. */
  mostSlackMetres: 250,
  seconds: 7_200,
  leastScore: 0.45,
  mostHints: 5,
} as const

/** What two things are compared by, whatever each of them is. */
export type Likeness = {
  readonly text: string
  readonly at: string
  readonly wgs84?: LngLat | undefined
  readonly accuracyMetres?: number | undefined
  /** 警情类别, as far as it is known or its tag says it. */
  readonly category?: string | undefined
}

/** Pairs of neighbouring letters: good enough for Chinese, where words are short and have no spaces. */
function pairs(text: string): Set<string> {
  const plain = text.replace(/[\s\p{P}]/gu, '')
  const found = new Set<string>()
  for (let i = 0; i + 1 < plain.length; i++) found.add(plain.slice(i, i + 2))
  return found
}

/** Share of common pairs, 0 to 1 (Dice). */
function shared(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0 || right.size === 0) return 0
  let common = 0
  for (const pair of left) if (right.has(pair)) common += 1
  return (2 * common) / (left.size + right.size)
}
export const alike = (a: string, b: string): number => shared(pairs(a), pairs(b))

/** 静默标签 → 类别: what a tap says of the kind; of the bureau's own nothing is known here. */
export const categoryOfTag = (tag: string | undefined): string | undefined =>
  tag !== undefined && isUsual(tag) ? usualTags[tag].category : undefined

/** How far apart they are at least, given how sure either place is. */
function metresApart(a: Likeness, b: Likeness): number | undefined {
  if (!a.wgs84 || !b.wgs84) return undefined
  const slack = Math.min(similarity.mostSlackMetres, (a.accuracyMetres ?? 0) + (b.accuracyMetres ?? 0))
  return Math.max(0, metresBetween(a.wgs84, b.wgs84) - slack)
}

/** The most alike first, few, each with its reasons. One comparison for each of the others. */
export function similarTo<Other extends Likeness>(
  one: Likeness,
  others: readonly Other[],
): { other: Other; reasons: Similar['reasons']; score: number }[] {
  const words = pairs(one.text)
  return others
    .map((other) => {
      const reasons: Similar['reasons'] = []
      let score = 0
      const seconds = Math.abs(secondsBetween(other.at, one.at))
      if (seconds <= similarity.seconds) {
        score += 0.2 * (1 - seconds / similarity.seconds)
        reasons.push({ kind: 'soon', value: Math.round(seconds / 60) })
      }
      const metres = metresApart(one, other)
      if (metres !== undefined && metres <= similarity.metres) {
        score += 0.5 * (1 - (0.5 * metres) / similarity.metres)
        reasons.push({ kind: 'near', value: Math.round(metres) })
      } else if (metres !== undefined) score -= 0.3
      const common = shared(words, pairs(other.text))
      if (common > 0.15) {
        score += 0.4 * common
        reasons.push({ kind: 'words', value: Math.round(common * 100) })
      }
      if (one.category && one.category === other.category) {
        score += 0.15
        reasons.push({ kind: 'category', value: 100 })
      }
      return { other, reasons, score }
    })
    .filter(
      ({ score, reasons }) => score >= similarity.leastScore && reasons.some(({ kind }) => kind !== 'soon'),
    )
    .toSorted((a, b) => b.score - a.score)
    .slice(0, similarity.mostHints)
}

/** The box around a point in which anything within reach lies. */
export function boxAround({ lng, lat }: LngLat): {
  west: number
  east: number
  south: number
  north: number
} {
  const metres = similarity.metres + similarity.mostSlackMetres
  const up = metres / 111_000
  const aside = up / Math.max(0.1, Math.cos((lat * Math.PI) / 180))
  return { west: lng - aside, east: lng + aside, south: lat - up, north: lat + up }
}
