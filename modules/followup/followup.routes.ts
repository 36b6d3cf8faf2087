import type * as z from 'zod/mini'
import { move } from '@open110/kit/moves'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { json, type Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { contactOf, isCovert, permitQuiet, type Permit } from '@open110/modules/contact'
import { staffOf } from '@open110/modules/staff'
import * as api from './followup.api.ts'
import { followUpMoved } from './followup.events.ts'
import type { FollowUps, Near } from './followup.server.ts'
import { hasWords, ownWord, takeMove, wayOf } from './followup.steps.ts'
import * as store from './followup.store.ts'
import type { StoredFollowUp } from './followup.store.ts'
import { followUpMoves, type FollowUpState, type Result } from './followup.ts'

const most = 500

type Staff = ReturnType<typeof staffOf>

/** 回访 — the desk's side: the list, an agreed one, attempts, and how each ends. */
export function followUpRoutes(
  near: Near & {
    followUps: FollowUps
    /** Words of the desk into the reporter's dialogue; they lie there until the reporter looks. */
    writeTo: (
      tx: Tx,
      report: { id: string; citizen: string; desk: string },
      by: { id: string; name: string; permit: Permit<'quiet-message'> },
      what: { words: string; quiet?: true },
      now: string,
    ) => Promise<unknown>
  },
): Answer[] {
  const { followUps, reports, incidents } = near

  async function held(
    tx: Tx,
    org: string,
    id: string,
  ): Promise<StoredFollowUp | Refusal<'followup.not-found'>> {
    const found = await tx.maybe(store.followUpForUpdate, { followup: id })
    return found?.desk === org ? found : refuse('followup.not-found')
  }

  /** What was refused changes nothing, and is on record all the same. */
  async function turnDown<No extends Refusal>(
    tx: Tx,
    staff: Staff,
    followUp: StoredFollowUp,
    name: string,
    no: No,
    now: string,
  ) {
    const facts = { move: name.slice(0, 40), state: followUp.state }
    const act = `refused:${no.refused}`
    await near.audit(tx, now, { actor: staff.id, act, object: followUp.id, facts })
    tx.remember()
    return no
  }

  async function go(
    tx: Tx,
    followUp: StoredFollowUp,
    state: FollowUpState,
    by: Staff,
    now: string,
    more: { result?: Result | undefined; note?: string | undefined } = {},
  ): Promise<StoredFollowUp> {
    const isDone = state === 'done'
    await tx.run(store.markState, {
      followup: followUp.id,
      state,
      result: more.result && json(more.result),
      note: more.note,
      doneAt: isDone ? now : undefined,
      by: isDone ? by.name : undefined,
    })
    const { id: followup, incident, desk, dueAt, isMajor } = followUp
    tx.emit(followUpMoved, now, { followup, incident, desk, dueAt, isMajor, state })
    return { ...followUp, state, result: more.result ?? followUp.result, note: more.note ?? followUp.note }
  }

  return [
    answer(api.list, async ({ query }, { me, db, now }) => {
      const staff = staffOf(me)
      const rows = query.scope === 'done' ? store.doneAtDesk : store.openAtDesk
      const found = await db.all(rows, { desk: staff.org, incident: query.incident, limit: most })
      return followUps.whole(db, found, staff.roles, now)
    }),

    answer(api.open, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const incident = await incidents.visibleTo(tx, staff.org, params.incident)
      if (isRefusal(incident)) return incident
      const joined = await reports.ofIncident(tx, incident.id)
      const report = body.report ? joined.find(({ id }) => id === body.report) : joined[0]
      if (!report) return refuse('report.not-found')
      if (body.dueAt <= now) return refuse('followup.due-invalid')
      const opened = await followUps.open(
        tx,
        incident,
        {
          report: report.id,
          reason: 'agreed',
          isMajor: false,
          dueAt: body.dueAt,
          words: body.words?.trim() || undefined,
          by: staff,
        },
        now,
      )
      if (!opened) return refuse('followup.already-open')
      const [whole] = await followUps.whole(tx, [opened], staff.roles, now)
      return whole!
    }),

    answer(api.attempt, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const followUp = await held(tx, staff.org, params.followup)
      if (isRefusal(followUp)) return followUp
      const tried = move(followUpMoves, followUp.state, 'attempt', staff.roles)
      if (isRefusal(tried)) return turnDown(tx, staff, followUp, 'attempt', tried, now)
      const report = (await reports.byIds(tx, [followUp.report])).get(followUp.report)
      const [reach] = await tx.all(store.reachOf, { reports: [followUp.report] })
      const { channel, hasReached } = body
      if (body.result && !hasWords(body.result)) return refuse('followup.result-missing')
      const may = await near.contacts.permitFor(tx, followUp.report, wayOf[channel], now, ownWord(reach))
      const isLetOut = !isRefusal(may) && (await near.contacts.use(tx, may, now))
      if (isRefusal(may) || !isLetOut) {
        const facts = { way: channel, from: reach?.from, until: reach?.until }
        return turnDown(tx, staff, followUp, 'attempt', refuse('contact.forbidden', facts), now)
      }
      const words = body.words?.trim() || undefined
      if (channel === 'message') {
        if (!words) return refuse('message.words-missing')
        if (report) {
          const quiet = isCovert(contactOf(report, now)) && { quiet: true as const }
          await near.writeTo(tx, report, { ...staff, permit: permitQuiet() }, { words, ...quiet }, now)
        }
      }
      const ended = body.result && move(followUpMoves, tried, 'finish', staff.roles)
      if (isRefusal(ended)) return ended
      await keepAttempt(tx, may, {
        followup: followUp.id,
        channel,
        hasReached: hasReached || ended !== undefined,
        now,
        by: staff.id,
        byName: staff.name,
        words,
      })
      const after = await go(tx, followUp, ended ?? tried, staff, now, { result: body.result })
      await near.audit(tx, now, {
        actor: staff.id,
        act: 'followup.attempt',
        object: followUp.id,
        facts: { channel, hasReached, to: after.state },
      })
      const [whole] = await followUps.whole(tx, [after], staff.roles, now)
      return whole!
    }),

    answer(api.moveFollowUp, async ({ params, body }, { me, tx, now }) => {
      const staff = staffOf(me)
      const followUp = await held(tx, staff.org, params.followup)
      if (isRefusal(followUp)) return followUp
      const policy = await followUps.policyOf(tx, followUp.desk, now)
      const attempts = (await tx.all(store.attemptsOf, { followups: [followUp.id] })).length
      const state = takeMove({ state: followUp.state, attempts }, body.move, staff.roles, body, policy)
      if (isRefusal(state)) return turnDown(tx, staff, followUp, body.move, state, now)
      const reason = body.reason?.trim() || undefined
      await go(tx, followUp, state, staff, now, { result: body.result, note: reason })
      await near.audit(tx, now, {
        actor: staff.id,
        act: `followup.${body.move}`,
        object: followUp.id,
        facts: { from: followUp.state, to: state },
      })
      return { state, at: now }
    }),

    answer(api.ratingsOf, async ({ params }, { me, db }) => {
      const incident = await incidents.visibleTo(db, staffOf(me).org, params.incident)
      return isRefusal(incident) ? incident : followUps.ratingsOf(db, incident.id)
    }),
  ]
}

/** 记一次回访 — whoever writes down that somebody was reached was let reach them. */
const keepAttempt = (
  tx: Tx,
  _permit: Permit<'quiet-message' | 'call' | 'sms'>,
  attempt: z.infer<typeof store.addAttempt.takes>,
) => tx.run(store.addAttempt, attempt)
