import type { Layer, LineStats, MediaEvent, Published, TrackKind } from '../port.ts'
import { EngineRefusal } from '../refusal.ts'
import { openRecordings } from './files.ts'
import { JanusRefusal, type JanusLine, type Told } from './line.ts'
import { createRoom } from './room.create.ts'
import { kindsIn, startable } from './sdp.ts'

/** 推流 — one line of one peer: a handle of its own, and a feed of its own in the room. */
type Feed = {
  readonly peer: string
  readonly generation: number
  readonly handle: number
  readonly feed: string
  readonly mids: ReadonlyMap<TrackKind, string>
  /** Kinds of which packets come now. */
  readonly flowing: Set<TrackKind>
  /** Comes when its connection stands: before that Janus shows it to nobody. False: it never did. */
  readonly stands: Promise<boolean>
  stood(isSo: boolean): void
  isUp: boolean
  isLost: boolean
  silentSince: number
  lost: { packets: number; at: number }
  grown: { bytes: number; at: number }
}
/** 收看 — the connection by which one peer receives another one's line. */
type Watch = {
  readonly peer: string
  readonly of: string
  readonly handle: number
  /** The line that flows into it now. */
  feed: string
  answer?: string
  /** Our own section for each kind, in the offer that Janus made. */
  readonly mids: ReadonlyMap<TrackKind, string>
}

const substreams: Record<Layer, number> = { high: 2, middle: 1, low: 0 }

export type JanusRoom = Awaited<ReturnType<typeof openRoom>>

/** 房间 — a room of the videoroom plugin, with what we know of it. It dies with the line that it was opened on. */
export async function openRoom(ask: {
  readonly line: JanusLine
  readonly room: string
  readonly journal: string
  /** The same folder as Janus sees it. */
  readonly journalThere: string
  readonly maxVideoKbps: number
  readonly tell: (event: MediaEvent) => void
  readonly onFault: (fault: unknown) => void
}) {
  const { line, room, journal, tell } = ask
  const feeds = new Map<string, Feed>()
  /** Lines that a newer one has taken the place of, until that one is up. */
  const old = new Map<string, Feed>()
  const watches = new Map<string, Watch>()
  const control = await createRoom(line, ask)
  const recordings = await openRecordings(journal)
  const { generations } = recordings

  const about = ({ peer, generation }: Feed) => ({ room, peer, generation })
  const drop = async (handle: number) => {
    await line.detach(handle).catch((fault: unknown) => {
      if (!(fault instanceof JanusRefusal)) throw fault // it has gone by itself
    })
  }
  /** The line is over, and what was kept of it is ours. */
  const finish = async (feed: Feed) => {
    feed.stood(false)
    await drop(feed.handle)
    await recordings.takeOver(feed)
  }
  /** Every watcher of this peer is moved to the new line; what it shows goes on in the same connection. */
  const moveWatchers = async (feed: Feed) => {
    for (const watch of watches.values()) {
      if (watch.of !== feed.peer || watch.feed === feed.feed) continue
      watch.feed = feed.feed
      const streams = [...watch.mids].flatMap(([kind, sub_mid]) => {
        const mid = feed.mids.get(kind)
        return mid === undefined ? [] : [{ feed: feed.feed, mid, sub_mid }]
      })
      if (streams.length === 0) continue
      const { jsep } = await line.ask(watch.handle, { request: 'switch', streams })
      // When the line before is gone Janus offers the same sections once more; what the browser said still holds.
      if (jsep && watch.answer)
        await line.ask(watch.handle, { request: 'start' }, { type: 'answer', sdp: watch.answer })
    }
    await line.ask(feed.handle, { request: 'configure', keyframe: true })
  }
  const feedOf = (handle: number): Feed | undefined =>
    [...feeds.values(), ...old.values()].find((feed) => feed.handle === handle)

  const packetsCome = async (feed: Feed) => {
    if (feed.isLost) {
      feed.isLost = false
      tell({ t: 'line.back', ...about(feed) })
    }
    if (feed.isUp) return
    feed.isUp = true
    tell({ t: 'line.up', ...about(feed), kinds: [...feed.mids.keys()] })
    await recordings.name()
    await moveWatchers(feed)
    const before = old.get(feed.peer)
    old.delete(feed.peer)
    if (before) await finish(before)
  }

  return {
    journal,
    async publish(peer: string, offer: string): Promise<Published> {
      const generation = (generations.get(peer) ?? 0) + 1
      generations.set(peer, generation)
      const name = `${peer}.${generation}`
      if (!offer.includes('\nm=')) throw new EngineRefusal('offer-unusable')
      const handle = await line.attach()
      const { jsep } = await line
        .ask(
          handle,
          { request: 'joinandconfigure', ptype: 'publisher', room, id: name, record: true, filename: name },
          { type: 'offer', sdp: startable(offer) },
        )
        .catch(async (fault: unknown) => {
          await drop(handle)
          throw plain(fault)
        })
      if (!jsep) throw new EngineRefusal('offer-unusable')
      const mids = kindsIn(jsep.sdp)
      const now = performance.now()
      let stood: Feed['stood'] = () => {}
      const stands = new Promise<boolean>((done) => (stood = done))
      const before = feeds.get(peer)
      feeds.set(peer, {
        peer,
        generation,
        handle,
        feed: name,
        mids,
        flowing: new Set(),
        stands,
        stood,
        isUp: false,
        isLost: false,
        silentSince: now,
        lost: { packets: 0, at: now },
        grown: { bytes: 0, at: now },
      })
      // A line that carries goes on until the new one does; what never came up goes at once, and nobody waits for that.
      const gone = before?.isUp ? old.get(peer) : before
      if (before?.isUp) old.set(peer, before)
      if (gone) void finish(gone).catch(ask.onFault)
      return { answer: jsep.sdp, generation, kinds: [...mids.keys()] }
    },

    async watch(
      id: string,
      peer: string,
      of: string,
      kinds: readonly TrackKind[],
    ): Promise<{ offer: string }> {
      // While a newer line comes up the one before still flows, and its watchers are moved with the others.
      const feed = old.get(of) ?? feeds.get(of)
      const late = setTimeout(() => feed?.stood(false), standsWithinMs)
      const isThere = await feed?.stands
      clearTimeout(late)
      if (!feed || !isThere) throw new EngineRefusal('peer-unknown')
      const handle = await line.attach()
      const wanted = kinds.filter((kind) => feed.mids.has(kind))
      const { data, jsep } = await line
        .ask(handle, {
          request: 'join',
          ptype: 'subscriber',
          room,
          autoupdate: false, // when the line ends the watch waits for the next one
          streams: wanted.map((kind) => ({ feed: feed.feed, mid: feed.mids.get(kind) })),
        })
        .catch(async (fault: unknown) => {
          await drop(handle)
          throw fault
        })
      if (!jsep) throw new Error('Janus made no offer for a watcher')
      const streams = data['streams'] as readonly { type: TrackKind; mid: string }[]
      watches.set(id, {
        peer,
        of,
        handle,
        feed: feed.feed,
        mids: new Map(streams.map(({ type, mid }) => [type, mid])),
      })
      return { offer: jsep.sdp }
    },

    async answered(id: string, answer: string) {
      const watch = known(watches, id)
      watch.answer = startable(answer)
      await line
        .ask(watch.handle, { request: 'start' }, { type: 'answer', sdp: watch.answer })
        .catch((fault: unknown) => {
          throw plain(fault)
        })
    },

    async route(id: string, kinds: readonly TrackKind[], layer?: Layer) {
      const watch = known(watches, id)
      const streams = [...watch.mids].map(([kind, mid]) => ({
        mid,
        send: kinds.includes(kind),
        ...(kind === 'video' && layer && { substream: substreams[layer] }),
      }))
      await line.ask(watch.handle, { request: 'configure', streams })
      const feed = feeds.get(watch.of)
      if (feed && kinds.includes('video'))
        await line.ask(feed.handle, { request: 'configure', keyframe: true })
    },

    async unwatch(id: string) {
      const watch = watches.get(id)
      watches.delete(id)
      if (watch) await drop(watch.handle)
    },

    async leave(peer: string) {
      const lines = [feeds.get(peer), old.get(peer)].filter((feed) => feed !== undefined)
      feeds.delete(peer)
      old.delete(peer)
      for (const [id, watch] of watches) {
        if (watch.peer !== peer) continue
        watches.delete(id)
        await drop(watch.handle)
      }
      for (const feed of lines) {
        await finish(feed)
        tell({ t: 'line.down', ...about(feed) })
      }
    },

    /** Afterwards Janus has closed every file of it. */
    async close() {
      const all = [...watches.values(), ...feeds.values(), ...old.values()]
      await Promise.all(all.map(({ handle }) => drop(handle)))
      watches.clear()
      feeds.clear()
      old.clear()
      await line.ask(control, { request: 'destroy', room })
      await drop(control)
      await recordings.takeOver()
    },

    /** What Janus says of a handle of this room; false when it is none of ours. */
    async heard(told: Told): Promise<boolean> {
      const feed = told.sender === undefined ? undefined : feedOf(told.sender)
      if (!feed) return false
      if (told.janus === 'webrtcup') feed.stood(true)
      if (told.janus === 'slowlink' && told.uplink) {
        feed.lost = { packets: told.lost ?? 0, at: performance.now() }
      }
      if (told.janus === 'media') {
        const kind = told.type as TrackKind
        if (told.receiving) feed.flowing.add(kind)
        else feed.flowing.delete(kind)
        if (told.receiving) await packetsCome(feed)
        else if (feed.flowing.size === 0 && !feed.isLost) {
          feed.isLost = true
          feed.silentSince = performance.now()
          tell({ t: 'line.lost', ...about(feed) })
        }
      }
      if (told.janus === 'hangup') {
        if (old.get(feed.peer) === feed) old.delete(feed.peer)
        else {
          // The new line has failed; the one before it may still carry.
          const before = old.get(feed.peer)
          old.delete(feed.peer)
          if (before) feeds.set(feed.peer, before)
          else feeds.delete(feed.peer)
        }
        await finish(feed)
        tell({ t: 'line.down', ...about(feed) })
      }
      return true
    },

    async stats(): Promise<LineStats[]> {
      const all: LineStats[] = []
      for (const feed of feeds.values()) {
        const bytes = await recordings.bytesOf(feed)
        const now = performance.now()
        const spanMs = Math.max(1, now - feed.grown.at)
        all.push({
          peer: feed.peer,
          generation: feed.generation,
          kbps: Math.max(0, Math.round(((bytes - feed.grown.bytes) * 8) / spanMs)),
          lost: now - feed.lost.at < 3_000 ? Math.min(1, feed.lost.packets / packetsASecond) : 0,
          silentMs: feed.flowing.size > 0 ? 0 : Math.round(now - feed.silentSince),
        })
        feed.grown = { bytes, at: now }
      }
      return all
    },
  }
}

/** 465: a description that is none. */
const plain = (fault: unknown) =>
  fault instanceof JanusRefusal && fault.code === 465
    ? new EngineRefusal('offer-unusable', fault.message)
    : fault

const standsWithinMs = 4_000
/** Janus tells of losses in packets a second; a line with picture has about this many. */
const packetsASecond = 100

function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const one = all.get(id)
  if (!one) throw new EngineRefusal('watch-unknown')
  return one
}
