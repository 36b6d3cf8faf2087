import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { Invariant, OpenLoop } from './closure.ts'

export const board = route({
  name: 'closure.board',
  at: 'GET /api/v1/open-loops',
  means:
    'Every incident of my desk with a missing stage, a red clock or no owner, and every report that nobody has decided; the worst first. Empty when all is closed properly.',
  who: ['closure.see'],
  gives: z.object({ at: Moment, loops: z.array(OpenLoop) }),
})

export const invariants = route({
  name: 'closure.invariants',
  at: 'GET /api/v1/invariants',
  means: 'What must hold at any minute, when it was last looked at, and what breaks it.',
  who: ['closure.see'],
  gives: z.array(Invariant),
})
