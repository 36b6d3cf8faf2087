import * as z from 'zod/mini'
import { event } from '@open110/kit/event'

const body = z.object({
  attachment: z.string(),
  report: z.string(),
  /** Absent where a unit took it at the scene. */
  citizen: z.optional(z.string()),
  desk: z.string(),
  kind: z.string(),
  state: z.string(),
})
const topics = (b: z.infer<typeof body>) => [`report:${b.report}`, `desk:${b.desk}`]
const hearers = (b: z.infer<typeof body>) => [
  ...(b.citizen === undefined ? [] : [`citizen:${b.citizen}`]),
  `org:${b.desk}`,
]

export const attachmentStored = event({
  name: 'attachment.stored',
  version: 1,
  means: 'An original is sealed and its digests are known.',
  body,
  topics,
  hearers,
})

export const attachmentReady = event({
  name: 'attachment.ready',
  version: 1,
  means: 'The copy for looking at is ready, or it is known that there will be none.',
  body,
  topics,
  hearers,
})
