import type { Message } from '@open110/modules/report'

/** 对话 — marks on what the desk wrote, and what of the reporter's has not been looked at. */
export type Mark = 'sent' | 'delivered' | 'read'

export const markOf = (message: Message): Mark =>
  message.readAt ? 'read' : message.deliveredAt ? 'delivered' : 'sent'

/** The highest number this desk may mark as read: the newest of the reporter's that lacks a mark. */
export function unmarked(messages: readonly Message[]): number | undefined {
  const newest = messages.filter((message) => message.from === 'citizen' && !message.readAt).at(-1)
  return newest?.seq
}

/** Words put after what is already written, on a line of their own. */
export const appended = (draft: string, words: string): string =>
  draft.trim() === '' ? words : `${draft.trimEnd()}\n${words}`

/** The questions that have an answer, the newest answer of each. */
export function answersOf(messages: readonly Message[]): ReadonlyMap<string, string> {
  const answers = new Map<string, string>()
  for (const message of messages) {
    if (message.kind === 'answer' && message.question && message.option)
      answers.set(message.question, message.option)
  }
  return answers
}

export const askedOf = (messages: readonly Message[]): ReadonlySet<string> =>
  new Set(
    messages.flatMap((message) =>
      message.kind === 'question' && message.question ? [message.question] : [],
    ),
  )
