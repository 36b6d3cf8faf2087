import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { json, type Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Incidents } from '@open110/modules/incident/server'
import { staffOf } from '@open110/modules/staff'
import * as api from './deadline.api.ts'
import { deadlineChanged } from './deadline.events.ts'
import { about } from './deadline.keep.server.ts'
import { defaultDeadlinePolicy } from './deadline.policy.ts'
import type { Deadlines } from './deadline.server.ts'
import * as store from './deadline.store.ts'
import { bucketEnds, bucketOf, type BucketClock } from './deadline.ts'

export function deadlineRoutes(near: {
  deadlines: Deadlines
  incidents: Pick<Incidents, 'visibleTo'>
  audit: Audit
}): Answer[] {
  const { deadlines } = near

  /** A refusal that is put on record. */
  async function refused<Code extends string>(
    tx: Tx,
    now: string,
    of: { actor: string; object: string; facts?: Readonly<Record<string, unknown>> },
    code: Code,
  ): Promise<Refusal<Code>> {
    await near.audit(tx, now, { ...of, act: `refused:${code}` })
    tx.remember()
    return refuse(code, of.facts)
  }

  return [
    answer(api.board, async (_asked, { me, db, now }) => {
      const desk = staffOf(me).org
      const [rows, counts] = await Promise.all([
        db.all(store.runningOfDesk, { desk }),
        db.one(store.countsOfDesk, { desk }),
      ])
      const all = await deadlines.shown(db, rows, now)
      const isPaused = ({ state }: { state: string }) => state === 'paused'
      return {
        at: now,
        deadlines: [...all.filter((one) => !isPaused(one)), ...all.filter(isPaused)],
        counts,
      }
    }),

    answer(api.ofIncident, async ({ params }, { me, db, now }) => {
      const incident = await near.incidents.visibleTo(db, staffOf(me).org, params.incident)
      if (isRefusal(incident)) return incident
      return deadlines.shown(db, await db.all(store.ofIncident, { incident: incident.id }), now)
    }),

    answer(api.pause, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const row = await tx.maybe(store.forUpdate, { deadline: params.deadline })
      if (row?.desk !== staff.org) return refuse('deadline.not-found')
      const of = { actor: staff.id, object: row.id }
      if (row.stoppedAt !== undefined)
        return refused(tx, now, { ...of, facts: { at: row.stoppedAt } }, 'deadline.settled')
      if (row.pauses.some(({ to }) => to === undefined))
        return refused(tx, now, of, 'deadline.already-paused')
      const reason = body.reason.trim()
      if (!reason) return refused(tx, now, of, 'reason.missing')
      if (body.until <= now) return refused(tx, now, { ...of, facts: { at: body.until } }, 'deadline.in-past')
      const pause = { from: now, until: body.until, reason, by: staff.name }
      const after = await deadlines.repause(tx, row, [...row.pauses, pause], now)
      tx.emit(deadlineChanged, now, { ...about(after), dueAt: after.dueAt })
      const facts = { clock: row.clock, subject: row.subject, until: body.until, reason }
      await near.audit(tx, now, { actor: staff.id, act: 'deadline.pause', object: row.id, facts })
      return (await deadlines.shown(tx, [after], now))[0]!
    }),

    answer(api.resume, async ({ params }, { me, tx, now }) => {
      const staff = staffOf(me)
      const row = await tx.maybe(store.forUpdate, { deadline: params.deadline })
      if (row?.desk !== staff.org) return refuse('deadline.not-found')
      const of = { actor: staff.id, object: row.id }
      if (row.stoppedAt !== undefined)
        return refused(tx, now, { ...of, facts: { at: row.stoppedAt } }, 'deadline.settled')
      if (!row.pauses.some(({ to }) => to === undefined)) return refused(tx, now, of, 'deadline.not-paused')
      const ended = row.pauses.map((pause) => ({ ...pause, to: pause.to ?? now }))
      const after = await deadlines.repause(tx, row, ended, now)
      tx.emit(deadlineChanged, now, { ...about(after), dueAt: after.dueAt })
      const facts = { clock: row.clock, subject: row.subject }
      await near.audit(tx, now, { actor: staff.id, act: 'deadline.resume', object: row.id, facts })
      return (await deadlines.shown(tx, [after], now))[0]!
    }),

    answer(api.policy, async (_asked, { me, db, now }) => {
      const desk = staffOf(me).org
      const all = (await deadlines.policiesOf(db, desk)).map((one) => ({ desk, ...one }))
      return {
        now: all.find(({ validFrom }) => validFrom <= now) ?? { desk, policy: defaultDeadlinePolicy },
        later: all.filter(({ validFrom }) => validFrom > now).toReversed(),
      }
    }),

    answer(api.setPolicy, async ({ body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const validFrom = body.validFrom ?? now
      if (validFrom < now) return refuse('deadline.in-past', { at: validFrom })
      const policy = json(body.policy)
      await tx.run(store.addPolicy, { desk: staff.org, validFrom, policy, by: staff.name })
      const facts = { validFrom, policy: body.policy }
      await near.audit(tx, now, { actor: staff.id, act: 'deadline.set-policy', object: staff.org, facts })
      return { desk: staff.org, validFrom, policy: body.policy }
    }),

    answer(api.buckets, async ({ query }, { me, db }) => {
      const rows = await db.all(store.sheet, { desk: staffOf(me).org, from: query.from, to: query.to })
      const ranges = (clock: BucketClock, isSeveral: boolean) => {
        const own = rows.filter((row) => row.clock === clock && row.isSeveral === isSeveral)
        const counts = Array.from({ length: bucketEnds[clock].length + 1 }, () => 0)
        let [total, running] = [0, 0]
        for (const { seconds, count, isRunning } of own) {
          if (isRunning) running += count
          else {
            counts[bucketOf(clock, seconds)]! += count
            total += count
          }
        }
        return { ends: [...bucketEnds[clock]], counts, total, running }
      }
      const sheet = (isSeveral: boolean) => ({
        sign: ranges('sign', isSeveral),
        depart: ranges('depart', isSeveral),
        feedback: ranges('feedback', isSeveral),
      })
      return { from: query.from, to: query.to, single: sheet(false), several: sheet(true) }
    }),
  ]
}
