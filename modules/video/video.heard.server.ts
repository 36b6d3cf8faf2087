import type { Database, Tx } from '@open110/kit/server/db'
import type { SteadyClock } from '@open110/kit/time'
import { isRefusal } from '@open110/kit/refuse'
import type { MediaEvent } from '@open110/media/port'
import type { Media } from './video.media.server.ts'
import { maySendKinds, mayReceive } from './video.routing.ts'
import { present, type Known, type Videos } from './video.server.ts'
import * as store from './video.store.ts'
import { isOver } from './video.ts'

/** A transaction that has touched a call may not be committed when it is looked at: so long it is looked at again. */
const touchedMs = 1_500
const everyMs = 5_000

type Pushed = Extract<MediaEvent, { t: 'line.up' }>

/** 守线 — what the engine tells goes into the call, and what the call allows is held at the engine. */
export function openWatchkeeping(near: {
  db: Database
  clock: SteadyClock
  videos: Videos
  media: Media
  /** What lets sound go out to a reporter, or why none may. */
  permit: (db: Tx, report: string, now: string) => Promise<unknown>
}) {
  const { db, clock, videos, media } = near
  const touched = new Map<string, number>()
  const looked = new Map<string, number>()
  let draining: Promise<number> | undefined

  const held = (video: string, work: (tx: Tx, known: Known) => Promise<unknown>) =>
    db.tx(async (tx) => {
      const call = await tx.maybe(store.callForUpdate, { video })
      if (call) await work(tx, await videos.knownOf(tx, call))
    })

  async function lineEvent(event: Extract<MediaEvent, { room: string }>, generation: number | undefined) {
    if (generation === undefined) return
    const participant = event.peer
    await held(event.room, async (tx, known) => {
      const now = clock.now()
      const before = known.people.find(({ id }) => id === participant)
      if (!before || before.generation !== generation || isOver(known.call.state)) return
      if (event.t === 'line.up') {
        await videos.note(tx, known.call.id, now, 'feed', before, { generation, kinds: before.kinds })
        if (!media.isEarly) await videos.tellFeed(tx, known, before, 'up', now)
        if (before.role === 'reporter') await videos.sign(tx, known, now)
        return
      }
      const feed = { 'line.lost': 'lost', 'line.down': undefined, 'line.back': 'up' } as const
      const to = feed[event.t]
      const changed = await tx.maybe(store.markFeed, { participant, generation, feed: to })
      if (!changed) return
      await videos.note(tx, known.call.id, now, to === 'up' ? 'feed' : 'feed-lost', before, { generation })
      await videos.tellFeed(tx, known, changed, to ?? 'down', now)
      if (before.role === 'reporter') await tx.run(store.noteSignal, { video: known.call.id, now })
      if (before.role === 'reporter' && to === 'up') await videos.sign(tx, known, now)
    })
  }

  /** A phone's own pusher has begun to send. */
  async function pushed({ room: video, peer, generation: engine, kinds }: Pushed): Promise<void> {
    await held(video, async (tx, known) => {
      const now = clock.now()
      const one = present(known.people).find(({ id }) => id === peer)
      if (!one || isOver(known.call.state)) return
      const { generation } = await tx.one(store.markPublished, { participant: one.id, kinds: [...kinds] })
      media.begin(video, one.id, { engine, own: generation })
      if (known.call.state === 'invited') await videos.go(tx, known, 'accept', ['reporter'], now)
      else await videos.sign(tx, known, now)
      await videos.note(tx, video, now, 'feed', one, { generation, kinds, isPushed: true })
      await videos.tellFeed(tx, known, { id: one.id, generation, kinds: [...kinds] }, 'up', now)
    })
  }

  /** Nothing flows any more: every line is down, and the calls go on. */
  async function allDown(why: string): Promise<void> {
    for (const { id } of await db.all(store.openCalls))
      await held(id, async (tx, known) => {
        const now = clock.now()
        for (const one of known.people.filter(({ feed }) => feed !== undefined)) {
          const { id: participant, generation } = one
          await tx.maybe(store.markFeed, { participant, generation, feed: undefined })
          await videos.note(tx, id, now, 'feed-lost', one, { generation, why })
          await videos.tellFeed(tx, known, { ...one, kinds: [] }, 'down', now)
        }
      })
  }

  async function drainAll(): Promise<number> {
    let taken = 0
    for (let next = await media.nextEvent(); next; next = await media.nextEvent()) {
      taken += 1
      const { event, generation, isPushed } = next
      if (event.t === 'engine.down') await allDown('engine')
      else if (event.t === 'line.up' && isPushed) await pushed(event)
      else if ('room' in event) await lineEvent(event, generation)
    }
    return taken
  }

  /** What is allowed in this room is what flows in it, and a call that is over has no room. */
  async function look(video: string): Promise<number> {
    const call = await db.maybe(store.callById, { video })
    if (!call || isOver(call.state)) {
      await media.close(video)
      return 1
    }
    const known = await videos.knownOf(db, call)
    const rules = { isTalking: call.isTalking, isCovert: known.isCovert }
    const here = new Map(present(known.people).map((one) => [one.id as string, one]))
    let changed = 0
    for (const id of media.senders(video)) {
      const one = here.get(id)
      const others = [...here.values()].filter((each) => each.id !== id).map(({ role }) => role)
      if (one && maySendKinds(one.role, others, rules).length > 0) continue
      changed += 1
      await media.mute(video, id)
      if (one)
        await held(video, async (tx, fresh) => {
          const down = { participant: id, generation: one.generation, feed: undefined }
          const told = await tx.maybe(store.markFeed, down)
          if (told) await videos.tellFeed(tx, fresh, told, 'down', clock.now())
        })
    }
    return (
      changed +
      (await media.hold(video, (by, of) => {
        const [watcher, sender] = [here.get(by), here.get(of)]
        return watcher && sender ? mayReceive(watcher.role, sender.role, rules) : undefined
      }))
    )
  }

  return {
    touch: (video: string) => void touched.set(video, clock.steadyMs()),
    allDown,

    /** Takes what the engine has told, in its order; whoever asks meanwhile waits for the same round. */
    drain(): Promise<number> {
      draining ??= drainAll().finally(() => (draining = undefined))
      return draining
    },

    async look(): Promise<number> {
      const now = clock.steadyMs()
      let changed = 0
      for (const video of media.rooms()) {
        const isTouched = now - (touched.get(video) ?? -Infinity) <= touchedMs
        if (!isTouched && now - (looked.get(video) ?? -Infinity) < everyMs) continue
        looked.set(video, now)
        changed += await look(video)
      }
      for (const known of [touched, looked])
        for (const video of known.keys()) if (!media.rooms().includes(video)) known.delete(video)
      return changed
    },

    /** What was said through the phone ends where the contact policy does not let it go on. */
    async hush(tx: Tx, known: Known, now: string): Promise<boolean> {
      if (!known.call.isTalking || !isRefusal(await near.permit(tx, known.report.id, now))) return false
      await videos.talk(tx, known, false, undefined, now)
      return true
    },

    /** The minutes of an override run out by themselves. */
    async hushAll(): Promise<number> {
      let hushed = 0
      for (const { id } of await db.all(store.talkingCalls))
        await held(id, async (tx, known) => {
          if (await this.hush(tx, known, clock.now())) hushed += 1
        })
      return hushed
    },
  }
}
export type Watchkeeping = ReturnType<typeof openWatchkeeping>
