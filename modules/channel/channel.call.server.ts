import type { Ids } from '@open110/kit/ids'
import { move } from '@open110/kit/moves'
import { isRefusal } from '@open110/kit/refuse'
import { json, type Database, type Reader, type Tx } from '@open110/kit/server/db'
import { secondsBetween, type Clock, type Moment } from '@open110/kit/time'
import type { LngLat, Resolution } from '@open110/modules/place'
import type { Bringing } from '@open110/modules/report/server'
import type { Callers } from './channel.callers.server.ts'
import * as store from './channel.call.store.ts'
import type { CtiEvent } from './channel.cti.port.ts'
import { callMoved, callRinging } from './channel.events.ts'
import { numberOf } from './channel.number.ts'
import { readable } from './channel.text.ts'
import { callMoves, type Call, type LinePlace } from './channel.ts'

export type Calls = ReturnType<typeof openCalls>

/** A caller who tries again soon after nobody answered means the same matter. */
const againSeconds = 600

/** Where the line is, as the desk and the routing read it. */
export const fixOf = (place: LinePlace | undefined, at: Moment) =>
  place && {
    lng: place.lng,
    lat: place.lat,
    crs: 'wgs84',
    ...(place.accuracyMetres === undefined ? {} : { accuracyMetres: place.accuracyMetres }),
    source: place.source,
    at,
  }

/** 来电 — what the telephone system tells becomes calls, and a missed one becomes a report that waits like any other. */
export function openCalls(near: {
  db: Database
  ids: Ids
  clock: Clock
  callers: Callers
  bringing: Bringing
  resolve: (point: LngLat, accuracyMetres?: number) => Resolution
  dutyDesk: string
  isDesk: (db: Reader, desk: string) => Promise<boolean>
  /** Words that are said of a caller who tried once more. */
  againWords: string
}) {
  const { bringing } = near
  /** When each call began to ring by the telephone system's own clock: a span is measured by one clock. */
  const rangAt = new Map<string, Moment>()

  async function ring(tx: Tx, told: CtiEvent & { kind: 'ringing' }, now: Moment): Promise<void> {
    const own = told.desk !== undefined && (await near.isDesk(tx, told.desk)) ? told.desk : undefined
    const placed = told.place && near.resolve(told.place, told.place.accuracyMetres).desk?.id
    const desk = own ?? placed ?? near.dutyDesk
    const caller = await near.callers(tx, { number: numberOf(told.number) }, now)
    const id = near.ids.make('pc')
    const isNew = await tx.run(store.addCall, {
      id,
      ref: told.call,
      direction: 'in',
      state: 'ringing',
      desk,
      citizen: caller.id,
      called: told.called.slice(0, 20),
      place: json(
        told.place && { ...told.place, ...(told.place.words && { words: readable(told.place.words) }) },
      ),
      now,
    })
    if (isNew === 0) return
    rangAt.set(told.call, told.at)
    tx.emit(callRinging, now, { call: id, desk, at: now })
  }

  /** Nobody took it: it is in the queue, and whoever gives up after many tries does not fill the queue with them. */
  async function miss(tx: Tx, call: store.StoredCall, now: Moment): Promise<string> {
    const since = new Date(Date.parse(now) - againSeconds * 1_000).toISOString()
    const [open] = await bringing.openOf(tx, call.citizen, 'phone', since)
    if (open) {
      await bringing.add(tx, open, { words: near.againWords, fix: fixOf(call.place, call.rangAt) }, now)
      return open.id
    }
    const { id } = await bringing.bring(
      tx,
      {
        mode: 'phone',
        citizen: { id: call.citizen, assurance: 'none', needs: [], language: 'zh-CN' },
        fix: fixOf(call.place, call.rangAt),
        placeWords: call.place?.words,
        desk: { id: call.desk, isFinal: false },
        flags: ['missed-call'],
        sent: { called: call.called, place: call.place },
      },
      now,
    )
    return id
  }

  async function end(tx: Tx, told: CtiEvent & { kind: 'ended' }, now: Moment): Promise<void> {
    const call = await tx.maybe(store.callByRef, { ref: told.call })
    rangAt.delete(told.call)
    if (!call) return
    const state = move(callMoves, call.state, call.state === 'ringing' ? 'miss' : 'end', ['line'])
    if (isRefusal(state)) return
    const report = state === 'missed' ? await miss(tx, call, now) : call.report
    await tx.run(store.markEnded, {
      call: call.id,
      state,
      report,
      recordingRef: told.recordingRef,
      ...(call.answeredAt && { talkSeconds: Math.max(0, Math.round(secondsBetween(call.answeredAt, now))) }),
      now,
    })
    tx.emit(callMoved, now, { call: call.id, desk: call.desk, state, report, seat: call.seat, at: now })
  }

  return {
    /** 入账 — one event of the telephone system; told twice it changes nothing. */
    hear(told: CtiEvent): Promise<void> {
      return near.db.of('alarm').tx(async (tx) => {
        const now = near.clock.now()
        if (told.kind === 'ringing') return ring(tx, told, now)
        if (told.kind === 'ended') return end(tx, told, now)
        const began = rangAt.get(told.call)
        const call = await tx.maybe(store.callByRef, { ref: told.call })
        if (!call) return
        const ringMs = Math.max(0, Math.round(1_000 * secondsBetween(began ?? call.rangAt, told.at)))
        await tx.run(store.noteRing, { call: call.id, ringMs })
      })
    },

    /** A call as its desk sees it. */
    viewOf(stored: store.StoredCall, number: string | undefined): Call {
      const { ringMs, ref: _, citizen: __, staff: ___, staffName, desk: ____, ...call } = stored
      return {
        ...call,
        id: call.id as Call['id'],
        number,
        by: staffName,
        ringSeconds: ringMs === undefined ? undefined : ringMs / 1_000,
      }
    },
  }
}
