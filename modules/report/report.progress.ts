import * as z from 'zod/mini'
import { Moment } from '@open110/kit/time'

/** 进度档 — how exactly a reporter is told when help will be there, in minutes. What takes longer is "more than" the last. */
export const arrivalSteps = [3, 5, 10, 15, 20] as const

/** 在路上 — how far help is, as coarsely as it is true; neither which unit nor where it is. */
export const Help = z.object({
  withinMinutes: z.number(),
  /** It will take longer than `withinMinutes`. */
  isLonger: z.boolean(),
  /** When that was reckoned. Once the minutes are over it is no longer true. */
  at: Moment,
})
export type Help = z.infer<typeof Help>

export function coarseHelp(etaSeconds: number, at: Moment): Help {
  const step = arrivalSteps.find((minutes) => etaSeconds <= minutes * 60)
  return { withinMinutes: step ?? arrivalSteps.at(-1)!, isLonger: step === undefined, at }
}

/** What the work on its incident has to say to a reporter whom progress may reach; handed in by whoever knows it. */
export type Progress = {
  /** Until the first of those under way is there. */
  readonly etaSeconds: number | undefined
  /** Up to which addition the officers have said that they read it, and when. */
  readonly acknowledged: { readonly upTo: Moment; readonly at: Moment } | undefined
  /** Whether anybody is sent whom an addition reaches. */
  readonly isSent: boolean
  /** What the officers wrote for the reporter, a sentence each. */
  readonly told: readonly { readonly at: Moment; readonly words: string }[]
}
