import * as z from 'zod/mini'
import { event } from '@open110/kit/event'

export const exposureMoved = event({
  name: 'exposure.moved',
  version: 1,
  means: 'Somebody of the desk has opened or covered media; the figures of the supervisor are asked anew.',
  body: z.object({ staff: z.string(), desk: z.string(), isOpen: z.boolean() }),
  topics: (b) => [`desk:${b.desk}`],
  hearers: (b) => [`org:${b.desk}`],
})
