import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'

/** 时限 — one clock that runs for somebody: from a step to the step that stops it (domain §3.3). */
export const DeadlineId = idOf('dl')
export type DeadlineId = z.infer<typeof DeadlineId>

/**
 * 时钟 — which span is measured, in the order of the work:
 * `receive` 送达→接收 · `accept` 接收→受理 · `dispatch` 受理→下达 · `sign` 下达→签收 · `depart` 签收→出警 ·
 * `arrive` 下达→到场 · `first-feedback` 到场→首次反馈 · `feedback` 到场→终结反馈 · `follow-up` 终结→回访.
 */
export const clocks = [
  'receive',
  'accept',
  'dispatch',
  'sign',
  'depart',
  'arrive',
  'first-feedback',
  'feedback',
  'follow-up',
] as const
export const ClockName = z.enum(clocks)
export type ClockName = z.infer<typeof ClockName>

/** What a clock hangs on. */
export const subjectKinds = ['report', 'incident', 'slip', 'follow-up'] as const
export const SubjectKind = z.enum(subjectKinds)
export type SubjectKind = z.infer<typeof SubjectKind>

/** 城区 · 城郊 · 农村 — how soon a unit can be there (domain §2.4). */
export const urbanClasses = ['urban', 'suburb', 'rural'] as const
export const UrbanClass = z.enum(urbanClasses)
export type UrbanClass = z.infer<typeof UrbanClass>

/** 催办对象 — who is told further when a clock goes on running. `next-unit` asks the desk to propose another unit. */
export const escalations = ['dispatcher', 'supervisor', 'next-unit'] as const
export const Escalation = z.enum(escalations)
export type Escalation = z.infer<typeof Escalation>

export const outcomes = ['met', 'breached', 'dropped'] as const
/** `met` 按时 · `breached` 超时 · `dropped` 不再适用: the slip was cancelled, the incident merged. */
export const Outcome = z.enum(outcomes)
export type Outcome = z.infer<typeof Outcome>

export const deadlineStates = ['running', 'warned', 'overdue', 'paused', 'settled'] as const
export const DeadlineState = z.enum(deadlineStates)
export type DeadlineState = z.infer<typeof DeadlineState>

/** 挂起 — while it lasts the clock stands still, and its due moment moves by as long as it lasted. */
export const Pause = z.object({
  from: Moment,
  /** When it ends by itself if it was given by hand; while an incident is on hold, when somebody means to look again. */
  until: z.optional(Moment),
  /** When it did end; absent while it lasts. */
  to: z.optional(Moment),
  reason: z.string(),
  by: z.string(),
})
export type Pause = z.infer<typeof Pause>

export const Deadline = z.object({
  id: DeadlineId,
  clock: ClockName,
  subjectKind: SubjectKind,
  /** The id of the report, incident, slip or follow-up. */
  subject: z.string(),
  report: z.optional(z.string()),
  incident: z.optional(z.string()),
  /** 接警单号, where there is an incident already. */
  number: z.optional(z.string()),
  /** The incident's place in words, cut short. */
  place: z.optional(z.string()),
  level: z.optional(z.number()),
  /** 责任人 — a unit, a person at a seat, or the desk as a whole. */
  owner: z.object({ kind: z.enum(['unit', 'person', 'desk']), id: z.string(), name: z.string() }),
  state: DeadlineState,
  startedAt: Moment,
  /** The aim; missing it is told to nobody. Absent while paused, as the next two. */
  targetAt: z.optional(Moment),
  /** From here on it is amber. */
  warnAt: z.optional(Moment),
  /** From here on it is red. A countdown runs to this moment by itself. */
  dueAt: z.optional(Moment),
  warnedAt: z.optional(Moment),
  /** When it was told to be overdue. Stays on record even when a late message shows that it was met. */
  overdueAt: z.optional(Moment),
  /** To whom it has been escalated so far. */
  escalatedTo: z.array(Escalation),
  /** How much was left when it was paused. */
  leftSeconds: z.optional(z.number()),
  /** The pause that lasts now, whether of this clock alone or of the whole incident (挂起). */
  paused: z.optional(Pause),
  /** When the step that stops it truly happened, which may be before it was heard of. */
  stoppedAt: z.optional(Moment),
  outcome: z.optional(Outcome),
})
export type Deadline = z.infer<typeof Deadline>

/** 周报区间 — the upper ends of the ranges in seconds; the last range is open (Ankang's weekly sheet, domain §2.4). */
export const bucketEnds = {
  sign: [30, 60, 120, 180],
  depart: [300, 600, 900, 1_800],
  feedback: [1_800, 3_600, 7_200, 14_400],
} as const satisfies Partial<Record<ClockName, readonly number[]>>
export type BucketClock = keyof typeof bucketEnds

/** In which range a span lies, counted from 0; the end belongs to its range. */
export function bucketOf(clock: BucketClock, seconds: number): number {
  const at = bucketEnds[clock].findIndex((end) => seconds <= end)
  return at < 0 ? bucketEnds[clock].length : at
}
