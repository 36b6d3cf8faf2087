import type { Codec } from '../core/rtp.ts'
import { openJournal } from '../mux/journal.files.ts'
import type { LineStats, MediaEvent, Published, TrackKind, Transport, Watched } from '../port.ts'
import { EngineRefusal } from '../refusal.ts'
import { readOffer, writeAnswer, type Accepted, type Offer, type Section } from './description.ts'
import { openLine, type Line, type LineTrack } from './line.ts'
import type { Carrier, Link } from './transport.ts'
import { openWatch, type Watch, type WatchTrack } from './watch.ts'

/** 房间 — the lines of its peers and who watches which; everything in it is kept in one folder. */
export type Room = {
  publish(ask: { peer: string; offer: string; transport?: Transport }): Promise<Published>
  /** A line whose packets somebody else takes in: a pusher that speaks RTMP has no connection of this kind. */
  plain(ask: { peer: string; tracks: readonly LineTrack[] }): PlainLine
  watch(ask: {
    peer: string
    of: string
    offer: string
    kinds: readonly TrackKind[]
    transport?: Transport
  }): Promise<Watched>
  route(ask: { watch: string; kinds: readonly TrackKind[] }): void
  unwatch(watch: string): void
  leave(peer: string): Promise<void>
  stats(): LineStats[]
  tick(now: number): void
  close(): Promise<void>
}

export type PlainLine = {
  readonly generation: number
  /** RTP or RTCP, under the payload type that its track was announced with. */
  rtp(packet: Uint8Array): void
  close(): Promise<void>
}

export type RoomAsk = {
  readonly room: string
  readonly journal: string
  readonly maxVideoKbps: number
  /** The highest generation of each peer that already has files here. */
  readonly generations: ReadonlyMap<string, number>
  readonly now: () => number
  /** A number of 32 bits that nobody guesses. */
  readonly number: () => number
  readonly watchName: () => string
  readonly carrier: (transport: Transport | undefined) => Carrier
  readonly tell: (event: MediaEvent) => void
  readonly fault: (what: string, cause: unknown) => void
}

type Sending = { readonly line: Line; readonly link: Link | undefined; endsAt?: number }
type Watching = { readonly watch: Watch; readonly link: Link }

export function openRoom(ask: RoomAsk): Room {
  const { room, now } = ask
  const sendings = new Map<string, Sending[]>()
  const watchings = new Map<string, Watching>()
  const generations = new Map(ask.generations)
  let isClosed = false

  const linesOf = (peer: string) => (sendings.get(peer) ?? []).map(({ line }) => line)

  function begin(
    peer: string,
    tracks: readonly LineTrack[],
    offer: Offer | undefined,
    link: () => Link | undefined,
  ): Line {
    const generation = (generations.get(peer) ?? 0) + 1
    generations.set(peer, generation)
    const sequenceId = offer?.sections.find((section) => section.transportSequenceId)?.transportSequenceId
    return openLine({
      peer,
      generation,
      tracks,
      ...(sequenceId ? { transportSequenceId: sequenceId } : {}),
      maxVideoKbps: ask.maxVideoKbps,
      now,
      send: (packet) => link()?.send(packet),
      journal: (kind, codec) =>
        openJournal({ folder: ask.journal, peer, generation, kind, codec, openedAtMs: now() }, (cause) =>
          ask.fault('journal', cause),
        ),
      changed: (line, state) => changed(line, state),
      packet: (line, stream, packet, at) => {
        for (const { watch } of watchings.values())
          if (watch.of === peer) watch.packet(line, stream, packet, at)
      },
      clock: (line, stream, clock) => {
        for (const { watch } of watchings.values()) if (watch.of === peer) watch.clock(line, stream, clock)
      },
    })
  }

  function changed(line: Line, state: 'up' | 'lost' | 'back' | 'down'): void {
    const { peer, generation, kinds } = line
    if (state === 'up') {
      ask.tell({ t: 'line.up', room, peer, generation, kinds })
      // What the old line still has on its way is kept, and then it ends: the new one carries on.
      for (const older of sendings.get(peer) ?? []) {
        if (older.line.generation < generation) older.endsAt ??= now() + retireAfterMs
      }
    } else ask.tell({ t: `line.${state}`, room, peer, generation })
    if (state === 'down') {
      const sending = sendings.get(peer)?.find((each) => each.line === line)
      if (sending) endSoon(sending)
    }
  }

  function endSoon(sending: Sending): void {
    end(sending).catch((cause: unknown) => ask.fault('ending a line', cause))
  }

  async function end(sending: Sending): Promise<void> {
    const { peer } = sending.line
    const left = (sendings.get(peer) ?? []).filter((each) => each !== sending)
    if (left.length > 0) sendings.set(peer, left)
    else sendings.delete(peer)
    sending.link?.close()
    await sending.line.close()
  }

  async function publish({
    peer,
    offer: text,
    transport,
  }: Parameters<Room['publish']>[0]): Promise<Published> {
    const offer = readOffer(text)
    const accepted = new Map<Section, LineTrack>()
    for (const section of offer?.sections ?? []) {
      const format = preferred(section)
      // Chromium repeats sound too when it is asked, though it offers that for pictures alone; others pay no heed.
      if (section.sends && format) accepted.set(section, { kind: section.kind, ...format, repeats: true })
    }
    if (!offer || accepted.size === 0) throw new EngineRefusal('offer-unusable')
    // One that was answered and never came will not: this offer stands in its place.
    for (const older of sendings.get(peer) ?? []) if (older.line.state() === 'opening') await end(older)
    let link: Link | undefined
    const line = begin(peer, [...accepted.values()], offer, () => link)
    try {
      link = await ask.carrier(transport).connect(offer, { packet: line.heard, state: line.standing })
    } catch (cause) {
      await line.close()
      throw cause
    }
    keep({ line, link })
    const answer = writeAnswer(offer, link.local, (section): Accepted | undefined => {
      const track = accepted.get(section)
      if (!track) return undefined
      const format = section.formats.find(({ payloadType }) => payloadType === track.payloadType)
      return { direction: 'recvonly', formats: format ? [format] : [], maxKbps: ask.maxVideoKbps }
    })
    return { answer, generation: line.generation, kinds: line.kinds }
  }

  function keep(sending: Sending): void {
    if (isClosed) {
      sending.link?.close()
      throw new EngineRefusal('room-unknown')
    }
    sendings.set(sending.line.peer, [...(sendings.get(sending.line.peer) ?? []), sending])
  }

  async function watch(asked: Parameters<Room['watch']>[0]): Promise<Watched> {
    const { peer, of, kinds, transport } = asked
    const offer = readOffer(asked.offer)
    const tracks = new Map<Section, WatchTrack>()
    for (const section of offer?.sections ?? []) {
      if (!section.receives || !kinds.includes(section.kind)) continue
      const payloadTypes: Partial<Record<Codec, number>> = {}
      for (const { codec, payloadType } of section.formats) payloadTypes[codec] ??= payloadType
      tracks.set(section, { kind: section.kind, ssrc: ask.number(), payloadTypes })
    }
    if (!offer || tracks.size === 0) throw new EngineRefusal('offer-unusable')
    const id = ask.watchName()
    const watching = openWatch({
      id,
      peer,
      of,
      kinds,
      tracks: [...tracks.values()],
      now,
      send: (packet) => watchings.get(id)?.link.send(packet),
      lines: () => linesOf(of),
      lineOf: (generation) => linesOf(of).find((line) => String(line.generation) === generation),
      ended: () => unwatch(id),
    })
    const hear = { packet: watching.heard, state: watching.standing }
    const link = await ask.carrier(transport).connect(offer, hear)
    if (isClosed) {
      link.close()
      throw new EngineRefusal('room-unknown')
    }
    watchings.set(id, { watch: watching, link })
    const answer = writeAnswer(offer, link.local, (section): Accepted | undefined => {
      const track = tracks.get(section)
      return track && { direction: 'sendonly', formats: section.formats, ssrc: track.ssrc, stream: of }
    })
    return { watch: id, answer }
  }

  function unwatch(id: string): void {
    const watching = watchings.get(id)
    watchings.delete(id)
    watching?.link.close()
  }

  return {
    publish,
    plain({ peer, tracks }) {
      const line = begin(peer, tracks, undefined, () => undefined)
      const sending: Sending = { line, link: undefined }
      keep(sending)
      return { generation: line.generation, rtp: line.heard, close: () => end(sending) }
    },
    watch,
    route({ watch: id, kinds }) {
      const watching = watchings.get(id)
      if (!watching) throw new EngineRefusal('watch-unknown')
      watching.watch.route(kinds)
    },
    unwatch,
    async leave(peer) {
      for (const [id, { watch: each }] of watchings) if (each.peer === peer) unwatch(id)
      await Promise.all((sendings.get(peer) ?? []).map(end))
    },
    stats: () => [...sendings.values()].flatMap((all) => (all.length ? [all.at(-1)!.line.stats(now())] : [])),
    tick(at) {
      for (const sending of [...sendings.values()].flat()) {
        if (sending.endsAt !== undefined && at >= sending.endsAt) endSoon(sending)
        else sending.line.tick(at)
      }
      for (const { watch: each } of watchings.values()) each.tick(at)
    },
    async close() {
      isClosed = true
      for (const id of watchings.keys()) unwatch(id)
      await Promise.all([...sendings.values()].flat().map(end))
    },
  }
}

const retireAfterMs = 500

/** VP8 first: old phones have no H.264, and those that have it make mistakes in it (media.md 6.6). */
function preferred(section: Section): Section['formats'][number] | undefined {
  const order: readonly Codec[] = ['opus', 'vp8', 'h264']
  return section.formats.toSorted((a, b) => order.indexOf(a.codec) - order.indexOf(b.codec))[0]
}
