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
