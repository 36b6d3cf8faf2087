import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Database } from '@open110/kit/server/db'
import { answer, answerGathered, type Answer } from '@open110/kit/server/http'
import type { Clock } from '@open110/kit/time'
import { staffOf } from '@open110/modules/staff'
import * as api from './video.api.ts'
import { openEntries, type NearVideo } from './video.entry.server.ts'
import { hintGiven } from './video.events.ts'
import { isDescription, isDesk, kindsOffered, maySendKinds, mayReceive } from './video.routing.ts'
import { callFor } from './video.seen.server.ts'
import { present, type Party } from './video.server.ts'
import * as store from './video.store.ts'
import { isOver } from './video.ts'

/**
 * 线路 — sending, watching and speaking through the phone. A line is asked for outside any transaction: the engine takes its
 * time and no connection to the database waits for it.
 */
export function videoLineRoutes(
  near: NearVideo & { db: Database; clock: Clock; room: (bytes: number) => Promise<unknown> },
): Answer[] {
  const { videos, media, clock } = near
  const entries = openEntries(near)
  const rulesOf = ({ call, isCovert }: Party) => ({ isTalking: call.isTalking, isCovert })

  return [
    answerGathered(api.publish, async ({ params, body }, { me, db }) => {
      const party = await videos.partyTo(db, me, params.video)
      if (isRefusal(party)) return party
      if (isOver(party.call.state)) return refuse('video.over')
      const mine = entries.mineIn(me, party, body.participant)
      if (isRefusal(mine)) return mine
      if (!isDescription(body.offer)) return refuse('video.offer-invalid')
      const others = present(party.people).filter(({ id }) => id !== mine.id)
      const may = maySendKinds(
        mine.role,
        others.map(({ role }) => role),
        rulesOf(party),
      )
      if (kindsOffered(body.offer).some((kind) => !may.includes(kind)))
        return refuse(isDesk(mine.role) && may.length === 0 ? 'video.talk-off' : 'video.role-invalid', {
          may,
        })
      const { maxVideoKbps } = await near.policyOf(db, party.call.desk)
      // A film is kept from its first packet: where there is no room for it single pictures go on.
      if (isRefusal(await near.room(minuteBytes(maxVideoKbps)))) return refuse('video.engine-away')
      const { participant, offer, transport } = body
      return media.publish({ video: party.call.id, participant, offer, transport }, maxVideoKbps, (kinds) =>
        near.db.tx(async (tx) => {
          const now = clock.now()
          const fresh = await videos.partyTo(tx, me, party.call.id, true)
          if (isRefusal(fresh) || isOver(fresh.call.state)) return refuse('video.over')
          if (fresh.side === 'reporter') await taken(tx, fresh, now)
          const { generation } = await tx.one(store.markPublished, { participant, kinds: [...kinds] })
          if (media.isEarly)
            await videos.tellFeed(tx, fresh, { ...mine, generation, kinds: [...kinds] }, 'up', now)
          return generation
        }),
      )
    }),

    answerGathered(api.push, async ({ params, body }, { me, db }) => {
      const party = await videos.partyTo(db, me, params.video)
      if (isRefusal(party)) return party
      if (isOver(party.call.state)) return refuse('video.over')
      const mine = entries.mineIn(me, party, body.participant)
      if (isRefusal(mine)) return mine
      if (mine.role !== 'reporter') return refuse('video.role-invalid')
      const { maxVideoKbps } = await near.policyOf(db, party.call.desk)
      const address = await media.push(party.call.id, mine.id, maxVideoKbps)
      return !address || isRefusal(address) ? refuse('video.engine-away') : address
    }),

    answerGathered(api.watch, async ({ params, body }, { me, db, now }) => {
      const party = await videos.partyTo(db, me, params.video)
      if (isRefusal(party)) return party
      if (isOver(party.call.state)) return refuse('video.over')
      const mine = entries.mineIn(me, party, body.participant)
      if (isRefusal(mine)) return mine
      if (!isDescription(body.offer)) return refuse('video.offer-invalid')
      const of = present(party.people).find(({ id }) => id === body.of)
      if (!of) return refuse('video.feed-away')
      const kinds = mayReceive(mine.role, of.role, rulesOf(party))
      if (kinds.length === 0)
        return refuse(mine.role === 'reporter' && isDesk(of.role) ? 'video.talk-off' : 'video.feed-away')
      if (mine.role === 'reporter' && party.isCovert) {
        const permit = await near.permitFor(db, party.report.id, 'video-sound', now)
        if (isRefusal(permit)) return refuse('video.talk-off')
      }
      if (!of.feed) return refuse('video.feed-away')
      const { maxVideoKbps } = await near.policyOf(db, party.call.desk)
      const { participant, offer, transport } = body
      const ask = { video: party.call.id, participant, of: of.id, offer, kinds, transport }
      return media.watch(ask, maxVideoKbps)
    }),

    answerGathered(api.answerWatch, async ({ params, body }, { me, db }) => {
      const party = await videos.partyTo(db, me, params.video)
      if (isRefusal(party)) return party
      const mine = entries.mineIn(me, party, body.participant)
      if (isRefusal(mine)) return mine
      if (media.watchOf(party.call.id, params.watch)?.by !== mine.id) return refuse('video.not-found')
      if (!isDescription(body.answer)) return refuse('video.offer-invalid')
      const done = await media.answered({ video: party.call.id, watch: params.watch, answer: body.answer })
      return isRefusal(done) ? done : {}
    }),

    answer(api.step, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party)) return party
      if (isOver(party.call.state)) return refuse('video.over')
      const mine = entries.mineIn(me, party, body.participant)
      if (isRefusal(mine)) return mine
      if (mine.role === 'reporter') await videos.sign(tx, party, now)
      const { step } = body
      if ((await tx.run(store.markStep, { participant: mine.id, step })) > 0) {
        await videos.note(tx, party.call.id, now, 'step', mine, { from: mine.step, to: step })
        await videos.tellParticipant(tx, party, { ...mine, step }, true, now)
      }
      return {}
    }),

    answer(api.talk, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video, true)
      if (isRefusal(party)) return party
      if (party.side !== 'desk') return refuse('video.not-found')
      const { call, isCovert } = party
      const turnDown = async <No extends Refusal>(no: No) => {
        await near.audit(tx, now, { actor: me.id, act: `refused:${no.refused}`, object: call.id })
        tx.remember()
        return no
      }
      if (isOver(call.state)) return turnDown(refuse('video.over'))
      if (body.on) {
        const permit = await near.permitFor(tx, party.report.id, 'video-sound', now)
        if (isRefusal(permit)) return turnDown(permit)
        if (isCovert && body.isConfirmed !== true) return turnDown(refuse('video.talk-unconfirmed'))
      }
      await videos.talk(tx, party, body.on, staffOf(me), now)
      const act = body.on ? 'video.talk-on' : 'video.talk-off'
      await near.audit(tx, now, { actor: me.id, act, object: call.id, facts: { isCovert } })
      return callFor(await entries.again(tx, me, party))
    }),

    answer(api.hint, async ({ params, body }, { me, tx, now }) => {
      const party = await videos.partyTo(tx, me, params.video)
      if (isRefusal(party)) return party
      if (party.side !== 'desk') return refuse('video.not-found')
      if (isOver(party.call.state)) return refuse('video.over')
      // A light in a dark room tells where somebody hides.
      if (party.isCovert && body.hint === 'torch-on') return refuse('contact.forbidden', { way: 'torch' })
      const { id } = party.call
      tx.emit(hintGiven, now, { ...(await videos.where(tx, party)), hint: body.hint })
      await videos.note(tx, id, now, 'hint', staffOf(me), { hint: body.hint })
      await near.audit(tx, now, { actor: me.id, act: 'video.hint', object: id, facts: { hint: body.hint } })
      return {}
    }),
  ]

  /** To send a picture is to have accepted, and to be there. */
  async function taken(tx: Parameters<typeof videos.sign>[0], party: Party, now: string): Promise<void> {
    if (party.call.state === 'invited') await videos.go(tx, party, 'accept', ['reporter'], now)
    else await videos.sign(tx, party, now)
  }
}

const minuteBytes = (kbps: number) => (kbps * 1_000 * 60) / 8
