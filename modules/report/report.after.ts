import * as z from 'zod/mini'
import { Moment } from '@open110/kit/time'

/** 评价环节 — 接警 is rated once somebody has received, 处警 once it is done. */
export const ratingStages = ['answer', 'handling'] as const
export const RatingStage = z.enum(ratingStages)
export type RatingStage = z.infer<typeof RatingStage>

export const ratingItems = ['attitude', 'speed', 'handling', 'explanation'] as const
export type RatingItem = (typeof ratingItems)[number]

const Stars = z.int().check(z.minimum(1), z.maximum(5))

/** 评价 — 1 to 5 stars for one stage; the items and the words are the reporter's to leave out. */
export const Rating = z.object({
  stage: RatingStage,
  stars: Stars,
  items: z.optional(z.partialRecord(z.enum(ratingItems), Stars)),
  words: z.optional(z.string().check(z.maxLength(2_000))),
})
export type Rating = z.infer<typeof Rating>

/** 事后 — what a reporter may read and say once somebody has answered, and once it is over. */
export const After = z.object({
  /** Stages that may be rated now: not yet rated, or rated so lately that it may still be changed. */
  rateable: z.array(RatingStage),
  ratings: z.array(z.extend(Rating, { at: Moment })),
  /** 未出警结案 — over without anybody having come, and why. It can be contested once. */
  unvisited: z.optional(
    z.object({ reason: z.string(), at: z.optional(Moment), contestedAt: z.optional(Moment) }),
  ),
  /** 可联系时间 — asked of those alone who must not be rung otherwise; empty until they say so. */
  reach: z.optional(
    z.object({
      ways: z.array(z.enum(['call', 'sms'])),
      from: z.optional(Moment),
      until: z.optional(Moment),
    }),
  ),
})
export type After = z.infer<typeof After>
