import type { Ids } from '@open110/kit/ids'
import { openMoves } from '@open110/kit/moves'
import { isRefusal } from '@open110/kit/refuse'
import type { Database, Reader, Tx } from '@open110/kit/server/db'
import { plusSeconds } from '@open110/kit/time'
import type { Record as Audit } from '@open110/modules/audit/server'
import { contactOf, isCovert } from '@open110/modules/contact'
import type { Contacts } from '@open110/modules/contact/server'
import { incidentMoved } from '@open110/modules/incident/events'
import type { Incidents } from '@open110/modules/incident/server'
import type { After } from '@open110/modules/report/after'
import type { Reports } from '@open110/modules/report/server'
import { followUpOpened } from './followup.events.ts'
import { policyFrom, reasonAtClose, type FollowUpPolicy } from './followup.policy.ts'
import { openChannels, rateableStages, unvisitedOf } from './followup.steps.ts'
import * as store from './followup.store.ts'
import type { StoredFollowUp, StoredRating } from './followup.store.ts'
import { followUpMoves, type FollowUp, type FollowUpReason, type SeenRating } from './followup.ts'

export type FollowUps = ReturnType<typeof openFollowUps>

type Report = NonNullable<Awaited<ReturnType<Reports['byId']>>>

/** What following up needs of its neighbours, handed in by the house. */
export type Near = {
  ids: Ids
  audit: Audit
  reports: Pick<Reports, 'ofIncident' | 'byIds' | 'visibleTo'>
  incidents: Pick<Incidents, 'visibleTo'>
  contacts: Pick<Contacts, 'permitFor' | 'use'>
  /** Whether anybody who was sent to the incident has arrived. */
  hasArrived: (db: Reader, incident: string) => Promise<boolean>
}

export function openFollowUps(near: Near) {
  const { reports, incidents } = near

  const policyOf = async (db: Reader, desk: string, now: string): Promise<FollowUpPolicy> =>
    policyFrom((await db.maybe(store.policyAt, { desk, now }))?.policy)

  /** One reason asks one reporter once at a time; a second time nothing comes of it. */
  async function open(
    tx: Tx,
    about: { id: string; number: string; desk: string },
    given: {
      report: string
      reason: FollowUpReason
      isMajor: boolean
      dueAt: string
      words?: string | undefined
      by?: { id: string; name: string }
    },
    now: string,
  ): Promise<StoredFollowUp | undefined> {
    const { report, reason, isMajor, dueAt, words, by } = given
    const opened = await tx.maybe(store.addFollowUp, {
      id: near.ids.make('fu'),
      incident: about.id,
      incidentNumber: about.number,
      report,
      desk: about.desk,
      reason,
      isMajor,
      words,
      dueAt,
      now,
      by: by?.name,
    })
    if (!opened) return undefined
    tx.emit(followUpOpened, now, {
      followup: opened.id,
      incident: about.id,
      desk: about.desk,
      dueAt: opened.dueAt,
      isMajor,
    })
    const actor = by?.id ?? 'system'
    await near.audit(tx, now, { actor, act: 'followup.open', object: opened.id, facts: { reason, dueAt } })
    return opened
  }

  /** 结案后 — what a close leads to, in the transaction of the close. */
  async function afterClose(tx: Tx, { incident: id, desk }: { incident: string; desk: string }, now: string) {
    const incident = await incidents.visibleTo(tx, desk, id)
    if (isRefusal(incident)) return
    const joined = await reports.ofIncident(tx, id)
    const [first] = joined
    if (!first) return
    const policy = await policyOf(tx, desk, now)
    const level = incident.levelConfirmed ?? incident.levelInitial
    const category = incident.categoryConfirmed ?? incident.categoryInitial
    const reason = reasonAtClose({ id, level, category, dangers: incident.dangers }, policy)
    const isMajor = reason === 'major'
    const due = (hours: number) => plusSeconds(now, hours * 3_600)
    if (reason) {
      const dueAt = due(policy.dueHours[reason])
      await open(tx, incident, { report: first.id, reason, isMajor, dueAt }, now)
    }
    const ids = joined.map((report) => report.id)
    const asked = new Set(
      (await tx.all(store.askedForDissatisfied, { reports: ids })).map(({ report }) => report),
    )
    for (const { report, stars } of await tx.all(store.ratingsOf, { reports: ids })) {
      if (stars > policy.dissatisfiedStars || asked.has(report)) continue
      const dueAt = due(policy.dueHours.dissatisfied)
      await open(tx, incident, { report, reason: 'dissatisfied', isMajor, dueAt }, now)
    }
  }

  /** Follow-ups as the desk works on them: what may be done, and by which way the reporter may be reached now. */
  async function whole(
    db: Reader,
    stored: readonly StoredFollowUp[],
    roles: readonly string[],
    now: string,
  ): Promise<FollowUp[]> {
    if (stored.length === 0) return []
    const ids = [...new Set(stored.map(({ report }) => report))]
    const [known, attempts, reaches] = await Promise.all([
      reports.byIds(db, ids),
      db.all(store.attemptsOf, { followups: stored.map(({ id }) => id) }),
      db.all(store.reachOf, { reports: ids }),
    ])
    return stored.map(({ desk: _, ...followUp }) => {
      const report = known.get(followUp.report)
      // A report that cannot be read is reached by nothing that sounds.
      const contact = report ? contactOf(report, now).mode : 'silent'
      const isForced = report?.flags.includes('duress')
      const said = isForced ? undefined : reaches.find((one) => one.report === followUp.report)
      const reach = said && { ways: said.ways, from: said.from, until: said.until }
      return {
        ...followUp,
        id: followUp.id as FollowUp['id'],
        contact,
        channels: openChannels(contact, reach, now),
        reach,
        attempts: attempts
          .filter((one) => one.followUp === followUp.id)
          .map(({ followUp: _of, ...attempt }) => attempt),
        openMoves: openMoves(followUpMoves, followUp.state, roles),
      }
    })
  }

  return {
    policyOf,
    open,
    whole,

    /** What its reporter may read and say afterwards. */
    async afterOf(db: Reader, report: Report, now: string): Promise<After> {
      const contact = contactOf(report, now).mode
      const isOver = report.state === 'done' || report.state === 'invalid'
      const [policy, ratings, incident, contest, reaches] = await Promise.all([
        policyOf(db, report.desk, now),
        db.all(store.ratingsOf, { reports: [report.id] }),
        isOver && report.incident ? incidents.visibleTo(db, report.desk, report.incident) : undefined,
        isOver ? db.maybe(store.contestOf, { report: report.id }) : undefined,
        isCovert({ mode: contact }) && isOver ? db.all(store.reachOf, { reports: [report.id] }) : undefined,
      ])
      const closed =
        incident && !isRefusal(incident)
          ? { closeReason: incident.closeReason, hasArrived: await near.hasArrived(db, incident.id) }
          : undefined
      const [said] = reaches ?? []
      return {
        rateable: rateableStages(report, contact, ratings, now, policy),
        ratings: ratings.map(({ report: _, ...rating }) => ratingOf(rating)),
        unvisited: unvisitedOf(report, closed, contest?.contestedAt),
        reach: reaches && { ways: said?.ways ?? [], from: said?.from, until: said?.until },
      }
    },

    /** What the reporters of an incident have said of it. */
    async ratingsOf(db: Reader, incident: string): Promise<SeenRating[]> {
      const ids = (await reports.ofIncident(db, incident)).map(({ id }) => id)
      const ratings = await db.all(store.ratingsOf, { reports: ids })
      return ratings.map((rating) => ({ ...ratingOf(rating), report: rating.report }))
    },

    /** Called once when the house opens. */
    heed: (db: Database) =>
      db.heed(incidentMoved, (tx, body, now) =>
        body.state === 'closed' ? afterClose(tx, body, now) : Promise.resolve(),
      ),
  }
}

function ratingOf(rating: Omit<StoredRating, 'report'>): Omit<SeenRating, 'report'> {
  const { stage, stars, items, words, changedAt } = rating
  return { stage, stars, items, words, at: changedAt }
}
