import * as z from 'zod/mini'
import { ClockName, Escalation, UrbanClass, type Escalation as To } from './deadline.ts'

const Seconds = z.int().check(z.minimum(1), z.maximum(90 * 86_400))

/** Three moments of one clock, in seconds after its start: aimed at, amber, red. */
export const Limits = z
  .object({ targetSeconds: Seconds, warnSeconds: Seconds, dueSeconds: Seconds })
  .check(
    z.refine(
      ({ targetSeconds, warnSeconds, dueSeconds }) =>
        targetSeconds <= warnSeconds && warnSeconds <= dueSeconds,
      'target, warning and due come in this order',
    ),
  )
export type Limits = z.infer<typeof Limits>

/** 时限规则 — of one clock. The level is looked at first, then the area, then the rest. */
export const Rule = z.object({
  limits: Limits,
  byLevel: z.optional(z.partialRecord(z.enum(['1', '2', '3', '4']), Limits)),
  byUrbanClass: z.optional(z.partialRecord(UrbanClass, Limits)),
  /** Only working time counts (work calendar). */
  inWorkTime: z.optional(z.boolean()),
  /** Who is told further, so long after it became red, in this order. */
  escalates: z
    .array(z.object({ afterDueSeconds: z.int().check(z.minimum(0), z.maximum(90 * 86_400)), to: Escalation }))
    .check(z.maxLength(5)),
})
export type Rule = z.infer<typeof Rule>

/** 时限策略 — city data with effective dates, never code (product promise 9). */
export const DeadlinePolicy = z.object({
  version: z.literal(1),
  clocks: z.record(ClockName, Rule),
  /** Urban class by station id or 6-digit division code where the general rule is wrong; the station is asked first. */
  urbanClasses: z.record(z.string().check(z.maxLength(60)), UrbanClass),
})
export type DeadlinePolicy = z.infer<typeof DeadlinePolicy>

const limits = (targetSeconds: number, warnSeconds: number, dueSeconds: number): Limits => ({
  targetSeconds,
  warnSeconds,
  dueSeconds,
})
const then = (afterDueSeconds: number, to: To) => ({ afterDueSeconds, to })

/** The defaults of domain §3.3, with its sources; a bureau confirms or changes each. Levels 3 and 4 are our proposal. */
export const defaultDeadlinePolicy: DeadlinePolicy = {
  version: 1,
  clocks: {
    receive: { limits: limits(10, 10, 20), escalates: [] },
    accept: { limits: limits(30, 45, 60), escalates: [then(60, 'supervisor')] },
    dispatch: {
      limits: limits(60, 120, 300),
      byLevel: { '1': limits(15, 20, 30), '2': limits(30, 45, 60), '4': limits(300, 480, 600) },
      escalates: [then(30, 'dispatcher'), then(60, 'supervisor')],
    },
    sign: { limits: limits(30, 60, 180), escalates: [then(0, 'next-unit'), then(120, 'supervisor')] },
    depart: { limits: limits(180, 240, 300), escalates: [then(0, 'dispatcher'), then(120, 'supervisor')] },
    arrive: {
      limits: limits(240, 240, 300),
      byUrbanClass: { suburb: limits(480, 480, 600), rural: limits(960, 960, 1_200) },
      escalates: [then(0, 'dispatcher'), then(300, 'supervisor')],
    },
    'first-feedback': { limits: limits(1_200, 1_500, 1_800), escalates: [then(900, 'dispatcher')] },
    feedback: {
      limits: limits(7_200, 12_600, 14_400),
      escalates: [then(0, 'dispatcher'), then(3_600, 'supervisor')],
    },
    'follow-up': { limits: limits(43_200, 72_000, 86_400), escalates: [then(0, 'supervisor')] },
  },
  urbanClasses: {},
}

/** Which limits hold for this level and area. */
export function limitsFor(
  rule: Rule,
  of: { level?: number | undefined; urbanClass?: z.infer<typeof UrbanClass> | undefined },
): Limits {
  const level = of.level === undefined ? undefined : (String(of.level) as '1')
  return (
    (level && rule.byLevel?.[level]) ?? (of.urbanClass && rule.byUrbanClass?.[of.urbanClass]) ?? rule.limits
  )
}

/** The same limits for a clock whose due moment was agreed elsewhere, such as a promised call back. */
export function scaledTo(of: Limits, dueSeconds: number): Limits {
  const whole = Math.max(1, Math.round(dueSeconds))
  const part = (seconds: number) => Math.max(1, Math.round((seconds / of.dueSeconds) * whole))
  return { targetSeconds: part(of.targetSeconds), warnSeconds: part(of.warnSeconds), dueSeconds: whole }
}
