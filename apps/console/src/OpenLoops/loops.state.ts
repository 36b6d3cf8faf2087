import { isRed, type Finding, type OpenLoop } from '@open110/modules/closure'

/** 缺的一步 — what closes a gap: done here, or where the button for it is. */
export type Step = 'urge' | 'conclude' | 'send' | 'decide' | 'moves' | 'clocks' | 'follow-up'

export const stepFor: Readonly<Record<Finding, Step>> = {
  'closed-without-ground': 'moves',
  'no-owner': 'moves',
  overdue: 'clocks',
  'not-decided': 'decide',
  'not-dispatched': 'send',
  'not-signed': 'urge',
  'not-arrived': 'urge',
  'no-feedback': 'urge',
  'feedback-sent-back': 'urge',
  'not-closed': 'conclude',
  'on-hold': 'moves',
  'follow-up-missing': 'follow-up',
}

/** A loop has one line of the board, whether it is an incident or still a report. */
export const idOf = (loop: OpenLoop): string => loop.incident ?? loop.report ?? loop.number

/** How often each thing is missing, the most frequent first. */
export function tally(loops: readonly OpenLoop[]): { finding: Finding; count: number }[] {
  const counts = new Map<Finding, number>()
  for (const { finding } of loops.flatMap(({ gaps }) => gaps))
    counts.set(finding, (counts.get(finding) ?? 0) + 1)
  return [...counts].map(([finding, count]) => ({ finding, count })).toSorted((a, b) => b.count - a.count)
}

export function passes(loop: OpenLoop, finding: Finding | 'all', typed: string): boolean {
  const words = `${loop.number} ${loop.place ?? ''} ${loop.owner ?? ''}`.toLowerCase()
  return (
    (finding === 'all' || loop.gaps.some((gap) => gap.finding === finding)) &&
    (!typed || words.includes(typed))
  )
}

export const momentOf = (nowMs: number) => new Date(nowMs).toISOString()

/** Those that want somebody now; the others are work under way that a clock watches. */
export function redLoops(loops: readonly OpenLoop[], nowMs: number): OpenLoop[] {
  const now = momentOf(nowMs)
  return loops.filter(({ gaps }) => gaps.some((gap) => isRed(gap, now)))
}
