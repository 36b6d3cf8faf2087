import { expect, test } from 'vitest'
import { attemptOf, dueTone, emptyDraft, isComplete, overdueCount, usualWords } from './followups.state.ts'

const nowMs = Date.parse('2026-11-21T10:00:00.000Z')
const due = (dueAt: string, state: 'due' | 'done' = 'due') => ({ dueAt, state })

test('[FU3] what is late is red, what is due within hours amber, what is done neither', () => {
  expect(dueTone(due('2026-11-21T09:59:00.000Z'), nowMs)).toBe('overdue')
  expect(dueTone(due('2026-11-21T12:00:00.000Z'), nowMs)).toBe('late')
  expect(dueTone(due('2026-11-22T12:00:00.000Z'), nowMs)).toBe('fresh')
  expect(dueTone(due('2026-11-20T12:00:00.000Z', 'done'), nowMs)).toBe('fresh')
  expect(overdueCount([due('2026-11-21T09:59:00.000Z') as never], nowMs)).toBe(1)
})

test('[FU4] to somebody covert the form begins with quiet words, and what it offers tells nothing', () => {
  expect(emptyDraft({ channels: ['message'] }).channel).toBe('message')
  expect(emptyDraft({ channels: ['message', 'call', 'sms'] }).channel).toBe('call')
  expect(usualWords({ contact: 'silent' })).toBe('followup.usual-quiet')
})

test('[FU1] a result goes along only when somebody was reached and has said something', () => {
  const empty = emptyDraft({ channels: ['message', 'call'] })
  expect(attemptOf({ ...empty, satisfaction: 5 })).toEqual({ channel: 'call', hasReached: false })
  expect(attemptOf({ ...empty, hasReached: true, comment: ' 还行 ' }).result).toEqual({ comment: '还行' })
  expect(isComplete({ ...empty, channel: 'message' })).toBe(false)
})
