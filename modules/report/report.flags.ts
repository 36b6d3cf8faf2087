import * as z from 'zod/mini'

/** 标记 — what a desk must know of a report at a glance; none of them refuses it (promise 2). */
export const reportFlags = [
  'out-of-area',
  'overseas',
  'offshore',
  'near-border',
  'no-place',
  'datum-unknown',
  'unidentified',
  'clock-wrong',
  'duty-desk',
  'no-call',
  'danger-words',
  'part-unreadable',
  'missed-call',
  'withdraw-asked',
  'duress',
] as const
export const ReportFlag = z.enum(reportFlags)
export type ReportFlag = z.infer<typeof ReportFlag>
