import { createHash } from 'node:crypto'
import type { Database, Reader, Tx } from '@open110/kit/server/db'
import { plusSeconds, type Moment } from '@open110/kit/time'
import type { verifySeals } from '@open110/modules/audit/server'
import type { DeskPolicy } from '@open110/modules/desk'
import { closureCleared, closureFound } from './closure.events.ts'
import { byUrgency, gapsOf } from './closure.gaps.ts'
import {
  nextDigests,
  offendersOf,
  unattended,
  type Digest,
  type Offender,
} from './closure.invariants.store.ts'
import * as store from './closure.store.ts'
import { invariants, type Invariant, type InvariantName, type OpenLoop } from './closure.ts'

export type Closure = ReturnType<typeof openClosure>

/** What closure needs of its neighbours, handed in by `main.ts`. */
export type Neighbours = {
  policyOf: (db: Reader, desk: string) => Promise<DeskPolicy>
  verifySeals: typeof verifySeals
  /** The bytes of a sealed original; nothing if it is gone. */
  originalOf: (attachment: string) => Promise<AsyncIterable<Uint8Array> | undefined>
}

/** One look: what breaks it, whether there was anything to look at, and where the next look goes on. */
export type Look = { offenders: Offender[]; isTested: boolean; mark: string; looked?: readonly string[] }

/** A report that is shown to others does so in a sweep; it may be a little late. */
const graceSeconds = 5
/** The shortest patience of any policy: whoever waits less long needs no look. */
const leastSeconds = 1
/** So much is read again at each look: it must never take the disk from those who send. */
const mostOriginals = 5
const mostBytes = 32 * 1024 * 1024
const sealsAtOnce = 50
/** What is older than two days is looked at once a day. */
const recentSeconds = 2 * 86_400
const wholeEverySeconds = 86_400
const theBeginning = '1970-01-01T00:00:00.000Z'

export function openClosure(near: Neighbours) {
  async function attended(db: Reader, now: Moment): Promise<Offender[]> {
    const waiting = await db.all(unattended, { before: plusSeconds(now, -leastSeconds - graceSeconds) })
    const policies = new Map<string, DeskPolicy>()
    for (const { desk } of waiting) if (!policies.has(desk)) policies.set(desk, await near.policyOf(db, desk))
    return waiting.filter(({ desk, deliveredAt }) => {
      const patience = (policies.get(desk)?.overflowSeconds ?? 0) + graceSeconds
      return plusSeconds(deliveredAt, patience) < now
    })
  }

  async function isWhole({ id, sha256 }: Digest): Promise<boolean> {
    const bytes = await near.originalOf(id)
    if (!bytes) return false
    const hash = createHash('sha256')
    for await (const part of bytes) hash.update(part)
    return hash.digest('hex') === sha256
  }

  /** A few originals in turn, each read to its last byte. */
  async function bytesHold(db: Reader, mark: string): Promise<Look> {
    const found = await db.all(nextDigests, { after: mark, most: mostOriginals })
    const next =
      found.length === 0 && mark !== ''
        ? await db.all(nextDigests, { after: '', most: mostOriginals })
        : found
    const offenders: Offender[] = []
    const looked: string[] = []
    let bytes = 0
    for (const digest of next) {
      if (looked.length > 0 && bytes + digest.bytes > mostBytes) break
      bytes += digest.bytes
      looked.push(digest.id)
      if (!(await isWhole(digest))) offenders.push({ id: digest.id, desk: digest.desk })
    }
    return { offenders, isTested: looked.length > 0, mark: looked.at(-1) ?? '', looked }
  }

  /** The seals of the audit in turn. */
  async function auditHolds(db: Reader, mark: string): Promise<Look> {
    const from = Number(mark) || 0
    const seals = await near.verifySeals(db, from, sealsAtOnce)
    const last = seals.at(-1)
    return {
      offenders: seals.filter(({ holds }) => !holds).map(({ fromId }) => ({ id: String(fromId) })),
      isTested: seals.length > 0 || from > 0,
      mark: seals.length === sealsAtOnce && last ? String(last.toId + 1) : '',
      looked: seals.map(({ fromId }) => String(fromId)),
    }
  }

  /** 核对 — one invariant as it stands at this moment. Whoever replays a day may ask at each of its minutes. */
  async function look(
    db: Reader,
    name: InvariantName,
    now: Moment,
    { mark = '', known = [] }: { mark?: string; known?: string[] } = {},
  ): Promise<Look> {
    if (name === '6-bytes') return bytesHold(db, mark)
    if (name === '7-audit') return auditHolds(db, mark)
    if (name === '1-attended') return { offenders: await attended(db, now), isTested: true, mark }
    // The mark is when the whole was looked at last.
    const isWhole = mark === '' || plusSeconds(mark, wholeEverySeconds) <= now
    const since = isWhole ? theBeginning : plusSeconds(now, -recentSeconds)
    return {
      offenders: await offendersOf(db, name, { since, known }),
      isTested: true,
      mark: isWhole ? now : mark,
    }
  }

  /** What was found becomes what is on record; what is looked at in turns is cleared only when it was looked at. */
  async function lookAgain(tx: Tx, invariant: InvariantName, mark: string, now: Moment): Promise<number> {
    const before = await tx.all(store.openFindings, { invariant })
    const seen = await look(tx, invariant, now, { mark, known: before.map(({ offender }) => offender) })
    const known = new Set(before.map(({ offender }) => offender))
    const broken = new Set(seen.offenders.map(({ id }) => id))
    let changes = 0
    for (const { id: offender, desk } of seen.offenders) {
      if (known.has(offender)) continue
      known.add(offender)
      changes += await tx.run(store.addFinding, { invariant, offender, desk, since: now })
      tx.emit(closureFound, now, { invariant, offender, desk })
    }
    for (const { offender, desk } of before) {
      if (broken.has(offender) || (seen.looked && !seen.looked.includes(offender))) continue
      changes += await tx.run(store.clearFinding, { invariant, offender, now })
      tx.emit(closureCleared, now, { invariant, offender, desk })
    }
    await tx.run(store.markCheck, { invariant, now, isTested: seen.isTested, mark: seen.mark })
    return changes
  }

  return {
    look,

    /** Look at what nobody has looked at for so long; how many findings are new or gone. */
    async round(db: Database, now: Moment, everySeconds: number): Promise<number> {
      const before = plusSeconds(now, -everySeconds)
      const due = await db.all(store.checks)
      if (due.length < invariants.length) await db.run(store.plantCheck, { invariants: [...invariants] })
      let changes = 0
      const faults: unknown[] = []
      for (const name of invariants) {
        if (due.some(({ invariant, checkedAt }) => invariant === name && checkedAt > before)) continue
        const looked = db.tx(async (tx) => {
          const mine = await tx.maybe(store.takeCheck, { invariant: name, before })
          return mine ? lookAgain(tx, name, mine.mark, now) : 0
        })
        // A disk that cannot be read is no reason to leave the other checks undone.
        changes += await looked.catch((fault: unknown) => {
          faults.push(fault)
          return 0
        })
      }
      if (faults.length > 0) throw new AggregateError(faults, 'some invariants could not be looked at')
      return changes
    },

    /** The names of what is broken anywhere. */
    async broken(db: Reader): Promise<InvariantName[]> {
      return (await db.all(store.brokenNames)).map(({ invariant }) => invariant)
    },

    /** As one desk sees it: its own offenders, and those that are no single desk's. */
    async seenBy(db: Reader, desk: string): Promise<Invariant[]> {
      const [done, open] = await Promise.all([db.all(store.checks), db.all(store.openFindings, {})])
      return invariants.map((name) => {
        const check = done.find(({ invariant }) => invariant === name)
        const own = open.filter((one) => one.invariant === name && (one.desk ?? desk) === desk)
        const wasLooked = check !== undefined && Date.parse(check.checkedAt) > 0
        return {
          name,
          checkedAt: wasLooked ? check.checkedAt : undefined,
          state: own.length > 0 ? 'broken' : check?.isTested ? 'holds' : 'untested',
          offenders: own.slice(0, 100).map(({ offender, since }) => ({ id: offender, since })),
        }
      })
    },

    async board(db: Reader, desk: string, now: Moment): Promise<OpenLoop[]> {
      const [incidents, reports, late, missed, seats] = await Promise.all([
        db.all(store.openOfDesk, { desk, now }),
        db.all(store.undecidedOfDesk, { desk }),
        db.all(store.lateOfDesk, { desk }),
        db.all(store.missedFollowUps, { desk, now }),
        db.all(store.seatsOfDesk, { desk }),
      ])
      const slips = await db.all(store.slipsOf, { incidents: incidents.map(({ id }) => id) })
      const isHere = (owner: string | undefined, name: string | undefined) =>
        seats.some(({ staff, staffName }) => (owner ? staff === owner : staffName === name))
      const ofIncidents = incidents.map((one): OpenLoop => ({
        incident: one.id,
        number: one.number,
        state: one.state,
        level: one.level,
        place: one.place,
        owner: one.ownerName,
        since: one.acceptedAt,
        gaps: gapsOf({
          ...one,
          isOwnerHere: isHere(one.owner, one.ownerName),
          slips: slips.filter(({ incident }) => incident === one.id),
          late: late.filter(({ incident }) => incident === one.id),
          followUpDueAt: missed.find(({ incident }) => incident === one.id)?.dueAt,
        }),
      }))
      const ofReports = reports.map((one): OpenLoop => {
        const red = late.find(({ report, incident }) => report === one.id && incident === undefined)
        return {
          report: one.id,
          number: one.receiptCode,
          state: one.state,
          place: one.place,
          owner: one.ownerName,
          since: one.deliveredAt,
          gaps: [
            ...(isHere(one.owner, one.ownerName)
              ? []
              : [{ finding: 'no-owner' as const, since: one.receivedAt }]),
            ...(red ? [{ finding: 'overdue' as const, since: red.dueAt, clock: red.clock }] : []),
            { finding: 'not-decided', since: one.receivedAt },
          ],
        }
      })
      return [...ofIncidents, ...ofReports].filter(({ gaps }) => gaps.length > 0).toSorted(byUrgency)
    },
  }
}
