import * as z from 'zod/mini'

/**
 * Something that has happened, in the past tense, told after commit.
 * `topics` says where it is heard; `hearers` says who is let hear it, checked again at each delivery.
 * The body must be fit for every hearer: ids and states, no names, numbers or places.
 */
export type EventContract<Body extends z.ZodMiniType = z.ZodMiniType> = {
  readonly name: string
  readonly version: number
  readonly means: string
  readonly body: Body
  readonly topics: (body: z.infer<Body>) => readonly string[]
  readonly hearers: (body: z.infer<Body>) => readonly string[]
}

export function event<Body extends z.ZodMiniType>(contract: EventContract<Body>): EventContract<Body> {
  return contract
}

/**
 * Something that is true just now and will be said again soon, such as where somebody is: shown to whoever is connected,
 * in no log and without a cursor. Who misses one asks for the whole; a slow line is left out rather than kept waiting.
 */
export type PassingContract<Body extends z.ZodMiniType = z.ZodMiniType> = EventContract<Body> & {
  readonly isPassing: true
}

export function passing<Body extends z.ZodMiniType>(contract: EventContract<Body>): PassingContract<Body> {
  return { ...contract, isPassing: true }
}

/** Shows something passing. */
export type Show = <Body extends z.ZodMiniType>(contract: PassingContract<Body>, body: z.infer<Body>) => void

/** Told in the same log as everything else, so that whatever comes after the end of a session is never heard in its name. */
export const sessionEnded = event({
  name: 'session.ended',
  version: 1,
  means: 'A session was ended. Told to the live connections themselves; nobody hears it.',
  body: z.object({ session: z.string() }),
  topics: () => [],
  hearers: () => [],
})

/** A frame on the live connection. Cursors only grow; equal cursors are the same event. */
export const LiveFrame = z.object({
  cursor: z.number(),
  type: z.string(),
  at: z.string(),
  data: z.unknown(),
})
export type LiveFrame = z.infer<typeof LiveFrame>

/** A frame of something passing. */
export type PassingFrame = Omit<LiveFrame, 'cursor'>
