import type { GivesOf } from '@open110/kit/route'
import { momentOf } from '@open110/kit/time'
import type { buckets } from '@open110/modules/deadline/api'

/** 统计周期 — whole days by the desk's own clock; the week begins on Monday. */
export const spans = ['today', 'yesterday', 'week', 'last-week', 'month'] as const
export type Span = (typeof spans)[number]

const dayMs = 86_400_000

export function spanOf(span: Span, nowMs: number): { from: string; to: string } {
  const now = new Date(nowMs)
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  const monday = today - ((now.getDay() + 6) % 7) * dayMs
  const month = new Date(now.getFullYear(), now.getMonth(), 1).getTime()
  const [from, to] = {
    today: [today, nowMs],
    yesterday: [today - dayMs, today],
    week: [monday, nowMs],
    'last-week': [monday - 7 * dayMs, monday],
    month: [month, nowMs],
  }[span]
  return { from: momentOf(from!), to: momentOf(to!) }
}

export type Sheets = GivesOf<typeof buckets>
export type Ranges = Sheets['single']['sign']

const inWords = (seconds: number): { count: number; unit: string } =>
  seconds < 300
    ? { count: seconds, unit: '秒' }
    : seconds < 3_600
      ? { count: seconds / 60, unit: '分' }
      : { count: seconds / 3_600, unit: '小时' }

/** `0–30 秒`, …, `30 分–1 小时`, `> 4 小时`. */
export function rangeNames(ends: readonly number[]): string[] {
  const names = ends.map((end, index) => {
    const to = inWords(end)
    const from = index === 0 ? { count: 0, unit: to.unit } : inWords(ends[index - 1]!)
    return `${from.count}${from.unit === to.unit ? '' : ` ${from.unit}`}–${to.count} ${to.unit}`
  })
  const last = inWords(ends.at(-1) ?? 0)
  return [...names, `> ${last.count} ${last.unit}`]
}

/** `98.9%`; nothing of nothing is no percentage. */
export const shareText = (part: number, whole: number): string =>
  whole === 0 ? '—' : `${((part / whole) * 100).toFixed(1)}%`
