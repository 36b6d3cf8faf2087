import { secondsBetween } from '@open110/kit/time'
import { metresBetween, type LngLat } from '@open110/modules/place'
import type { IncidentRow, Similar } from './incident.ts'

/** 相似 — near in space, close in time, alike in words. Figures behind each hint; nothing is merged by itself. */
export const similarity = { metres: 1_000, seconds: 7_200, leastScore: 0.45 } as const

/** Pairs of neighbouring letters: good enough for Chinese, where words are short and have no spaces. */
function pairs(text: string): Set<string> {
  const plain = text.replace(/[\s\p{P}]/gu, '')
  const found = new Set<string>()
  for (let i = 0; i + 1 < plain.length; i++) found.add(plain.slice(i, i + 2))
  return found
}

/** Share of common pairs, 0 to 1 (Dice). */
export function alike(a: string, b: string): number {
  const left = pairs(a)
  const right = pairs(b)
  if (left.size === 0 || right.size === 0) return 0
  let common = 0
  for (const pair of left) if (right.has(pair)) common += 1
  return (2 * common) / (left.size + right.size)
}

export function similarTo(
  report: { words: string; wgs84?: LngLat | undefined; deliveredAt: string },
  incidents: readonly (IncidentRow & { text: string })[],
): Similar[] {
  return incidents
    .map(({ text, ...incident }) => {
      const reasons: Similar['reasons'] = []
      let score = 0
      const seconds = Math.abs(secondsBetween(incident.acceptedAt, report.deliveredAt))
      if (seconds <= similarity.seconds) {
        score += 0.2 * (1 - seconds / similarity.seconds)
        reasons.push({ kind: 'soon', value: Math.round(seconds / 60) })
      }
      if (report.wgs84 && incident.wgs84) {
        const metres = metresBetween(report.wgs84, incident.wgs84)
        if (metres <= similarity.metres) {
          score += 0.5 * (1 - metres / similarity.metres)
          reasons.push({ kind: 'near', value: Math.round(metres) })
        } else score -= 0.3
      }
      const words = alike(report.words, text)
      if (words > 0.15) {
        score += 0.4 * words
        reasons.push({ kind: 'words', value: Math.round(words * 100) })
      }
      return { incident, reasons, score }
    })
    .filter(
      ({ score, reasons }) => score >= similarity.leastScore && reasons.some(({ kind }) => kind !== 'soon'),
    )
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 5)
}
