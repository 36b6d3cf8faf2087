import { isRefusal, refuse } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import type { Reader } from '@open110/kit/server/db'
import { answer, type Answer, type Brake } from '@open110/kit/server/http'
import type { Clock } from '@open110/kit/time'
import type { Look, Record as Audit } from '@open110/modules/audit/server'
import { contactOf, mayReach } from '@open110/modules/contact'
import type { Seat } from '@open110/modules/desk'
import type { Citizen } from '@open110/modules/person'
import { isStaff } from '@open110/modules/staff'
import * as api from './report.api.ts'
import type { After } from './report.after.ts'
import { furthestOf, gistOf, ladderOf, ownerOf, viewOf, waitingPart } from './report.card.server.ts'
import { readReceiptCode } from './report.code.ts'
import type { Reports } from './report.server.ts'
import type { Progress } from './report.progress.ts'
import * as store from './report.store.ts'
import { tagPolicyOf } from './report.tags.server.ts'
import { meaningOf } from './report.tags.ts'
import { addSupplement } from './report.supplement.server.ts'
import { openReportStates, type Attachment, type Message, type ReportView, type StaffSide } from './report.ts'
import { heldBack } from './report.withdraw.ts'
import { urgesOf } from './report.urge.store.ts'

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
  attachmentsOf: (db: Reader, report: string, side: 'citizen' | 'desk') => Promise<Attachment[]>
  incidentState: (db: Reader, incident: string) => Promise<string | undefined>
  /** Units that are on their way to the incident: a supplement must reach them too. */
  unitsOf: (db: Reader, incident: string) => Promise<string[]>
  /** How far the work on the incident is. Asked only for a reporter who may be told. */
  progressOf: (db: Reader, desk: string, incident: string) => Promise<Progress>
  /** What its reporter may say of it afterwards. */
  afterOf: (db: Reader, report: store.Stored, now: string) => Promise<After>
}

export function reportRoutes(near: Neighbours): Answer[] {
  const { reports } = near

  async function staffSide(db: Reader, report: store.Stored, now: string): Promise<StaffSide> {
    const isSilent = report.mode === 'silent'
    const contact = contactOf(report, now)
    const [citizen, fixes, prior, seatState, urges, tags] = await Promise.all([
      near.citizen(db, report.citizen),
      reports.fixesOf(db, report.id),
      db.one(store.countOfCitizen, { citizen: report.citizen }),
      near.seatState(db, report.desk),
      db.all(urgesOf, { report: report.id }),
      isSilent ? tagPolicyOf(db, report.desk, now) : undefined,
    ])
    return {
      desk: report.desk,
      firstDesk: report.firstDesk === report.desk ? undefined : report.firstDeskName,
      routedBy: report.routedBy,
      urgency: { level: report.urgency, reasons: report.reasons },
      flags: report.flags,
      callSafe: mayReach(contact, 'call'),
      contact,
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
      ...(isSilent && { tagged: meaningOf(report.tag, tags) }),
      answers: report.answers,
      urges,
    }
  }

  async function whole(
    db: Reader,
    report: store.Stored,
    side: 'citizen' | 'desk',
    now: string,
  ): Promise<ReportView> {
    const isMine = side === 'citizen'
    const mayTell = !isMine || mayReach(contactOf(report, now), 'progress')
    const { incident } = report
    const [steps, supplements, messages, attachments, incidentState, urges, progress, after] =
      await Promise.all([
        db.all(store.stepsOf, { report: report.id }),
        reports.supplementsOf(db, report.id),
        near.messagesOf(db, report.id, side),
        near.attachmentsOf(db, report.id, side),
        incident ? near.incidentState(db, incident) : undefined,
        mayTell ? db.all(urgesOf, { report: report.id }) : [],
        isMine && mayTell && incident ? near.progressOf(db, report.desk, incident) : undefined,
        isMine ? near.afterOf(db, report, now) : undefined,
      ])
    const told = isMine ? heldBack(report, steps) : { report, steps }
    const isHeldBack = isMine && report.withheldSince !== undefined
    const parts = {
      steps: told.steps,
      supplements,
      messages,
      attachments,
      incidentState: isHeldBack ? 'accepted' : incidentState,
      urges,
      mayTell,
      progress,
    }
    const isOpen = openReportStates.some((state) => state === report.state)
    return {
      ...viewOf(told.report, parts),
      ...(isMine && mayTell && isOpen && waitingPart(progress, urges, now)),
      after,
    }
  }

  return [
    answer(api.get, async ({ params }, { me, db, now }) => {
      const report = await reports.visibleTo(db, me, params.report)
      if (isRefusal(report)) return report
      if (!isStaff(me)) return whole(db, report, 'citizen', now)
      await near.look(db, now, { actor: me.id, act: 'report.get', object: report.id })
      const [view, staff] = await Promise.all([whole(db, report, 'desk', now), staffSide(db, report, now)])
      return { ...view, staff }
    }),

    answer(api.list, async (_, { me, db }) => {
      const mine = await db.all(store.reportsOfCitizen, { citizen: me.id })
      const ids = mine.map(({ id }) => id)
      const [unread, steps] = await Promise.all([
        near.unreadOf(db, ids, 'citizen'),
        db.all(store.stepsOfAll, { reports: ids }),
      ])
      return mine.map((whole) => {
        const own = steps.filter((step) => step.report === whole.id)
        const { report, steps: told } = heldBack(whole, own)
        return {
          id: report.id,
          receiptCode: report.receiptCode,
          mode: report.mode,
          tag: report.tag,
          gist: gistOf(report),
          state: report.state,
          deliveredAt: report.deliveredAt,
          receivedAt: report.receivedAt,
          step: furthestOf(report, told),
          desk: { id: report.desk, name: report.deskName },
          unread: unread.get(report.id) ?? 0,
        }
      })
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
      const known = await db.maybe(store.reportByCode, { code })
      if (!known) {
        near.brake.failed(address, nowMs)
        return refuse('receipt.not-found')
      }
      const { report, steps } = heldBack(known, await db.all(store.stepsOf, { report: known.id }))
      return {
        receiptCode: report.receiptCode,
        state: report.state,
        desk: { id: report.desk, name: report.deskName },
        deliveredAt: report.deliveredAt,
        ladder: ladderOf(report, steps),
        incident: report.incidentNumber
          ? {
              number: report.incidentNumber,
              state: report.withheldSince
                ? 'accepted'
                : ((report.incident && (await near.incidentState(db, report.incident))) ?? ''),
            }
          : undefined,
      }
    }),

    answer(api.supplement, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      if (!body.words?.trim() && !body.fix) return refuse('supplement.words-missing')
      const id = await addSupplement(near, tx, report, body, now)
      return { id, at: now, words: body.words }
    }),
  ]
}
