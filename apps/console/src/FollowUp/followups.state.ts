import type { WordKey } from '@open110/core/words/console'
import type { TakesOf } from '@open110/kit/route'
import { isCovert } from '@open110/modules/contact'
import type { Channel, FollowUp } from '@open110/modules/followup'
import type * as api from '@open110/modules/followup/api'
import type { AgeTone } from '../Queue/age.state.ts'

const soonSeconds = 4 * 3_600

/** How urgent it is to come back to somebody: amber in the last hours, red once it is late. */
export function dueTone(followUp: Pick<FollowUp, 'dueAt' | 'state'>, nowMs: number): AgeTone {
  if (followUp.state === 'done') return 'fresh'
  const leftSeconds = (Date.parse(followUp.dueAt) - nowMs) / 1_000
  return leftSeconds <= 0 ? 'overdue' : leftSeconds <= soonSeconds ? 'late' : 'fresh'
}

export function overdueCount(rows: readonly FollowUp[], nowMs: number): number {
  return rows.filter((row) => dueTone(row, nowMs) === 'overdue').length
}

/** 回访登记 — what is being written down about one try. */
export type Draft = {
  readonly channel: Channel
  readonly hasReached: boolean
  readonly words: string
  readonly satisfaction: number
  readonly comment: string
  readonly advice: string
}

/** Starts with the first way that is open now. */
export function emptyDraft(followUp: Pick<FollowUp, 'channels'>): Draft {
  const channel = followUp.channels.includes('call') ? 'call' : (followUp.channels[0] ?? 'message')
  return { channel, hasReached: false, words: '', satisfaction: 0, comment: '', advice: '' }
}

/** What is sent: a result only when somebody was reached and has said something. */
export function attemptOf(draft: Draft): TakesOf<typeof api.attempt> {
  const [words, comment, advice] = [draft.words.trim(), draft.comment.trim(), draft.advice.trim()]
  const result = {
    ...(draft.satisfaction > 0 && { satisfaction: draft.satisfaction }),
    ...(comment && { comment }),
    ...(advice && { advice }),
  }
  const hasResult = draft.hasReached && (draft.satisfaction > 0 || comment !== '')
  return {
    channel: draft.channel,
    hasReached: draft.hasReached,
    ...(words && { words }),
    ...(hasResult && { result }),
  }
}

/** Whether it can be put on record: a message needs its words. */
export function isComplete(draft: Draft): boolean {
  return draft.channel !== 'message' || draft.words.trim() !== ''
}

/** 常用语 — what is written into the dialogue; to somebody covert nothing that tells what it is about. */
export function usualWords(followUp: Pick<FollowUp, 'contact'>): WordKey {
  return isCovert({ mode: followUp.contact }) ? 'followup.usual-quiet' : 'followup.usual'
}
