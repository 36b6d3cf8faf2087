import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import { sha256Hex } from '@open110/kit/server/crypto'
import type { Reader, Tx } from '@open110/kit/server/db'
import { answer, type Answer } from '@open110/kit/server/http'
import { plusSeconds, type Moment } from '@open110/kit/time'
import { openReportStates } from '@open110/modules/report'
import { staffOf } from '@open110/modules/staff'
import * as api from './video.api.ts'
import { openEntries, type NearVideo } from './video.entry.server.ts'
import { isDesk } from './video.routing.ts'
import { callFor } from './video.seen.server.ts'
import { present, type Known, type Me, type Party } from './video.server.ts'
import * as store from './video.store.ts'
import type { StoredCall } from './video.store.ts'
import { isOver, type InvitedBy, type VideoRole } from './video.ts'

/** 通话 — who opens one, who comes into it and how it ends. */
export function videoRoutes(near: NearVideo): Answer[] {
  const { videos, media, reports } = near
  const entries = openEntries(near)

  /** A new call of this report; two presses at once make one. */
  async function open(
    tx: Tx,
    report: { id: string; desk: string; citizen: string },
    how: { by: 'reporter' | 'desk'; invitedBy: InvitedBy; until?: Moment },
    now: Moment,
  ): Promise<StoredCall | undefined> {
    const isSelf = how.by === 'reporter'
    const id = near.ids.make('vc')
    const added = await tx.run(store.addCall, {
      id,
      report: report.id,
      desk: report.desk,
      citizen: report.citizen,
      state: isSelf ? 'live' : 'invited',
      openedBy: how.by,
      invitedBy: how.invitedBy,
      startedAt: isSelf ? now : undefined,
      until: how.until,
      now,
    })
    return added > 0 ? tx.one(store.callById, { video: id }) : undefined
  }

  async function enter(tx: Tx, me: Me, known: Known, side: Party['side'], now: Moment) {
    const one = await entries.seat(tx, me, known, 'reporter', now)
    return entries.entryOf(tx, await entries.again(tx, me, { ...known, side }), one, now)
  }

  const seen = async (db: Reader, me: Me, calls: readonly StoredCall[]) => {
    const found = []
    for (const { id } of calls) {
      const party = await videos.partyTo(db, me, id)
      if (!isRefusal(party)) found.push(callFor(party))
    }
    return found
  }
  const rolesOf: Readonly<Record<Party['side'], readonly VideoRole[]>> = {
    reporter: ['reporter'],
    desk: ['desk'],
    guest: [],
    unit: [],
  }

  return [
    answer(api.rules, async ({ params }, { me, db }) => {
      const report = await reports.visibleTo(db, me, params.report)
      if (isRefusal(report)) return report
      const { mode } = await near.policyOf(db, report.desk)
      const [newest] = await db.all(store.callsOfReports, { reports: [report.id] })
      const [video] = newest && !isOver(newest.state) ? await seen(db, me, [newest]) : []
      return { mode: media.isThere ? mode : 'off', warning: near.warning, video }
    }),

    answer(api.start, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      if (!media.isThere) return refuse('video.engine-away')
      const isOpen = openReportStates.some((state) => state === report.state)
      const { mode } = await near.policyOf(tx, report.desk)
      let call = await tx.maybe(store.openOfReport, { report: report.id })
      if (!call && (mode === 'off' || !isOpen)) return refuse('video.off')
      if (!call && mode === 'invite') return refuse('video.invite-only')
      const isNew = !call
      call ??= await open(tx, report, { by: 'reporter', invitedBy: 'app' }, now)
      call ??= await tx.one(store.openOfReport, { report: report.id })
      const known = await videos.knownOf(tx, call)
      if (isNew) await videos.tellMoved(tx, known, call.state, false, now)
      else if (call.state === 'invited') await videos.go(tx, known, 'accept', ['reporter'], now)
      else await videos.sign(tx, known, now)
      const { isMuted, warningVersion } = body
      const facts = { isNew, isMuted, warningVersion }
      await near.audit(tx, now, { actor: me.id, act: 'video.start', object: call.id, facts })
      return enter(tx, me, known, 'reporter', now)
    }),

    answer(api.invite, async ({ params, body }, { me, tx, now }) => {
      const report = await reports.visibleTo(tx, me, params.report)
      if (isRefusal(report)) return report
      const turnDown = async <No extends Refusal>(no: No) => {
        const facts = { by: body.by }
        await near.audit(tx, now, { actor: me.id, act: `refused:${no.refused}`, object: report.id, facts })
        tx.remember()
        return no
      }
      const { mode, inviteSeconds, linkSeconds } = await near.policyOf(tx, report.desk)
      if (mode === 'off' || !media.isThere) return turnDown(refuse('video.off'))
      const earlier = await tx.maybe(store.openOfReport, { report: report.id })
      if (earlier) return turnDown(refuse('video.open-already', { video: earlier.id }))
      const way = { app: 'quiet-message', link: 'video-invite', sms: 'video-invite' } as const
      const may = await near.permitFor(tx, report.id, way[body.by], now)
      if (isRefusal(may)) return turnDown(may)
      const text = body.by === 'sms' ? await near.permitFor(tx, report.id, 'sms', now) : undefined
      if (isRefusal(text)) return turnDown(text)
      const until = plusSeconds(now, body.by === 'app' ? inviteSeconds : linkSeconds)
      const call = await open(tx, report, { by: 'desk', invitedBy: body.by, until }, now)
      if (!call) return turnDown(refuse('video.open-already'))
      const to = { role: 'reporter' as const, name: near.say('video.name.reporter') }
      const link = body.by === 'app' ? undefined : await entries.link(tx, { call }, to, me.id, now)
      // Nothing has been changed when this is answered: the call goes with it.
      const minutes = Math.round(linkSeconds / 60)
      if (link && text && !(await near.textLink(tx, text, report.id, { path: link.path, minutes }, now)))
        return refuse('video.number-missing')
      const known = await videos.knownOf(tx, call)
      await videos.tellMoved(tx, known, call.state, false, now)
      const facts = { report: report.id, by: body.by }
      await near.audit(tx, now, { actor: me.id, act: 'video.invite', object: call.id, facts })
      return { video: callFor({ ...known, side: 'desk' }), link }
    }),

    answer(api.link, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party) || party.side !== 'desk') return refuse('video.not-found')
      if (isOver(party.call.state)) return refuse('video.over')
      if (body.role === 'reporter') {
        const may = await near.permitFor(tx, party.report.id, 'video-invite', now)
        if (isRefusal(may)) return may
      }
      const name = body.name?.trim() || near.say(`video.name.${body.role}`)
      const link = await entries.link(tx, party, { role: body.role, name }, me.id, now)
      const facts = { role: body.role, until: link.until }
      await near.audit(tx, now, { actor: me.id, act: 'video.link', object: party.call.id, facts })
      return link
    }),

    answer(api.redeem, async ({ params }, { me, tx, now }) => {
      const tokenHash = sha256Hex(params.token)
      const link = await tx.maybe(store.redeemLink, { tokenHash, citizen: me.id, now })
      if (!link) return refuse('video.link-invalid')
      if (!media.isThere) return refuse('video.engine-away')
      const call = await tx.one(store.callForUpdate, { video: link.video })
      if (isOver(call.state)) return refuse('video.over')
      const known = await videos.knownOf(tx, call)
      const isBarred = known.people.some((one) => one.holder === me.id && one.isBarred)
      if (isBarred) return refuse('video.link-invalid')
      const one = await entries.seat(tx, me, known, link.role, now, link.name)
      if (one.role === 'reporter') await videos.sign(tx, known, now)
      const facts = { role: link.role, participant: one.id }
      await near.audit(tx, now, { actor: me.id, act: 'video.redeem', object: call.id, facts })
      const side = one.role === 'reporter' ? 'reporter' : 'guest'
      return entries.entryOf(tx, await entries.again(tx, me, { ...known, side }), one, now)
    }),

    answer(api.join, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party)) return party
      if (isOver(party.call.state)) return refuse('video.over')
      if (!media.isThere) return refuse('video.engine-away')
      const role = entries.roleOf(me, party, body.as)
      if (!role) return refuse('video.role-invalid')
      const one = await entries.seat(tx, me, party, role, now)
      if (role === 'reporter') await videos.sign(tx, party, now)
      const facts = { role, participant: one.id }
      await near.audit(tx, now, { actor: me.id, act: 'video.join', object: party.call.id, facts })
      return entries.entryOf(tx, await entries.again(tx, me, party), one, now)
    }),

    answer(api.leave, async ({ params }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party)) return party
      const one = present(party.people).find(({ id }) => id === params.participant)
      const isOwn = one?.holder === me.id
      // A supervisor is shown out by nobody, and outside the desk nobody knows of one.
      if (!one || (!isOwn && (party.side !== 'desk' || one.role === 'supervisor')))
        return refuse('video.not-found')
      // Whoever reports, and whoever works here, is shown out by nobody.
      if (!isOwn && (one.holder === party.report.citizen || isDesk(one.role)))
        return refuse('move.denied', { move: 'leave' })
      const others = present(party.people).filter((each) => each.id !== one.id && each.role === 'reporter')
      if (isOwn && one.role === 'reporter' && others.length === 0 && party.call.state !== 'invited')
        await videos.go(tx, party, 'end', ['reporter'], now)
      else await videos.unseat(tx, party, one, !isOwn, now)
      const facts = { participant: one.id, role: one.role, isOwn }
      await near.audit(tx, now, { actor: me.id, act: 'video.leave', object: party.call.id, facts })
      return {}
    }),

    answer(api.moveVideo, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party)) return party
      const { call, side } = party
      const why = body.reason?.trim()
      const facts = { move: body.move.slice(0, 40), from: call.state }
      const isThere = present(party.people).some(({ role }) => role === 'reporter')
      const needsReason = body.move === 'end' && side === 'desk' && call.state === 'live' && isThere && !why
      const state = needsReason
        ? refuse('video.reason-missing')
        : await videos.go(tx, party, body.move, rolesOf[side], now, why)
      if (isRefusal(state)) {
        await near.audit(tx, now, { actor: me.id, act: `refused:${state.refused}`, object: call.id, facts })
        tx.remember()
        return state
      }
      if (body.move === 'accept') await entries.seat(tx, me, party, 'reporter', now)
      await near.audit(tx, now, { actor: me.id, act: `video.${body.move}`, object: call.id, facts })
      return callFor(await entries.again(tx, me, party))
    }),

    answer(api.get, async ({ params }, { me, db }) => {
      const party = await videos.partyTo(db, me, params.video)
      return isRefusal(party) ? party : callFor(party)
    }),

    answer(api.ofReport, async ({ params }, { me, db }) => {
      const report = await reports.visibleTo(db, me, params.report)
      if (isRefusal(report)) return report
      return seen(db, me, await db.all(store.callsOfReports, { reports: [report.id] }))
    }),

    answer(api.ofIncident, async ({ params }, { me, db }) => {
      if (!(await near.mayKnow(db, me, params.incident))) return refuse('incident.not-found')
      const known = await reports.ofIncident(db, params.incident)
      return seen(db, me, await db.all(store.callsOfReports, { reports: known.map(({ id }) => id) }))
    }),

    answer(api.ofDesk, async ({ params }, { me, db }) => {
      if (staffOf(me).org !== params.desk) return refuse('desk.not-found')
      return seen(db, me, await db.all(store.openOfDesk, { desk: params.desk }))
    }),
  ]
}
