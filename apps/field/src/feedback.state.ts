import type { Feedback, FeedbackDraft, FeedbackField } from '@open110/modules/dispatch'

/** 反馈草稿 — as typed, by the form's own names; figures are text until they are read. */
export type Draft = Readonly<Partial<Record<keyof Feedback, string>>>

/** What was sent back comes again as it was written. */
export function draftOf(content: FeedbackDraft): Draft {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [
      name,
      value === true ? 'yes' : value === false ? 'no' : String(value),
    ]),
  )
}

const isCount = (text: string) => /^\d{1,5}$/.test(text)
const isYuan = (text: string) => /^\d{1,12}(\.\d{1,2})?$/.test(text)

/** The feedback, or the field that still keeps it from being sent. */
export function feedbackOf(
  draft: Draft,
  form: readonly FeedbackField[],
): { feedback: Feedback } | { missing: keyof Feedback } {
  const feedback: Record<string, unknown> = {}
  for (const { name, kind, isRequired } of form) {
    const text = (draft[name] ?? '').trim()
    if (!text) {
      if (isRequired) return { missing: name }
      continue
    }
    if (kind === 'count' && !isCount(text)) return { missing: name }
    if (kind === 'yuan' && !isYuan(text)) return { missing: name }
    feedback[name] =
      kind === 'count' || kind === 'yuan' ? Number(text) : kind === 'yes-no' ? text === 'yes' : text
  }
  return { feedback: feedback as Feedback }
}

/** One more or one fewer, never below nothing. */
export function stepped(text: string | undefined, by: 1 | -1): string {
  const now = Number(text ?? '')
  return String(Math.max(0, (Number.isInteger(now) ? now : 0) + by))
}
