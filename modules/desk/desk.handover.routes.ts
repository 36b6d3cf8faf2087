import { isRefusal, refuse } from '@open110/kit/refuse'
import { move } from '@open110/kit/moves'
import type { Ids } from '@open110/kit/ids'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import { staffOf } from '@open110/modules/staff'
import { handoverMoved } from './desk.events.ts'
import * as api from './desk.handover.api.ts'
import * as store from './desk.handover.store.ts'
import {
  handoverMoves,
  handoverRoleOf,
  type Handover,
  type HandoverCounts,
  type HandoverItem,
} from './desk.handover.ts'
import type { Desks } from './desk.server.ts'

/** What a shift leaves open, told and passed on by whoever it belongs to; `main.ts` hands it in. */
export type Leaving = {
  itemsOf: (db: Reader, desk: string, staff: string) => Promise<HandoverItem[]>
  countsOf: (db: Reader, desk: string, staff: string) => Promise<HandoverCounts>
  passOn: (
    tx: Tx,
    items: readonly HandoverItem[],
    from: { staff: string; name: string },
    to: { staff: string; name: string; seat: number },
    now: string,
  ) => Promise<void>
}

/** 交接班 — nothing is nobody's in between: it is the outgoing person's until another has signed (promise 7). */
export function handoverRoutes(near: { ids: Ids; audit: Audit; desks: Desks; leaving: Leaving }): Answer[] {
  const { leaving } = near
  const isOwn = (me: Parameters<typeof staffOf>[0], desk: string) => staffOf(me).org === desk
  const sheetOf = async (db: Reader, desk: string, staff: string) => ({
    items: await leaving.itemsOf(db, desk, staff),
    counts: await leaving.countsOf(db, desk, staff),
  })
  const tell = (tx: Tx, { id: handover, desk, state }: Handover, now: string) =>
    tx.emit(handoverMoved, now, { handover, desk, state })

  return [
    answer(api.handoverSheet, async ({ params }, { me, db }) =>
      isOwn(me, params.desk) ? sheetOf(db, params.desk, me.id) : refuse('desk.not-found'),
    ),

    answer(api.handOver, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      if (!isOwn(me, params.desk)) return refuse('desk.not-found')
      const { items, counts } = await sheetOf(tx, params.desk, staff.id)
      const seat = await near.desks.seatOfStaff(tx, staff.id)
      await tx.run(store.withdrawOlder, { staff: staff.id, now })
      const made = await tx.one(store.addHandover, {
        id: near.ids.make('ho'),
        desk: params.desk,
        seat: seat?.seat,
        staff: staff.id,
        name: staff.name,
        now,
        notes: body.notes.trim(),
        items: json(items),
        counts: json(counts),
      })
      tell(tx, made, now)
      const facts = { items: items.map(({ id }) => id) }
      await near.audit(tx, now, { actor: staff.id, act: 'desk.handover', object: made.id, facts })
      return made
    }),

    answer(api.moveHandover, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const held = await tx.maybe(store.handoverForUpdate, { handover: params.handover })
      if (!held || held.desk !== staff.org) return refuse('handover.not-found')
      const seat = await near.desks.seatOfStaff(tx, staff.id)
      const state = move(handoverMoves, held.state, body.move, [handoverRoleOf(staff.id, held)])
      const no =
        held.state !== 'open' && Object.hasOwn(handoverMoves, body.move)
          ? refuse(held.state === 'signed' ? 'handover.already-signed' : 'handover.already-withdrawn', {
              by: held.incomingName ?? held.outgoingName,
              at: held.endedAt,
            })
          : isRefusal(state)
            ? state
            : state === 'signed' && !seat
              ? refuse('desk.not-signed-in')
              : undefined
      if (no || isRefusal(state)) {
        const facts = { move: body.move.slice(0, 40), state: held.state }
        await near.audit(tx, now, { actor: staff.id, act: `refused:${no!.refused}`, object: held.id, facts })
        tx.remember()
        return no!
      }
      const isSigned = state === 'signed'
      if (isSigned && seat) {
        const from = { staff: held.outgoing, name: held.outgoingName }
        const to = { staff: staff.id, name: staff.name, seat: seat.seat }
        await leaving.passOn(tx, held.items, from, to, now)
      }
      const ended = await tx.one(store.endHandover, {
        handover: held.id,
        state,
        incoming: isSigned ? staff.id : undefined,
        name: isSigned ? staff.name : undefined,
        now,
      })
      tell(tx, ended, now)
      const facts = { from: held.outgoing }
      await near.audit(tx, now, { actor: staff.id, act: `handover.${body.move}`, object: held.id, facts })
      return ended
    }),

    answer(api.handovers, async ({ params }, { me, db }) =>
      isOwn(me, params.desk)
        ? db.all(store.handoversOfDesk, { desk: params.desk })
        : refuse('desk.not-found'),
    ),
  ]
}
