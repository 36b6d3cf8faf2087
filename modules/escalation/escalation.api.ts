import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Aim, Escalation } from './escalation.ts'

const Words = z.string().check(z.maxLength(2_000))

export const ask = route({
  name: 'escalation.ask',
  at: 'POST /api/v1/incidents/:incident/escalations',
  means: 'Ask whoever may decide: the duty officer, the chief, or the desk above.',
  who: ['incident.work'],
  takes: z.object({ to: Aim, words: Words, photos: z.optional(z.array(z.string()).check(z.maxLength(9))) }),
  gives: Escalation,
  refuses: [
    'incident.not-found',
    'incident.already-closed',
    'escalation.words-missing',
    'escalation.superior-missing',
    'escalation.photo-not-found',
  ],
  status: 201,
})

export const moveEscalation = route({
  name: 'escalation.move',
  at: 'POST /api/v1/escalations/:escalation/moves',
  means: 'The officer sees it, instructs or takes note; the desk that asked says that it was carried out.',
  who: ['incident.work'],
  takes: z.object({
    move: z.string(),
    words: z.optional(Words),
    /** With `instruct`: the units that are sent read it too. */
    forUnits: z.optional(z.boolean()),
  }),
  gives: Escalation,
  refuses: ['escalation.not-found', 'escalation.words-missing'],
})

export const list = route({
  name: 'escalation.list',
  at: 'GET /api/v1/escalations',
  means: 'What this desk has asked and was asked, the unanswered first.',
  who: ['incident.see'],
  asks: z.object({ scope: z.optional(z.enum(['open', 'all'])) }),
  gives: z.array(Escalation),
})

export const ofIncident = route({
  name: 'escalation.of-incident',
  at: 'GET /api/v1/incidents/:incident/escalations',
  means: 'What was asked about an incident, and what was answered.',
  who: ['incident.see'],
  gives: z.array(Escalation),
  refuses: ['incident.not-found'],
})
