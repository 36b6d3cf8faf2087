import type { EngineCaps, MediaEngine, MediaEvent, TrackKind } from '@open110/media/port'

type Line = { generation: number; kinds: readonly TrackKind[] }
type FakeWatch = { peer: string; of: string; kinds: readonly TrackKind[] }
type FakeRoom = { lines: Map<string, Line>; watches: Map<string, FakeWatch>; journal: string }

export type FakeEngine = MediaEngine & {
  /** The first packet of what this peer has offered comes in. */
  comesUp(room: string, peer: string): void
  /** A phone's own pusher begins. */
  pushes(room: string, peer: string): void
  tells(t: 'line.lost' | 'line.back' | 'line.down', room: string, peer: string): void
  /** Its process dies, and is started anew. */
  crashes(): void
  recovers(): void
  /** What flows in this room now, as `of>peer kinds`. */
  flows(room: string): string[]
  sends(room: string): string[]
  /** Rooms that were opened, and where each keeps its journals. */
  journals(): ReadonlyMap<string, string>
  /** Offers lie unanswered until what this gives is called; `held` counts them. */
  holds(): () => void
  held(): number
  /** Every room it can hold is taken. */
  fills(isFull: boolean): void
}

/** 演示引擎 — keeps the books of an engine and carries nothing. */
export function openFakeEngine(given: { offersWatches?: boolean } = {}): FakeEngine {
  const rooms = new Map<string, FakeRoom>()
  const folders = new Map<string, string>()
  const hearers = new Set<(event: MediaEvent) => void>()
  let isUp = true
  let isFull = false
  let watches = 0
  let waiting = 0
  let gate: Promise<void> | undefined
  const caps: EngineCaps = {
    simulcast: false,
    transports: ['native', 'portable'],
    mostRooms: 20,
    takesRtmp: true,
    offersWatches: given.offersWatches ?? false,
  }
  const tell = (event: MediaEvent) => {
    for (const hear of hearers) hear(event)
  }
  const no = (code: string) => Object.assign(new Error(code), { code })
  const roomOf = (room: string) => {
    if (!isUp) throw no('engine-away')
    const found = rooms.get(room)
    if (!found) throw no('room-unknown')
    return found
  }
  const kindsIn = (offer: string): TrackKind[] =>
    (['audio', 'video'] as const).filter((kind) => offer.includes(`m=${kind}`))

  return {
    id: 'embedded',
    caps: () => caps,
    health: async () => ({ ok: isUp, rooms: rooms.size }),
    async open({ room, journal }) {
      if (!isUp) throw no('engine-away')
      if (rooms.has(room)) return
      if (isFull) throw no('rooms-full')
      rooms.set(room, { lines: new Map(), watches: new Map(), journal })
      folders.set(room, journal)
    },
    async publish({ room, peer, offer }) {
      waiting += 1
      await gate
      waiting -= 1
      const { lines } = roomOf(room)
      if (offer.includes('unusable')) throw no('offer-unusable')
      const generation = (lines.get(peer)?.generation ?? 0) + 1
      const kinds = kindsIn(offer)
      lines.set(peer, { generation, kinds })
      return { answer: `v=0\r\nanswer to ${peer} ${generation}`, generation, kinds }
    },
    async watch({ room, peer, of, kinds, offer }) {
      const { watches: open, lines } = roomOf(room)
      if (offer.includes('unusable')) throw no('offer-unusable')
      if (!lines.has(of)) throw no('peer-unknown')
      const watch = `w${watches++}`
      open.set(watch, { peer, of, kinds })
      const words = `v=0\r\nline of ${of}`
      return given.offersWatches ? { watch, offer: words } : { watch, answer: words }
    },
    async answered({ room, watch }) {
      if (!roomOf(room).watches.has(watch)) throw no('watch-unknown')
    },
    async route({ room, watch, kinds }) {
      const found = roomOf(room).watches.get(watch)
      if (!found) throw no('watch-unknown')
      found.kinds = kinds
    },
    async unwatch({ room, watch }) {
      roomOf(room).watches.delete(watch)
    },
    async leave({ room, peer }) {
      const { lines, watches: open } = roomOf(room)
      lines.delete(peer)
      for (const [watch, one] of open) if (one.peer === peer || one.of === peer) open.delete(watch)
    },
    async close({ room }) {
      roomOf(room)
      rooms.delete(room)
    },
    stats: async ({ room }) =>
      [...roomOf(room).lines].map(([peer, { generation }]) => ({
        peer,
        generation,
        kbps: 700,
        lost: 0,
        silentMs: 20,
      })),
    async ingest({ room, peer }) {
      roomOf(room)
      return { url: `rtmp://media.example/${room}/${peer}` }
    },
    on(hear) {
      hearers.add(hear)
      return () => void hearers.delete(hear)
    },
    async end() {
      rooms.clear()
    },

    comesUp(room, peer) {
      const line = rooms.get(room)?.lines.get(peer)
      if (line) tell({ t: 'line.up', room, peer, generation: line.generation, kinds: line.kinds })
    },
    pushes(room, peer) {
      const lines = rooms.get(room)?.lines
      const line: Line = { generation: (lines?.get(peer)?.generation ?? 0) + 1, kinds: ['audio', 'video'] }
      lines?.set(peer, line)
      tell({ t: 'line.up', room, peer, ...line })
    },
    tells(t, room, peer) {
      const line = rooms.get(room)?.lines.get(peer)
      if (line) tell({ t, room, peer, generation: line.generation })
    },
    crashes() {
      isUp = false
      rooms.clear()
      tell({ t: 'engine.down', why: 'killed' })
    },
    recovers() {
      isUp = true
      tell({ t: 'engine.up' })
    },
    flows: (room) =>
      [...(rooms.get(room)?.watches.values() ?? [])].map(
        ({ peer, of, kinds }) => `${of}>${peer.replace('-ear', '')} ${kinds.join('+')}`,
      ),
    sends: (room) => [...(rooms.get(room)?.lines.keys() ?? [])],
    journals: () => folders,
    holds() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return () => {
        gate = undefined
        resolve()
      }
    },
    held: () => waiting,
    fills: (next) => void (isFull = next),
  }
}
