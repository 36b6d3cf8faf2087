import type { After, Rating } from '@open110/modules/report/after'

/** Whether there is anything to read or to say. */
export function hasAfter(after: After, isQuiet: boolean): boolean {
  return (
    after.rateable.length > 0 ||
    after.ratings.length > 0 ||
    after.unvisited !== undefined ||
    (after.reach !== undefined && !isQuiet)
  )
}

/** What is sent: nothing of what was left out. */
export function ratingOf(
  stage: Rating['stage'],
  said: { stars: number; items: Rating['items']; words: string },
): Rating {
  const words = said.words.trim()
  return {
    stage,
    stars: said.stars,
    ...(Object.keys(said.items ?? {}).length > 0 && { items: said.items }),
    ...(words && { words }),
  }
}

/** `2026-11-21T10:30` of this phone, as a date field has it. */
export function fieldOf(moment: string | undefined): string {
  if (!moment) return ''
  const at = new Date(moment)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** The moment that a date field of this phone means; nothing while it is half filled in. */
export function momentIn(field: string): string | undefined {
  const ms = field ? Date.parse(field) : Number.NaN
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
