import { setTimeout as wait } from 'node:timers/promises'
import type { EngineCaps, MediaEngine, MediaEvent } from '../port.ts'
import { EngineRefusal } from '../refusal.ts'
import { openLine, type JanusLine, type Told } from './line.ts'
import { openRecordings } from './files.ts'
import { destroyRoom } from './room.create.ts'
import { openRoom, type JanusRoom } from './room.ts'

export type JanusEngineSettings = {
  readonly url: string
  readonly secret: string
  /** The same folder as Janus sees it, when that is another path than here. */
  readonly folderThere?: (folder: string) => string
  readonly mostRooms?: number
  /** What went wrong where nobody waits for an answer. */
  readonly onFault: (fault: unknown) => void
}

const pausesMs = [200, 500, 1_000, 2_000, 5_000]

/**
 * 外部媒体引擎 — Janus behind the port, for many calls and many machines: a room is a room of its videoroom plugin, every
 * publication and every watch a handle of its own. Browsers never speak to Janus, only picture and sound go there.
 */
export function openJanusEngine(settings: JanusEngineSettings): MediaEngine {
  const ears = new Set<(event: MediaEvent) => void>()
  const rooms = new Map<string, Promise<JanusRoom>>()
  /** The folder of every room that is open, or was when the line ended. */
  const journals = new Map<string, string>()
  /** Ids of watches to their rooms' names are told by the caller; the id alone is ours. */
  let watches = 0
  let line: JanusLine | undefined
  let isEnding = false
  let wasHere = false
  let why = 'not connected yet'

  const tell = (event: MediaEvent) => {
    for (const hear of ears) hear(event)
  }
  const heard = async (told: Told) => {
    for (const room of rooms.values()) if (await (await room).heard(told)) return
  }
  /** Rooms that a lost line has left; what was recorded in them is closed before anybody opens them anew. */
  const endLeftOver = async (on: JanusLine) => {
    for (const [room, journal] of journals) {
      journals.delete(room)
      try {
        await destroyRoom(on, room)
        await (await openRecordings(journal)).takeOver()
      } catch (fault) {
        settings.onFault(fault) // the recording is there, and says itself that it has no chain
      }
    }
  }
  let tried = () => {}
  const firstTry = new Promise<void>((done) => (tried = done))
  const connect = async (): Promise<void> => {
    for (let tries = 0; !isEnding; tries++) {
      try {
        line = await openLine({
          ...settings,
          onTold: (told) => void heard(told).catch(settings.onFault),
          onEnd: (reason) => {
            line = undefined
            why = reason
            rooms.clear()
            if (isEnding) return
            tell({ t: 'engine.down', why: reason })
            void connect()
          },
        })
        await endLeftOver(line)
        if (isEnding) line.close()
        else if (wasHere) tell({ t: 'engine.up' })
        wasHere = true
        tried()
        return
      } catch (fault) {
        why = String(fault)
        if (tries === 0) settings.onFault(fault)
        tried()
        await wait(pausesMs[Math.min(tries, pausesMs.length - 1)], undefined, { ref: false })
      }
    }
  }
  const caps: EngineCaps = {
    simulcast: true,
    transports: ['native'],
    mostRooms: settings.mostRooms ?? 200,
    takesRtmp: false,
    offersWatches: true,
  }
  const roomOf = async (room: string): Promise<JanusRoom> => {
    const found = rooms.get(room)
    if (!found) throw line ? new EngineRefusal('room-unknown') : new EngineRefusal('engine-away', why)
    return found
  }
  const close = async (room: string) => {
    const closing = rooms.get(room)
    if (!closing) return
    rooms.delete(room)
    await (await closing).close()
    journals.delete(room)
  }
  void connect()

  return {
    id: 'janus',
    caps: () => caps,
    async health() {
      await firstTry
      return { ok: line !== undefined, rooms: rooms.size, ...(!line && { why }) }
    },
    async open({ room, journal, maxVideoKbps }) {
      await firstTry
      if (rooms.has(room)) return void (await rooms.get(room))
      if (!line || isEnding) throw new EngineRefusal('engine-away', why)
      if (rooms.size >= caps.mostRooms) throw new EngineRefusal('rooms-full')
      const journalThere = settings.folderThere?.(journal) ?? journal
      const { onFault } = settings
      const opening = openRoom({ line, room, journal, journalThere, maxVideoKbps, tell, onFault })
      rooms.set(room, opening)
      journals.set(room, journal)
      await opening.catch((fault: unknown) => {
        rooms.delete(room)
        journals.delete(room)
        throw fault
      })
    },
    publish: async ({ room, peer, offer }) => (await roomOf(room)).publish(peer, offer),
    async watch({ room, peer, of, kinds }) {
      const watch = `jw${++watches}`
      return { watch, ...(await (await roomOf(room)).watch(watch, peer, of, kinds)) }
    },
    answered: async ({ room, watch, answer }) => (await roomOf(room)).answered(watch, answer),
    route: async ({ room, watch, kinds, layer }) => (await roomOf(room)).route(watch, kinds, layer),
    unwatch: async ({ room, watch }) => (await roomOf(room)).unwatch(watch),
    leave: async ({ room, peer }) => (await roomOf(room)).leave(peer),
    close: ({ room }) => close(room),
    stats: async ({ room }) => (await roomOf(room)).stats(),
    ingest: async () => undefined,
    on(hear) {
      ears.add(hear)
      return () => ears.delete(hear)
    },
    async end() {
      isEnding = true
      for (const room of [...rooms.keys()]) await close(room).catch(settings.onFault)
      line?.close()
    },
  }
}
