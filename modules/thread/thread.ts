import * as z from 'zod/mini'

/** 对话 — what the reporter and the desk write to each other about one report. */
export type Side = 'citizen' | 'desk'

/**
 * 快捷问答 — one question, a few large answers, and the field of the incident that an answer fills (SH-07).
 * Words are catalogue keys `question.<key>` and `option.<question>.<option>`, so that each side reads its own language.
 */
export const quickQuestions = {
  hurt: { field: 'injured', options: ['yes', 'no', 'unsure'] },
  weapon: { field: 'weapon', options: ['knife', 'gun', 'other', 'none', 'unsure'] },
  'same-place': { field: 'placeConfirmed', options: ['here', 'elsewhere', 'unsure'] },
  floor: { field: 'floor', options: ['ground', 'second-fifth', 'above-fifth', 'basement', 'unsure'] },
  'how-many': { field: 'suspects', options: ['one', 'two', 'several', 'unsure'] },
  'can-speak': { field: 'canSpeak', options: ['yes', 'no'] },
  hidden: { field: 'reporterSafe', options: ['hidden', 'safe', 'seen'] },
  'still-there': { field: 'suspectPresent', options: ['yes', 'left', 'unsure'] },
  trapped: { field: 'trapped', options: ['yes', 'no', 'unsure'] },
} as const satisfies Record<string, { field: string; options: readonly string[] }>
export type QuestionKey = keyof typeof quickQuestions

/** 快捷用语 — what a call-taker says most, on the keys F1 to F8. Words are catalogue keys `phrase.<key>`. */
export const phrases = [
  'received-coming',
  'stay-quiet',
  'where-exactly',
  'how-many-people',
  'anyone-hurt',
  'stay-hidden',
  'send-photo-if-safe',
  'police-arriving',
] as const
export type PhraseKey = (typeof phrases)[number]

export function isQuestion(key: string): key is QuestionKey {
  return Object.hasOwn(quickQuestions, key)
}

/** The field and value that an answer fills, or nothing when question or option is unknown. */
export function filledBy(question: string, option: string): { field: string; value: string } | undefined {
  if (!isQuestion(question)) return undefined
  const known = quickQuestions[question]
  if (!(known.options as readonly string[]).includes(option)) return undefined
  return { field: known.field, value: option }
}

/** 不宜回拨 — answers by which somebody says that a sound would betray them. */
export function asksSilence({ question, option }: { question: string; option: string }): boolean {
  return (question === 'can-speak' && option === 'no') || (question === 'hidden' && option === 'hidden')
}

export const Words = z.string().check(z.minLength(1), z.maxLength(5_000))
