import type { Timers } from '@open110/kit/client/live'
import type { Refusal } from '@open110/kit/refuse'
import type { TrackKind, Transport } from '../port.ts'
import type { Step } from './ladder.state.ts'

export type { Step, TrackKind, Timers, Transport }

/**
 * 信令 — what the page of an app asks its server for on behalf of a line. Each gives the answer or a refusal, and throws
 * when nobody answered.
 */
export type Signals = {
  publish(offer: string, transport?: Transport): Promise<{ answer: string; generation: number } | Refusal>
  watch(
    of: string,
    offer: string,
    transport?: Transport,
  ): Promise<{ watch: string; answer?: string | undefined; offer?: string | undefined } | Refusal>
  answerWatch(watch: string, answer: string): Promise<object | Refusal>
  /** JPEG in base64, and when it was taken on the phone's own clock. */
  still(jpeg: string, takenAtMs: number): Promise<object | Refusal>
  step(step: Step): Promise<object | Refusal>
}

/** Refusals after which no further attempt is made. */
const lastly = ['video.over', 'video.not-found', 'video.role-invalid', 'permission.denied']
export const isLast = ({ refused }: Refusal): boolean => lastly.includes(refused)

/** Refusals that an event will end: there is nothing to watch yet. */
const notYet = ['video.feed-away', 'video.talk-off']
export const isNotYet = ({ refused }: Refusal): boolean => notYet.includes(refused)
