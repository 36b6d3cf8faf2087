import * as z from 'zod/mini'
import { Moment, secondsBetween } from '@open110/kit/time'
import { ClockName } from '@open110/modules/deadline'

/**
 * 未闭环 — what is missing so that an incident is closed properly, the worst first (LD-05):
 * `no-owner` nobody answers for it · `not-decided` a report nobody has decided · `overdue` a clock is red ·
 * `not-dispatched` no slip · `not-signed` · `not-arrived` · `no-feedback` there, and nothing written yet ·
 * `feedback-sent-back` to be completed · `on-hold` 挂起 · `not-closed` everything is done but the incident stands open ·
 * `closed-without-ground` closed, and neither feedback nor merge nor reason is on record ·
 * `follow-up-missing` major, closed, and no follow-up done.
 */
export const findings = [
  'closed-without-ground',
  'no-owner',
  'overdue',
  'not-decided',
  'not-dispatched',
  'not-signed',
  'not-arrived',
  'no-feedback',
  'feedback-sent-back',
  'on-hold',
  'not-closed',
  'follow-up-missing',
] as const
export const Finding = z.enum(findings)
export type Finding = z.infer<typeof Finding>

export const Gap = z.object({
  finding: Finding,
  /** Since when it is so. */
  since: Moment,
  /** The red clock, where the finding is `overdue`. */
  clock: z.optional(ClockName),
  /** The slip that it is about, and its unit. */
  slip: z.optional(z.string()),
  unit: z.optional(z.string()),
  unitName: z.optional(z.string()),
})
export type Gap = z.infer<typeof Gap>

/**
 * 转红 — after how many seconds a gap is red though no clock of its own says so. What a clock watches is work under way
 * until that clock is red: then `overdue` stands beside it.
 */
const redAfterSeconds: Partial<Record<Finding, number>> = {
  'closed-without-ground': 0,
  'no-owner': 0,
  overdue: 0,
  'follow-up-missing': 0,
  'not-decided': 120,
  'not-closed': 1_800,
}

/** Whether somebody must act on it now; otherwise it is only not over yet. */
export function isRed({ finding, since }: Gap, now: Moment): boolean {
  const after = redAfterSeconds[finding]
  return after !== undefined && secondsBetween(since, now) >= after
}

/** One line of the board: an incident, or a report that has not become one. */
export const OpenLoop = z.object({
  incident: z.optional(z.string()),
  report: z.optional(z.string()),
  /** 接警单号, or the receipt code of a report. */
  number: z.string(),
  state: z.string(),
  level: z.optional(z.number()),
  place: z.optional(z.string()),
  owner: z.optional(z.string()),
  /** When it was accepted, or delivered. */
  since: Moment,
  /** The worst first. */
  gaps: z.array(Gap),
})
export type OpenLoop = z.infer<typeof OpenLoop>

/**
 * 不变量 — what must hold at any minute (domain §3.5, with its numbers): `1-attended` · `3-grounded` · `3-watched` ·
 * `4-one-number` · `4-one-incident` · `6-bytes` · `7-audit` · `8-sums` · `9-covert` · `12-datum`.
 */
export const invariants = [
  '1-attended',
  '3-grounded',
  '3-watched',
  '4-one-number',
  '4-one-incident',
  '6-bytes',
  '7-audit',
  '8-sums',
  '9-covert',
  '12-datum',
] as const
export const InvariantName = z.enum(invariants)
export type InvariantName = z.infer<typeof InvariantName>

export const Invariant = z.object({
  name: InvariantName,
  /** When it was last looked at; absent before the first look. */
  checkedAt: z.optional(Moment),
  /** `untested` is neither: there was nothing that could be looked at, and it says so. */
  state: z.enum(['holds', 'broken', 'untested']),
  /** What breaks it, by id, the first hundred. */
  offenders: z.array(z.object({ id: z.string(), since: Moment })),
})
export type Invariant = z.infer<typeof Invariant>
