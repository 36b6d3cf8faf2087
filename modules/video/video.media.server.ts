import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Clock } from '@open110/kit/time'
import type { MediaEngine, MediaEvent, TrackKind, Transport, Watched } from '@open110/media/port'

export type Media = ReturnType<typeof openMedia>
type No = Refusal<'video.engine-away' | 'video.offer-invalid'>
const away = () => refuse('video.engine-away')

/** A line as the engine counts it and as the call does: the call's number outlives the engine's process. */
type Line = { readonly engine: number; readonly own: number }
type Watch = { readonly by: string; readonly of: string; kinds: readonly TrackKind[] }
type Room = {
  readonly opened: Promise<unknown>
  readonly lines: Map<string, Line>
  readonly watches: Map<string, Watch>
  /** Who may send by an address of their own: such a line begins without an offer. */
  readonly pushers: Set<string>
  /** Publishing that the engine has taken and the tables do not know yet. */
  noting: Promise<unknown>
}

/** What somebody receives hangs on a peer of its own, so that their sending can be ended without it. */
const earOf = (participant: string) => `${participant}-ear`

/** 引擎边上 — what this process knows of the rooms that it has opened. Who may do what is asked before anything comes here. */
export function openMedia(given: {
  engine: MediaEngine | undefined
  /** The journals of each call lie in a folder of its own below. */
  folder: string
  clock: Clock
  onFault: (fault: unknown) => void
  /** The engine has told something: it lies ready to be taken. */
  onEvent: () => void
}) {
  const { engine } = given
  const rooms = new Map<string, Room>()
  const closing = new Map<string, Promise<unknown>>()
  const events: MediaEvent[] = []
  let isUp = engine !== undefined
  const ends = engine?.on((event) => {
    if (event.t === 'engine.down') {
      isUp = false
      rooms.clear()
    }
    if (event.t === 'engine.up') isUp = true
    events.push(event)
    given.onEvent()
  })

  /** A room of its own folder each time it is opened: nothing that was kept is ever written over. */
  async function roomOf(on: MediaEngine, video: string, maxVideoKbps: number): Promise<Room> {
    const known = rooms.get(video)
    if (known) {
      await known.opened
      return known
    }
    const journal = join(given.folder, video, given.clock.now().replaceAll(/[-:.]/g, ''))
    const opened = mkdir(journal, { recursive: true, mode: 0o700 }).then(() =>
      on.open({ room: video, journal, maxVideoKbps }),
    )
    const room: Room = {
      opened,
      lines: new Map(),
      watches: new Map(),
      pushers: new Set(),
      noting: Promise.resolve(),
    }
    rooms.set(video, room)
    try {
      await opened
    } catch (fault) {
      rooms.delete(video)
      throw fault
    }
    return room
  }

  /** Named degradation: without the engine single pictures, voice and words go on. */
  async function tried<Done>(work: (on: MediaEngine) => Promise<Done>): Promise<Done | No> {
    if (!engine || !isUp) return away()
    try {
      return await work(engine)
    } catch (fault) {
      const code = (fault as { code?: string }).code
      if (code === 'offer-unusable') return refuse('video.offer-invalid')
      if (code === undefined || code === 'engine-away') given.onFault(fault)
      return away()
    }
  }

  return {
    /** Whether there is an engine at all. */
    isThere: engine !== undefined,
    isUp: () => isUp,
    /** A line may be watched from the moment of its offer on; otherwise from its first packet. */
    isEarly: engine !== undefined && !engine.caps().offersWatches,
    rooms: () => [...rooms.keys()],

    publish: (
      ask: { video: string; participant: string; offer: string; transport?: Transport | undefined },
      maxVideoKbps: number,
      /** Writes the line down, and gives the number by which the call knows it; or why it must not be. */
      note: (kinds: readonly TrackKind[]) => Promise<number | Refusal<'video.over'>>,
    ): Promise<{ answer: string; generation: number } | Refusal<'video.over'> | No> =>
      tried(async (on) => {
        const room = await roomOf(on, ask.video, maxVideoKbps)
        const { video, participant, offer, transport } = ask
        const work = on
          .publish({ room: video, peer: participant, offer, ...(transport && { transport }) })
          .then(async ({ answer, kinds, generation: engineOwn }) => {
            const generation = await note(kinds)
            if (isRefusal(generation)) {
              await on.leave({ room: video, peer: participant })
              return generation
            }
            room.lines.set(participant, { engine: engineOwn, own: generation })
            return { answer, generation }
          })
        room.noting = work.catch(() => undefined)
        return work
      }),

    watch: (
      ask: {
        video: string
        participant: string
        of: string
        offer: string
        kinds: readonly TrackKind[]
        transport?: Transport | undefined
      },
      maxVideoKbps: number,
    ): Promise<Watched | No> =>
      tried(async (on) => {
        const room = await roomOf(on, ask.video, maxVideoKbps)
        const { video, participant, of, offer, kinds, transport } = ask
        const by = earOf(participant)
        const watched = await on.watch({
          room: video,
          peer: by,
          of,
          offer,
          kinds,
          ...(transport && { transport }),
        })
        // The picture before stays until the new one moves; what was before that is left over.
        const same = [...room.watches].filter(([, one]) => one.by === participant && one.of === of)
        for (const [older] of same.slice(0, -1)) {
          room.watches.delete(older)
          await on.unwatch({ room: video, watch: older }).catch(given.onFault)
        }
        room.watches.set(watched.watch, { by: participant, of, kinds })
        return watched
      }),

    answered: (ask: { video: string; watch: string; answer: string }) =>
      tried((on) => on.answered({ room: ask.video, watch: ask.watch, answer: ask.answer })),
    watchOf: (video: string, watch: string) => rooms.get(video)?.watches.get(watch),

    /** Nobody receives more than `allowed` says; a kind that was taken from a watch comes back with a new one. How many were changed. */
    async hold(
      video: string,
      allowed: (by: string, of: string) => readonly TrackKind[] | undefined,
    ): Promise<number> {
      const room = rooms.get(video)
      let changed = 0
      for (const [watch, { by, of, kinds }] of room?.watches ?? []) {
        const may = allowed(by, of)
        const left = kinds.filter((kind) => may?.includes(kind))
        if (left.length === kinds.length) continue
        changed += 1
        room?.watches.delete(watch)
        if (left.length > 0) room?.watches.set(watch, { by, of, kinds: left })
        await tried((on) =>
          left.length > 0
            ? on.route({ room: video, watch, kinds: left })
            : on.unwatch({ room: video, watch }),
        )
      }
      return changed
    },

    /** Where this participant's own pusher sends to; undefined: the engine takes none. */
    push: (video: string, participant: string, maxVideoKbps: number) =>
      tried(async (on) => {
        const room = await roomOf(on, video, maxVideoKbps)
        const address = await on.ingest({ room: video, peer: participant })
        if (address) room.pushers.add(participant)
        return address
      }),
    /** A pushed line has begun, and this is the number by which the call knows it. */
    begin: (video: string, participant: string, line: Line) =>
      void rooms.get(video)?.lines.set(participant, line),

    /** Ends what they send; what they receive goes on. */
    async mute(video: string, participant: string): Promise<void> {
      const room = rooms.get(video)
      if (!room?.lines.delete(participant)) return
      for (const [watch, { of }] of room.watches) if (of === participant) room.watches.delete(watch)
      await tried((on) => on.leave({ room: video, peer: participant }))
    },
    /** Who sends in this room as far as this process has taken it. */
    senders: (video: string) => [...(rooms.get(video)?.lines.keys() ?? [])],

    /** Ends the room; afterwards its journals are whole. */
    async close(video: string): Promise<void> {
      if (rooms.delete(video))
        closing.set(
          video,
          tried((on) => on.close({ room: video })).finally(() => closing.delete(video)),
        )
      await closing.get(video)
    },

    stats: (video: string) => tried((on) => on.stats({ room: video })),

    /** The next thing that the engine has told, with the number by which the call knows the line. */
    async nextEvent(): Promise<
      { event: MediaEvent; generation: number | undefined; isPushed: boolean } | undefined
    > {
      const event = events.shift()
      if (!event) return undefined
      if (!('room' in event)) return { event, generation: undefined, isPushed: false }
      const room = rooms.get(event.room)
      await room?.noting
      const line = room?.lines.get(event.peer)
      const generation = line?.engine === event.generation ? line.own : undefined
      const isPushed = generation === undefined && room?.pushers.has(event.peer) === true
      return { event, generation, isPushed }
    },

    async end(): Promise<void> {
      ends?.()
      await engine?.end()
    },
  }
}
