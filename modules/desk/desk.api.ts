import * as z from 'zod/mini'
import { Moment } from '@open110/kit/time'
import { route } from '@open110/kit/route'
import { QueueRow } from '@open110/modules/report'
import { DeskName, DeskPolicy, Seat } from './desk.ts'

export const signIn = route({
  name: 'desk.sign-in',
  at: 'POST /api/v1/desks/:desk/seats/:seat',
  means: 'Sit down at a seat. It lives by a heartbeat on the live connection.',
  who: ['desk.sit'],
  gives: z.object({ seat: Seat, policy: DeskPolicy }),
  refuses: ['desk.not-found', 'desk.seat-taken'],
})

export const signOut = route({
  name: 'desk.sign-out',
  at: 'DELETE /api/v1/desks/:desk/seats/:seat',
  means: 'Leave the seat. What it had received stays received, and anybody may reclaim it.',
  who: ['desk.sit'],
  gives: z.object({ seat: Seat }),
  refuses: ['desk.not-found', 'desk.not-yours'],
})

export const seats = route({
  name: 'desk.seats',
  at: 'GET /api/v1/desks/:desk/seats',
  means: 'Who sits where, and whose heartbeat is late.',
  who: ['desk.see'],
  gives: z.object({ desk: DeskName, seats: z.array(Seat), policy: DeskPolicy, at: Moment }),
  refuses: ['desk.not-found'],
})

export const queue = route({
  name: 'desk.queue',
  at: 'GET /api/v1/desks/:desk/queue',
  means: 'Reports that wait or are being worked on: the most urgent first, then whoever has waited longest.',
  who: ['desk.see'],
  gives: z.array(QueueRow),
  refuses: ['desk.not-found'],
})

export { handOver, handovers, handoverSheet, moveHandover } from './desk.handover.api.ts'
