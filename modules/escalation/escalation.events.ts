import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { EscalationState } from './escalation.ts'

export const escalationMoved = event({
  name: 'escalation.moved',
  version: 1,
  means: 'Somebody was asked to decide, has answered, or what they said was carried out.',
  body: z.object({
    escalation: z.string(),
    incident: z.string(),
    desk: z.string(),
    toDesk: z.string(),
    state: EscalationState,
  }),
  topics: (b) => [`incident:${b.incident}`, ...new Set([`desk:${b.desk}`, `desk:${b.toDesk}`])],
  hearers: (b) => [...new Set([`org:${b.desk}`, `org:${b.toDesk}`])],
})
