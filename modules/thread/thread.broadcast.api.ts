import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Words } from './thread.ts'

export const broadcast = route({
  name: 'thread.broadcast',
  at: 'POST /api/v1/incidents/:incident/broadcasts',
  means:
    'One answer to everybody who reported this event, each in their own dialogue: the words to those who may be told, a quiet line that says nothing to those whom a sound or a word could betray.',
  who: ['thread.write'],
  takes: z.object({ words: Words }),
  gives: z.object({
    ordinary: z.int(),
    covert: z.int(),
    skipped: z.array(
      z.object({ report: z.string(), why: z.enum(['invalid', 'not-received', 'no-dialogue']) }),
    ),
  }),
  refuses: ['incident.not-found', 'message.words-missing', 'incident.already-closed'],
  needsKey: true,
})
