import * as z from 'zod/mini'
import type { Ids } from '@open110/kit/ids'
import type { Database, Reader, Tx } from '@open110/kit/server/db'
import type { Moment } from '@open110/kit/time'
import type { slipCourses } from '@open110/modules/dispatch/server'
import * as dispatch from '@open110/modules/dispatch/events'
import * as incident from '@open110/modules/incident/events'
import * as followup from '@open110/modules/followup/events'
import type { courseOf, glances, IncidentGlance, openIncidentIds } from '@open110/modules/incident/server'
import type { Resolution } from '@open110/modules/place'
import * as report from '@open110/modules/report/events'
import type { Reports } from '@open110/modules/report/server'
import { clocksOf, holdsOf, type Owner, type Wanted } from './deadline.course.ts'
import {
  calendarFor,
  changesOf,
  keepChanges,
  keepRows,
  setOut,
  type PolicyAt,
  type Shared,
} from './deadline.keep.server.ts'
import { DeadlinePolicy, defaultDeadlinePolicy } from './deadline.policy.ts'
import * as store from './deadline.store.ts'
import type { Stored } from './deadline.store.ts'
import type { Deadline, Pause } from './deadline.ts'
import { countingOf, leftSeconds } from './deadline.turn.ts'
import { urbanClassOf } from './deadline.urban.ts'

export type Deadlines = ReturnType<typeof openDeadlines>

/** What clocks are told by their neighbours, handed in by `main.ts`. */
export type Neighbours = {
  db: Database
  ids: Ids
  glances: typeof glances
  courseOf: typeof courseOf
  openIncidentIds: typeof openIncidentIds
  slipCourses: typeof slipCourses
  reports: Pick<Reports, 'byId'>
  resolve: (point: { lng: number; lat: number }) => Resolution
  onWrongPolicy: (desk: string) => void
}

/** Whose clocks are meant; every event of an incident or a slip says so. */
type About = { incident: string; desk: string }

/** Words of a place, as many as fit a line of the board. */
const placeLetters = 40

export function openDeadlines(near: Neighbours) {
  const said = new Set<string>()
  /** Named degradation: for a policy that cannot be read the defaults stand in, which is said once. */
  function readable(desk: string, rows: readonly { validFrom?: string | undefined; policy?: unknown }[]) {
    return rows.flatMap(({ validFrom, policy }) => {
      if (validFrom === undefined) return []
      const read = z.safeParse(DeadlinePolicy, policy)
      const news = `${desk} ${validFrom}`
      if (!read.success && !said.has(news)) near.onWrongPolicy(desk)
      if (!read.success) said.add(news)
      return [{ validFrom, policy: read.success ? read.data : defaultDeadlinePolicy }]
    })
  }

  /** Every policy of the desk, the latest first. */
  const policiesOf = async (db: Reader, desk: string) =>
    readable(desk, await db.all(store.policiesOf, { desk }))

  /** A clock follows the rules that were in force when it began. */
  function policyAtFrom(desk: string, rows: Parameters<typeof readable>[1]): PolicyAt {
    const all = readable(desk, rows)
    return (moment) => all.find(({ validFrom }) => validFrom <= moment)?.policy ?? defaultDeadlinePolicy
  }
  const policyAtOf = async (db: Reader, desk: string) =>
    policyAtFrom(desk, await db.all(store.policiesOf, { desk }))

  /** Whose ground it is, for the time that a unit may take to be there. */
  function groundOf({ number, place }: IncidentGlance) {
    const found = place.wgs84 && near.resolve(place.wgs84)
    return { station: found?.station?.code, division: found?.division?.code ?? number.slice(0, 6) }
  }

  const unitOwner = (id: string, name: string): Owner => ({ kind: 'unit', id, name })

  async function changesOfIncident(tx: Tx, id: string, policyAt: PolicyAt, now: Moment) {
    const [found, slips, stored] = await Promise.all([
      near.courseOf(tx, id),
      near.slipCourses(tx, id),
      tx.all(store.ofIncident, { incident: id }),
    ])
    if (!found) return []
    const { desk, level } = found
    const course = {
      ...found,
      owner: { kind: 'person', id: found.owner ?? desk, name: found.ownerName } as const,
      slips: slips.map(({ unit, unitName, ...slip }) => ({ ...slip, owner: unitOwner(unit, unitName) })),
    }
    const urbanClass = urbanClassOf(groundOf(found), policyAt(now))
    const shared = { desk, incident: id, level, urbanClass, holds: holdsOf(course) }
    const own = stored.filter(({ subjectKind }) => subjectKind === 'incident' || subjectKind === 'slip')
    return changesOf(tx, near.ids, own, clocksOf(course), shared, policyAt, now)
  }

  /**
   * The clocks of an incident and its slips, from what has happened so far. A step of a slip moves its incident in the
   * same transaction: reactions run when both are written, so that the second news is none.
   */
  async function ofIncident(tx: Tx, { incident: id, desk }: About, now: Moment): Promise<void> {
    const done = settled.get(tx) ?? new Set()
    settled.set(tx, done)
    if (done.has(id)) return
    done.add(id)
    const policyAt = policyAtFrom(desk, await tx.all(store.holdClocks, { of: id, desk }))
    await keepChanges(tx, await changesOfIncident(tx, id, policyAt, now), now)
  }
  const settled = new WeakMap<Tx, Set<string>>()

  /** Most of what changes about an incident is no news for its clocks: then nobody is made to wait for anybody. */
  async function ofChanged(tx: Tx, about: About, now: Moment): Promise<void> {
    if (settled.get(tx)?.has(about.incident)) return
    const policyAt = await policyAtOf(tx, about.desk)
    const changes = await changesOfIncident(tx, about.incident, policyAt, now)
    if (changes.length > 0) await ofIncident(tx, about, now)
  }

  /**
   * 接收与受理 — the first clock is written when it has stopped: nobody reacts in the transaction that sends a report. Whoever
   * tells of a report has it in hand.
   */
  async function ofReport(tx: Tx, id: string, now: Moment, since?: Moment): Promise<void> {
    const [found, stored] = await Promise.all([
      near.reports.byId(tx, id),
      tx.all(store.ofSubject, { subject: id }),
    ])
    if (!found?.receivedAt) return
    const { desk, deliveredAt, receivedAt } = found
    const owner: Owner = { kind: 'person', id: found.owner ?? desk, name: found.ownerName ?? '' }
    const about = { subjectKind: 'report', subject: id, owner } as const
    const isUndecided = found.state === 'received' || found.state === 'verifying'
    const earlier = stored.flatMap(({ clock, startedAt, stoppedAt }) =>
      clock === 'accept' && stoppedAt !== undefined ? [{ ...about, clock, startedAt, stoppedAt }] : [],
    )
    const wanted: Wanted[] = [
      { ...about, clock: 'receive', startedAt: deliveredAt, stoppedAt: receivedAt },
      ...earlier,
    ]
    // Restored or unmerged it waits anew; decided it needs no second clock.
    const running = stored.find(({ clock, stoppedAt }) => clock === 'accept' && stoppedAt === undefined)
    if (running || isUndecided || earlier.length === 0) {
      const startedAt = running?.startedAt ?? (earlier.length > 0 ? (since ?? now) : receivedAt)
      wanted.push({ ...about, clock: 'accept', startedAt, stoppedAt: isUndecided ? undefined : now })
    }
    const shared: Shared = { desk, report: id, incident: found.incident, holds: [] }
    const policyAt = await policyAtOf(tx, desk)
    await keepChanges(tx, await changesOf(tx, near.ids, stored, wanted, shared, policyAt, now), now)
  }

  /** 回访 — due when its own module says; it is red until it is done, whoever could not be reached. */
  async function ofFollowUp(
    tx: Tx,
    {
      followup: subject,
      incident,
      desk,
      dueAt,
    }: { followup: string; incident: string; desk: string; dueAt: Moment },
    now: Moment,
    isDone: boolean,
  ): Promise<void> {
    const stored = await tx.all(store.ofSubject, { subject })
    const startedAt = stored[0]?.startedAt ?? now
    const owner: Owner = { kind: 'desk', id: desk, name: '' }
    const about = { clock: 'follow-up', subjectKind: 'follow-up', subject, owner, startedAt, dueAt } as const
    const wanted = [{ ...about, stoppedAt: isDone ? now : undefined }]
    const shared = { desk, incident, holds: [] }
    const policyAt = await policyAtOf(tx, desk)
    await keepChanges(tx, await changesOf(tx, near.ids, stored, wanted, shared, policyAt, now), now)
  }

  /** Clocks start and stop in the transaction of the step itself. */
  function heed(): void {
    const { db } = near
    db.heed(report.reportReceived, (tx, body, now) => ofReport(tx, body.report, now))
    db.heed(report.reportTaken, (tx, body, now) => ofReport(tx, body.report, now))
    db.heed(report.reportMoved, (tx, body, now) => ofReport(tx, body.report, now, now))
    db.heed(followup.followUpOpened, (tx, body, now) => ofFollowUp(tx, body, now, false))
    db.heed(followup.followUpMoved, (tx, body, now) => ofFollowUp(tx, body, now, body.state === 'done'))
    db.heed(incident.incidentAccepted, (tx, body, now) => ofIncident(tx, body, now))
    db.heed(incident.incidentMoved, (tx, body, now) => ofIncident(tx, body, now))
    db.heed(incident.incidentChanged, (tx, body, now) => ofChanged(tx, body, now))
    db.heed(dispatch.slipIssued, (tx, body, now) => ofIncident(tx, body, now))
    db.heed(dispatch.feedbackMoved, (tx, body, now) => ofIncident(tx, body, now))
    db.heed(dispatch.slipMoved, (tx, body, now) => ofIncident(tx, body, now))
  }

  /** As it is shown, with the incident's number and place beside it. */
  async function shown(db: Reader, rows: readonly Stored[], now: Moment): Promise<Deadline[]> {
    const incidents = [...new Set(rows.flatMap(({ incident }) => incident ?? []))]
    const [named, calendar] = await Promise.all([
      near.glances(db, incidents),
      calendarFor(
        db,
        rows.map(({ rule }) => rule),
      ),
    ])
    const byId = new Map(named.map((one) => [one.id, one]))
    return rows.map((row) => {
      const glance = row.incident === undefined ? undefined : byId.get(row.incident)
      const { stoppedAt, holds, pauses } = row
      const paused = [...holds, ...pauses].find(({ to }) => to === undefined)
      const state: Deadline['state'] =
        stoppedAt !== undefined
          ? 'settled'
          : paused
            ? 'paused'
            : row.overdueAt !== undefined
              ? 'overdue'
              : row.warnedAt !== undefined
                ? 'warned'
                : 'running'
      const counting = countingOf(row.rule, [...holds, ...pauses], calendar)
      return {
        id: row.id,
        clock: row.clock,
        subjectKind: row.subjectKind,
        subject: row.subject,
        report: row.report,
        incident: row.incident,
        number: glance?.number,
        place: glance?.place.words?.slice(0, placeLetters),
        level: glance?.level,
        owner: { kind: row.ownerKind, id: row.owner, name: row.ownerName },
        state,
        startedAt: row.startedAt,
        targetAt: row.targetAt,
        warnAt: row.warnAt,
        dueAt: row.dueAt,
        warnedAt: row.warnedAt,
        overdueAt: row.overdueAt,
        escalatedTo: row.steps.slice(0, row.stepsDone).map(({ to }) => to),
        leftSeconds: state === 'paused' ? leftSeconds(row.startedAt, row.rule, counting, now) : undefined,
        paused: stoppedAt === undefined ? paused : undefined,
        stoppedAt,
        outcome: row.outcome,
      }
    })
  }

  /** The row with these pauses of its own instead of those it had. */
  async function repause(tx: Tx, row: Stored, pauses: Pause[], now: Moment): Promise<Stored> {
    const calendar = await calendarFor(tx, [row.rule])
    const after = setOut({ ...row, pauses }, { stoppedAt: undefined, isDropped: false }, calendar, now)
    await keepRows(tx, [after])
    return after
  }

  /** What was open before there were clocks gets its own, once. */
  async function catchUp(now: Moment): Promise<void> {
    const open = await near.openIncidentIds(near.db)
    const known = await near.db.all(store.incidentsWithClocks, { incidents: open })
    const have = new Set(known.map(({ incident }) => incident))
    const without = open.filter((id) => !have.has(id))
    for (const { id, desk } of await near.glances(near.db, without))
      await near.db.tx((tx) => ofIncident(tx, { incident: id, desk }, now))
  }

  return { catchUp, policiesOf, heed, shown, repause }
}
