import type { Ids } from '@open110/kit/ids'
import { toldBy } from '@open110/kit/server/db'
import { answerTogether, type Answer } from '@open110/kit/server/http'
import type { DeskNow } from '@open110/modules/desk'
import { callerOf } from '@open110/modules/person'
import * as api from './report.api.ts'
import { reportDelivered } from './report.events.ts'
import { intakeOf } from './report.intake.server.ts'
import { addReports } from './report.intake.store.ts'
import { routeOf, type Resolve } from './report.routing.ts'
import { openRush, rankOf } from './report.rush.ts'
import type { ReportView } from './report.ts'

export function sendRoutes(near: {
  ids: Ids
  random: (bytes: number) => Uint8Array
  resolve: Resolve
  /** The bureau's duty desk, for what has no place or lies outside every outline. */
  dutyDesk: string
  deskNow: (desk: string) => Promise<DeskNow>
}): Answer[] {
  const rush = openRush()
  const deskNow = openDeskNow(near.deskNow)

  return [
    answerTogether(api.send, addReports, async ({ body }, { me, now, language, sent, address }) => {
      const citizen = callerOf(me)
      const routing = routeOf(body, near.resolve, near.dutyDesk)
      const desk = await deskNow(routing.desk)
      const { report, rows } = intakeOf(near, {
        body,
        routing,
        desk,
        citizen: { id: me.id, ...citizen },
        sent,
        language,
        now,
      })
      const { id, urgency, guidance, fallbackAfterSeconds, receiptCode } = report
      const told = toldBy(reportDelivered, now, {
        report: id,
        citizen: me.id,
        desk: routing.desk,
        urgency,
        mode: body.mode,
        at: now,
      })
      return {
        rank: rankOf({ mode: body.mode, urgency }, rush.count(me.id, address, Date.parse(now))),
        written: { rows, events: [told] },
        answer: {
          id: id as ReportView['id'],
          receiptCode,
          state: 'delivered' as const,
          deliveredAt: now,
          desk: { id: routing.desk, name: desk.name },
          guidance,
          fallbackAfterSeconds,
        },
      }
    }),
  ]
}

/** From so many a second to one desk it is a flood, in which the desk need not be asked for each report. */
const floodPerSecond = 100
const freshMs = 250

/** 本台现状 — asked for once for all who come at the same moment; in a flood an answer serves for a quarter of a second. */
function openDeskNow(ask: (desk: string) => Promise<DeskNow>): (desk: string) => Promise<DeskNow> {
  const known = new Map<string, { since: number; count: number; atMs: number; answer: Promise<DeskNow> }>()
  return (desk) => {
    const nowMs = performance.now()
    const last = known.get(desk)
    const since = last && nowMs - last.since < 1_000 ? last.since : nowMs
    const count = last && since === last.since ? last.count + 1 : 1
    const isFresh = last && nowMs - last.atMs < (count > floodPerSecond ? freshMs : 0)
    const answer = isFresh ? last.answer : ask(desk)
    if (last && answer === last.answer) {
      known.set(desk, { ...last, since, count })
      return answer
    }
    // Infinitely fresh while it is on its way.
    const own = { since, count, atMs: Infinity, answer }
    known.set(desk, own)
    answer.then(
      () => known.set(desk, { ...(known.get(desk) ?? own), answer, atMs: nowMs }),
      () => known.delete(desk),
    )
    return answer
  }
}
