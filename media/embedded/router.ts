import { mkdir } from 'node:fs/promises'
import { journalsIn } from '../mux/journal.files.ts'
import type { EngineHealth, LineStats, MediaEngine, MediaEvent, Transport } from '../port.ts'
import { EngineRefusal } from '../refusal.ts'
import { openRoom, type PlainLine, type Room } from './room.ts'
import type { LineTrack } from './line.ts'
import type { Carrier } from './transport.ts'

/** 路由 — the rooms of one process. It has no clock, no timer and no randomness of its own. */
export type Router = Pick<
  MediaEngine,
  'open' | 'publish' | 'watch' | 'route' | 'unwatch' | 'leave' | 'close' | 'stats' | 'end'
> & {
  plain(ask: { room: string; peer: string; tracks: readonly LineTrack[] }): PlainLine
  /** Refuses a room that is not open and a name that no peer can have. */
  expects(room: string, peer: string): void
  health(): EngineHealth
  /** Every 10–20 ms: what is asked for again, reported, found lost. */
  tick(): void
}

export type RouterAsk = {
  readonly carriers: readonly Carrier[]
  readonly mostRooms: number
  /** Milliseconds since 1970 that never step back. */
  readonly now: () => number
  readonly number: () => number
  /** Distinguishes this process's watches from those of one before it. */
  readonly process: string
  readonly tell: (event: MediaEvent) => void
  readonly fault: (what: string, cause: unknown) => void
}

/** A room and a peer name files. */
const named = /^[\w-]{1,80}$/

export function openRouter(ask: RouterAsk): Router {
  const rooms = new Map<string, Room>()
  const opening = new Map<string, Promise<void>>()
  let watches = 0
  let isEnding = false

  const roomOf = (id: string): Room => {
    const room = rooms.get(id)
    if (!room) throw new EngineRefusal('room-unknown')
    return room
  }
  const nameOf = (peer: string): string => {
    if (!named.test(peer))
      throw new EngineRefusal('peer-unknown', 'a peer is named by letters, digits, - and _')
    return peer
  }
  /** What was not asked for by name is the first one there is; what was asked for and is not here is that, too. */
  const carrier = (transport: Transport | undefined): Carrier => {
    const found = ask.carriers.find((each) => each.transport === transport) ?? ask.carriers[0]
    if (!found) throw new EngineRefusal('not-here', 'no transport')
    return found
  }

  async function begin({ room, journal, maxVideoKbps }: Parameters<MediaEngine['open']>[0]): Promise<void> {
    await mkdir(journal, { recursive: true })
    const generations = new Map<string, number>()
    for (const { peer, generation } of await journalsIn(journal)) {
      generations.set(peer, Math.max(generation, generations.get(peer) ?? 0))
    }
    const { now, number, tell, fault } = ask
    const watchName = () => `${ask.process}-${++watches}`
    const shared = { now, number, tell, fault, carrier, watchName }
    rooms.set(room, openRoom({ ...shared, room, journal, maxVideoKbps, generations }))
  }

  return {
    async open(what) {
      const { room } = what
      if (rooms.has(room)) return
      const already = opening.get(room)
      if (already) return already
      if (isEnding || rooms.size + opening.size >= ask.mostRooms) throw new EngineRefusal('rooms-full')
      const begun = begin(what).finally(() => opening.delete(room))
      opening.set(room, begun)
      return begun
    },
    publish: async ({ room, peer, ...what }) => roomOf(room).publish({ ...what, peer: nameOf(peer) }),
    watch: async ({ room, peer, ...what }) => roomOf(room).watch({ ...what, peer: nameOf(peer) }),
    route: async ({ room, ...what }) => roomOf(room).route(what),
    unwatch: async ({ room, watch }) => rooms.get(room)?.unwatch(watch),
    leave: async ({ room, peer }) => rooms.get(room)?.leave(peer),
    async close({ room }) {
      const closing = rooms.get(room)
      rooms.delete(room)
      await closing?.close()
    },
    stats: async ({ room }): Promise<readonly LineStats[]> => roomOf(room).stats(),
    async end() {
      isEnding = true
      await Promise.all([...rooms.values()].map((room) => room.close()))
      rooms.clear()
      for (const each of ask.carriers) each.end()
    },
    plain: ({ room, peer, tracks }) => roomOf(room).plain({ peer: nameOf(peer), tracks }),
    expects(room, peer) {
      roomOf(room)
      nameOf(peer)
    },
    health: () => ({ ok: !isEnding && ask.carriers.length > 0, rooms: rooms.size }),
    tick() {
      const at = ask.now()
      for (const room of rooms.values()) room.tick(at)
    },
  }
}
