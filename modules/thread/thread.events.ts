import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Message } from '@open110/modules/report'

const about = { report: z.string(), citizen: z.string(), desk: z.string() }
const both = (b: { citizen: string; desk: string }) => [`citizen:${b.citizen}`, `org:${b.desk}`]
const topics = (b: { report: string; desk: string }) => [`report:${b.report}`, `desk:${b.desk}`]

export const messageSent = event({
  name: 'message.sent',
  version: 1,
  means: 'A new message in the dialogue. Its words are fetched by who may read them.',
  body: z.object({
    ...about,
    message: z.string(),
    seq: z.number(),
    from: Message.shape.from,
    kind: Message.shape.kind,
    /** The phone neither sounds for it nor shows it before its holder looks. */
    quiet: z.optional(z.boolean()),
  }),
  topics,
  hearers: both,
})

export const messageMarked = event({
  name: 'message.marked',
  version: 1,
  means: 'One side has been given, or has read, the dialogue up to a sequence number.',
  body: z.object({ ...about, side: z.enum(['citizen', 'desk']), delivered: z.number(), read: z.number() }),
  topics,
  hearers: both,
})
