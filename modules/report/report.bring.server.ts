import type { Ids } from '@open110/kit/ids'
import { json, type Reader, type Tx } from '@open110/kit/server/db'
import type { DeskNow } from '@open110/modules/desk'
import type { Caller } from '@open110/modules/person'
import * as bring from './report.bring.store.ts'
import { ladderOf } from './report.card.server.ts'
import { reportDelivered, reportReceived, reportStated } from './report.events.ts'
import { intakeOf } from './report.intake.server.ts'
import { addReport } from './report.intake.store.ts'
import { routeOf, type Resolve, type Routing } from './report.routing.ts'
import type { Reports } from './report.server.ts'
import * as store from './report.store.ts'
import { addSupplement } from './report.supplement.server.ts'
import { asksForSilence } from './report.urgency.ts'
import { citizenModes, type CitizenMode, type Mode, type NewFix, type ReportFlag } from './report.ts'

/** 转入 — a report as another door hands it over: a call, a text, a device, another body, somebody at the counter. */
export type Brought = {
  readonly mode: Exclude<Mode, CitizenMode>
  readonly citizen: { readonly id: string } & Caller
  readonly words?: string | undefined
  readonly placeWords?: string | undefined
  /** Where the line or the device is, and where somebody says that it happens. */
  readonly fix?: NewFix | undefined
  readonly pin?: NewFix | undefined
  readonly callSafe?: boolean | undefined
  /** The desk that the line leads to: when no place says otherwise, or whatever the place says. */
  readonly desk?: { readonly id: string; readonly isFinal: boolean } | undefined
  readonly flags?: readonly ReportFlag[]
  readonly atLeast?: number | undefined
  readonly madeAt?: string | undefined
  /** As it came, kept as the original; without numbers and names, which are kept sealed elsewhere. */
  readonly sent: unknown
  /** Since when it has been waiting; now unless said. */
  readonly since?: string | undefined
  /** Whoever answered has heard them already. */
  readonly receivedBy?: { readonly staff: string; readonly name: string; readonly seat: number } | undefined
}

export type Bringing = ReturnType<typeof openBringing>

/** 同轨 — by whatever door it came, it gets the same number, desk, rank, queue and clocks (XM-10). */
export function openBringing(near: {
  ids: Ids
  random: (bytes: number) => Uint8Array
  resolve: Resolve
  dutyDesk: string
  deskNow: (db: Reader, desk: string) => Promise<DeskNow>
  reports: Reports
  unitsOf: (db: Reader, incident: string) => Promise<string[]>
}) {
  const { reports } = near

  return {
    async bring(tx: Tx, came: Brought, now: string) {
      const place = { words: came.placeWords, pin: came.pin }
      const routing = lineOf(
        routeOf({ fix: came.fix, place }, near.resolve, came.desk?.id ?? near.dutyDesk),
        came.desk,
      )
      const desk = await near.deskNow(tx, routing.desk)
      const { mode, words, fix, madeAt } = came
      // No door makes reachable who asks for silence.
      const callSafe = came.callSafe && !asksForSilence(words ?? '')
      const { report, rows, isHushed } = intakeOf(near, {
        body: { mode, words, fix, place, callSafe, madeAt },
        routing,
        desk,
        citizen: came.citizen,
        sent: came.sent,
        flags: came.flags ?? [],
        atLeast: came.atLeast,
        now: came.since ?? now,
      })
      await tx.run(addReport, { reports: json(rows.reports), fixes: json(rows.fixes) })
      const about = { report: report.id, citizen: report.citizen, desk: report.desk }
      const { urgency } = report
      tx.emit(reportDelivered, now, { ...about, urgency, mode, at: report.now })
      if (came.receivedBy) {
        await tx.run(store.markReceived, { report: report.id, desk: report.desk, ...came.receivedBy, now })
        tx.emit(reportReceived, now, { ...about, seat: came.receivedBy.seat, at: now })
      }
      return {
        id: report.id,
        receiptCode: report.receiptCode,
        desk: { id: report.desk, name: desk.name },
        deliveredAt: report.now,
        urgency,
        callSafe: report.callSafe,
        isHushed,
      }
    },

    /** 补充 — the same matter came once more by that door. */
    add: (
      tx: Tx,
      report: Parameters<typeof addSupplement>[2],
      said: Parameters<typeof addSupplement>[3],
      now: string,
    ) => addSupplement(near, tx, report, said, now),

    /**
     * 登记 — what a caller said, as the call-taker wrote it down. The first time it becomes the report's words, which
     * nobody changes from then on; whatever is written down later lies beside them.
     */
    async state(
      tx: Tx,
      report: store.Stored,
      said: { words: string; placeWords?: string | undefined },
      now: string,
    ): Promise<'statement' | 'supplement'> {
      const isFirst = (await tx.run(bring.stateWords, { report: report.id, ...said })) > 0
      if (!isFirst) {
        await addSupplement(near, tx, report, { words: said.words }, now)
        return 'supplement'
      }
      await reports.heard(tx, report.id, { words: said.words }, now)
      tx.emit(reportStated, now, { ...reports.about(report) })
      return 'statement'
    },

    /** The report of this citizen that is still open, the newest first. */
    openOf: (db: Reader, citizen: string, mode: Mode, since: string) =>
      db.all(bring.openOfCitizen, { citizen, mode, since }),

    /** 按渠道 — the same figures of every door, over one time, at one desk (XM-11). */
    countsOf: (db: Reader, desk: string, from: string, to: string) =>
      db.all(bring.countsByDoor, { desk, from, to, ofCitizens: [...citizenModes] }),

    /** How far it is, for the body that handed it over. */
    ladder: async (db: Reader, report: store.Stored) =>
      ladderOf(report, await db.all(store.stepsOf, { report: report.id })),
  }
}

/** What a line leads to is not the duty desk's; and where it was answered it stays, with the desk of the place beside it. */
function lineOf(routing: Routing, line: Brought['desk']): Routing {
  if (!line) return routing
  if (routing.by === 'duty') {
    const flags = routing.flags.filter((flag) => flag !== 'duty-desk')
    return { ...routing, desk: line.id, by: 'line', flags }
  }
  if (!line.isFinal || routing.desk === line.id) return routing
  const { resolution } = routing
  const own =
    resolution?.desk && resolution.division
      ? [{ desk: resolution.desk, division: resolution.division, share: resolution.share }]
      : []
  return {
    ...routing,
    desk: line.id,
    by: 'line',
    flags: [...routing.flags, 'out-of-area'],
    resolution: resolution && { ...resolution, alternatives: [...own, ...resolution.alternatives] },
  }
}
