import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'

/** 敏感内容查看 — one time that somebody opened what a stranger had sent or filmed. */
export const ExposureId = idOf('ex')
export type ExposureId = z.infer<typeof ExposureId>

export const ExposureKind = z.enum(['attachment', 'video', 'recording'])
export type ExposureKind = z.infer<typeof ExposureKind>

/** A view lives so long after it was last renewed; a browser renews in half of it. */
export const renewWithinSeconds = 90

export const Exposure = z.object({
  id: ExposureId,
  kind: ExposureKind,
  /** The attachment, or the video call. */
  object: z.string(),
  openedAt: Moment,
  /** A browser that still shows it says so within this time. */
  renewWithinSeconds: z.int(),
})
export type Exposure = z.infer<typeof Exposure>

/** 查看时长 of one person. */
export const ExposureFigures = z.object({
  /** Seconds in which something was open. */
  seconds: z.int(),
  views: z.int(),
  longestSeconds: z.int(),
  lastAt: z.optional(Moment),
})
export type ExposureFigures = z.infer<typeof ExposureFigures>

export const PersonExposure = z.object({
  staff: z.string(),
  name: z.string(),
  ...ExposureFigures.shape,
  /** 建议轮换 — longer than the policy of the desk says. */
  shouldRest: z.boolean(),
})
export type PersonExposure = z.infer<typeof PersonExposure>

/** From when to when something was open, in milliseconds. */
export type Span = { readonly fromMs: number; readonly toMs: number }

/** The time in which at least one of them was open. */
export function exposedMs(spans: readonly Span[]): number {
  let total = 0
  let until = -Infinity
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    total += Math.max(0, toMs - Math.max(fromMs, until))
    until = Math.max(until, toMs)
  }
  return total
}

/** What a person's views add up to, as far as they lie after `sinceMs`. */
export function figuresOf(views: readonly Span[], sinceMs: number): ExposureFigures {
  const spans = views
    .filter(({ toMs }) => toMs > sinceMs)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, sinceMs), toMs }))
  const last = Math.max(...spans.map(({ toMs }) => toMs))
  return {
    seconds: Math.round(exposedMs(spans) / 1_000),
    views: spans.length,
    longestSeconds: Math.round(Math.max(0, ...spans.map(({ fromMs, toMs }) => toMs - fromMs)) / 1_000),
    ...(spans.length > 0 && { lastAt: new Date(last).toISOString() }),
  }
}
