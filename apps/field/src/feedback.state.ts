import type { Feedback } from '@open110/modules/dispatch'

/** 反馈草稿 — as typed; figures are text until they are read. */
export type Draft = {
  readonly outcome?: Feedback['outcome']
  readonly words: string
  readonly counts: Readonly<Record<CountName, string>>
  readonly categoryFound?: string
}

/** 出动人次、抓获、救助伤员、救助群众: the counts that the month report adds up (ZJ-26). */
export const countNames = ['officers', 'caught', 'hurtHelped', 'peopleHelped'] as const
export type CountName = (typeof countNames)[number]

export const emptyDraft: Draft = {
  words: '',
  counts: { officers: '', caught: '', hurtHelped: '', peopleHelped: '' },
}

/** The feedback, or which part still keeps it from being sent. */
export function feedbackOf(
  draft: Draft,
): { feedback: Feedback } | { missing: 'outcome' | 'words' | CountName } {
  const { outcome, categoryFound } = draft
  const words = draft.words.trim()
  if (!outcome) return { missing: 'outcome' }
  if (!words) return { missing: 'words' }
  const counts: Partial<Record<CountName, number>> = {}
  for (const name of countNames) {
    const text = draft.counts[name].trim()
    if (!text) continue
    if (!/^\d{1,4}$/.test(text)) return { missing: name }
    counts[name] = Number(text)
  }
  return { feedback: { outcome, words, ...counts, ...(categoryFound ? { categoryFound } : {}) } }
}
