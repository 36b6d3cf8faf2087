import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { Moment } from '@open110/kit/time'
import { CallState, TextState } from './channel.ts'

const atDesk = (b: { desk: string }) => [`desk:${b.desk}`]
const deskHears = (b: { desk: string }) => [`org:${b.desk}`]

export const callRinging = event({
  name: 'call.ringing',
  version: 1,
  means: 'A telephone rings at this desk. Who calls is fetched by whoever may answer.',
  body: z.object({ call: z.string(), desk: z.string(), at: Moment }),
  topics: atDesk,
  hearers: deskHears,
})

export const callMoved = event({
  name: 'call.moved',
  version: 1,
  means: 'A call was answered, has ended, or was missed.',
  body: z.object({
    call: z.string(),
    desk: z.string(),
    state: CallState,
    report: z.optional(z.string()),
    seat: z.optional(z.number()),
    at: Moment,
  }),
  topics: (b) => [...atDesk(b), ...(b.report ? [`report:${b.report}`] : [])],
  hearers: deskHears,
})

export const textMoved = event({
  name: 'text.moved',
  version: 1,
  means: 'A text that goes out to a reporter has a new state.',
  body: z.object({ text: z.string(), report: z.string(), desk: z.string(), state: TextState }),
  topics: (b) => [`report:${b.report}`],
  hearers: deskHears,
})

export const deviceMoved = event({
  name: 'device.moved',
  version: 1,
  means: 'A one-key device has fallen silent, or is heard again.',
  body: z.object({ device: z.string(), desk: z.string(), state: z.enum(['online', 'offline']), at: Moment }),
  topics: atDesk,
  hearers: deskHears,
})
