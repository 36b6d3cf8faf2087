import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { InvariantName } from './closure.ts'

const body = z.object({ invariant: InvariantName, offender: z.string(), desk: z.optional(z.string()) })
type Body = z.infer<typeof body>
const topics = (b: Body) => (b.desk ? [`desk:${b.desk}`, `wall:${b.desk}`] : [])
const hearers = (b: Body) => (b.desk ? [`org:${b.desk}`] : [])

export const closureFound = event({
  name: 'closure.found',
  version: 1,
  means: 'Something breaks an invariant.',
  body,
  topics,
  hearers,
})

export const closureCleared = event({
  name: 'closure.cleared',
  version: 1,
  means: 'What broke an invariant does so no longer.',
  body,
  topics,
  hearers,
})
