import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Handover, HandoverCounts, HandoverItem } from './desk.handover.ts'

export const handoverSheet = route({
  name: 'desk.handover-sheet',
  at: 'GET /api/v1/desks/:desk/handover-sheet',
  means: 'What I would hand over now: my open incidents, my undecided reports, and what else is open here.',
  who: ['desk.sit'],
  gives: z.object({ items: z.array(HandoverItem), counts: HandoverCounts }),
  refuses: ['desk.not-found'],
})

export const handOver = route({
  name: 'desk.handover',
  at: 'POST /api/v1/desks/:desk/handovers',
  means: 'Hand over what I answer for, with my notes. I go on answering for it until somebody signs.',
  who: ['desk.sit'],
  takes: z.object({ notes: z.string().check(z.maxLength(5_000)) }),
  gives: Handover,
  refuses: ['desk.not-found'],
  status: 201,
})

export const moveHandover = route({
  name: 'desk.move-handover',
  at: 'POST /api/v1/handovers/:handover/moves',
  means: 'Sign a hand-over: what it lists is mine from now on. Or take back my own.',
  who: ['desk.sit'],
  takes: z.object({ move: z.string() }),
  gives: Handover,
  refuses: [
    'handover.not-found',
    'handover.already-signed',
    'handover.already-withdrawn',
    'desk.not-signed-in',
  ],
})

export const handovers = route({
  name: 'desk.handovers',
  at: 'GET /api/v1/desks/:desk/handovers',
  means: 'The hand-overs of the desk, open ones first, then the newest.',
  who: ['desk.see'],
  gives: z.array(Handover),
  refuses: ['desk.not-found'],
})
