import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer, type Brake } from '@open110/kit/server/http'
import type { Clock } from '@open110/kit/time'
import type { Look, Record as Audit } from '@open110/modules/audit/server'
import type { Seat } from '@open110/modules/desk'
import type { Citizen } from '@open110/modules/person'
import { normaliseFix } from '@open110/modules/place/fix'
import { isStaff } from '@open110/modules/staff'
import * as api from './report.api.ts'
import { gistOf, ladderOf, ownerOf, viewOf } from './report.card.server.ts'
import { readReceiptCode } from './report.code.ts'
import { reportSupplemented } from './report.events.ts'
import type { Reports } from './report.server.ts'
import { fixRow } from './report.fix.ts'
import * as store from './report.store.ts'
import type { Attachment, Message, ReportView, StaffSide } from './report.ts'

/** What reports need of their neighbours, handed in by `main.ts`. */
export type Neighbours = {
  ids: Ids
  clock: Clock
  reports: Reports
  brake: Brake
  audit: Audit
  /** Put on record, once for a while, that somebody has looked. */
  look: Look
  citizen: (db: Reader, id: string) => Promise<Citizen>
  seatState: (
    db: Reader,
    desk: string,
  ) => Promise<(seat: { desk: string; seat: number }, staff: string) => Seat['state']>
  messagesOf: (db: Reader, report: string, side: 'citizen' | 'desk') => Promise<Message[]>
  unreadOf: (
    db: Reader,
    reports: readonly string[],
    side: 'citizen' | 'desk',
  ) => Promise<ReadonlyMap<string, number>>
  attachmentsOf: (db: Reader, report: string) => Promise<Attachment[]>
  incidentState: (db: Reader, incident: string) => Promise<string | undefined>
  /** Units that are on their way to the incident: a supplement must reach them too. */
  unitsOf: (db: Reader, incident: string) => Promise<string[]>
}

export function reportRoutes(near: Neighbours): Answer[] {
  const { reports, ids } = near

  async function staffSide(db: Reader, report: store.Stored): Promise<StaffSide> {
    const [citizen, fixes, prior, seatState] = await Promise.all([
      near.citizen(db, report.citizen),
      reports.fixesOf(db, report.id),
      db.one(store.countOfCitizen, { citizen: report.citizen }),
      near.seatState(db, report.desk),
    ])
    return {
      desk: report.desk,
      firstDesk: report.firstDesk === report.desk ? undefined : report.firstDeskName,
      routedBy: report.routedBy,
      urgency: { level: report.urgency, reasons: report.reasons },
      flags: report.flags,
      callSafe: report.callSafe,
      denied: report.denied,
      reporter: {
        assurance: citizen.assurance,
        phone: citizen.phone,
        name: citizen.name,
        needs: citizen.needs,
        language: report.language,
        priorReports: prior.count - 1,
      },
      fixes: fixes.map(({ rawLng, rawLat, rawCrs, lng, lat, ...fix }) => ({
        ...fix,
        raw: { lng: rawLng, lat: rawLat, crs: rawCrs },
        wgs84: lng === undefined || lat === undefined ? undefined : { lng, lat },
      })),
      division: report.divisionName,
      station: report.station,
      alternatives: report.alternatives,
      owner: ownerOf(report, seatState),
      incidentId: report.incident,
      lastSignalAt: report.lastSignalAt,
      deviceAt: report.deviceAt,
      answers: report.answers,
    }
  }

  async function whole(db: Reader, report: store.Stored, side: 'citizen' | 'desk'): Promise<ReportView> {
    const [steps, supplements, messages, attachments, incidentState] = await Promise.all([
      db.all(store.stepsOf, { report: report.id }),
      reports.supplementsOf(db, report.id),
      near.messagesOf(db, report.id, side),
      near.attachmentsOf(db, report.id),
      report.incident ? near.incidentState(db, report.incident) : undefined,
    ])
    return viewOf(report, { steps, supplements, messages, attachments, incidentState })
  }

  return [
    answer(api.get, async ({ params }, { me, db, now }) => {
      const report = await reports.visibleTo(db, me, params.report)
      if (isRefusal(report)) return report
      if (!isStaff(me)) return whole(db, report, 'citizen')
      await near.look(db, now, { actor: me.id, act: 'report.get', object: report.id })
      const [view, staff] = await Promise.all([whole(db, report, 'desk'), staffSide(db, report)])
      return { ...view, staff }
    }),

    answer(api.list, async (_, { me, db }) => {
      const mine = await db.all(store.reportsOfCitizen, { citizen: me.id })
      const unread = await near.unreadOf(
        db,
        mine.map(({ id }) => id),
        'citizen',
      )
      return mine.map((report) => ({
        id: report.id,
        receiptCode: report.receiptCode,
        mode: report.mode,
        tag: report.tag,
        gist: gistOf(report),
        state: report.state,
        deliveredAt: report.deliveredAt,
        receivedAt: report.receivedAt,
        desk: { id: report.desk, name: report.deskName },
        unread: unread.get(report.id) ?? 0,
      }))
    }),

    answer(api.byCode, async ({ params }, { db, address, now }) => {
      const nowMs = Date.parse(now)
      const wait = near.brake.waitFor(address, nowMs)
      if (wait > 0) return refuse('receipt.too-many', { seconds: wait })
      const code = readReceiptCode(params.code)
      if (!code) {
        near.brake.failed(address, nowMs)
        return refuse('receipt.code-invalid')
      }
      const report = await db.maybe(store.reportByCode, { code })
      if (!report) {
        near.brake.failed(address, nowMs)
        return refuse('receipt.not-found')
      }
      const steps = await db.all(store.stepsOf, { report: report.id })
      return {
        receiptCode: report.receiptCode,
        state: report.state,
        desk: { id: report.desk, name: report.deskName },
        deliveredAt: report.deliveredAt,
        ladder: ladderOf(report, steps),
        incident: report.incidentNumber
          ? {
              number: report.incidentNumber,
              state: (report.incident && (await near.incidentState(db, report.incident))) ?? '',
            }
          : undefined,
      }
    }),

    answer(api.supplement, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      if (!body.words?.trim() && !body.fix) return refuse('supplement.words-missing')
      const id = ids.make('sp')
      const fix = body.fix && normaliseFix(body.fix)
      await tx.run(store.addSupplement, { id, report: report.id, words: body.words, now })
      if (fix && fix.state !== 'no-fix')
        await tx.run(store.addFix, fixRow(ids.make('fx'), report.id, 'fix', fix, now))
      await reports.heard(tx, report.id, { words: body.words }, now)
      tx.emit(reportSupplemented, now, {
        ...reports.about(report),
        supplement: id,
        incident: report.incident,
        units: report.incident ? await near.unitsOf(tx, report.incident) : [],
      })
      return { id, at: now, words: body.words }
    }),
  ]
}
