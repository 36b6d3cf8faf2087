import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRtp } from './core/rtp.ts'
import { readJournal } from './core/journal.ts'
import { openPeer, type Peer, type PeerAsk, type Received } from './engine.peer.ts'
import { journalsIn } from './mux/journal.files.ts'
import type { MediaEngine, MediaEvent, TrackKind, Transport } from './port.ts'
import { EngineRefusal } from './refusal.ts'

export type EngineUnderTest = {
  readonly name: string
  readonly transport?: Transport
  readonly open: () => Promise<MediaEngine>
  /** Ends the engine's own process as a crash would, if it has one that a test may kill. */
  readonly kill?: (engine: MediaEngine) => Promise<void>
  readonly mostRooms: number
  /**
   * It passes on what comes while it asks for the key frame, and pictures with the numbers that they had; a decoder waits
   * for the key frame by itself and begins with it anew.
   */
  readonly forwardsAtOnce?: boolean
}

/** 引擎契约 — what every engine behind the port does alike. Run against each of them. */
export function engineContract(under: EngineUnderTest): void {
  describe(`${under.name}`, () => {
    let engine: MediaEngine
    let folder: string
    let rooms = 0
    const events: MediaEvent[] = []
    const peers: Peer[] = []

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'open110-engine-'))
      engine = await under.open()
      engine.on((event) => events.push(event))
    })
    afterAll(async () => {
      for (const peer of peers) peer.close()
      await engine?.end()
      await rm(folder, { recursive: true, force: true })
    })

    const opened = async () => {
      const room = `room-${++rooms}`
      const journal = join(folder, room)
      await engine.open({ room, journal, maxVideoKbps: 1500 })
      return { room, journal }
    }
    const somebody = async (seed: number, more: Partial<PeerAsk> = {}) => {
      const peer = await openPeer({ engine, random: seeded(seed), ...more })
      peers.push(peer)
      return peer
    }
    const by = under.transport ? { transport: under.transport } : {}
    /** What a decoder that was shown nothing yet begins with. */
    const firstSeen = (received: readonly Received[]) =>
      under.forwardsAtOnce ? received.find(({ isKey }) => isKey) : received[0]
    const both: readonly TrackKind[] = ['audio', 'video']
    const told = (t: MediaEvent['t'], room: string) =>
      expect.poll(
        () => events.filter((event) => event.t === t && 'room' in event && event.room === room),
        within,
      )

    test('[ME22] what one publishes, another receives, and a third that comes later begins with a key frame', async () => {
      const { room } = await opened()
      const [phone, desk, unit] = await Promise.all([somebody(1), somebody(2), somebody(3)])
      expect(await phone.publish({ room, peer: 'phone', ...by })).toBe(1)
      await desk.watch({ room, peer: 'desk', of: 'phone', kinds: both, ...by })
      await phone.sends(20)
      await Promise.all([desk.hears('video', 40), desk.hears('audio', 20)])
      await told('line.up', room).toMatchObject([{ peer: 'phone', generation: 1, kinds: both }])
      const keys = phone.asked().keys
      await unit.watch({ room, peer: 'unit', of: 'phone', kinds: both, ...by })
      await flowing(phone, () => unit.received('video').length >= 20)
      expect(phone.asked().keys).toBeGreaterThan(keys)
      expect(firstSeen(unit.received('video'))).toMatchObject({ isKey: true })
      expect(gaps(desk.received('video'))).toEqual([])
      await engine.close({ room })
    })

    test('[ME23] what is routed off does not flow, what is routed on again goes on with a key frame', async () => {
      const { room } = await opened()
      const [phone, desk] = await Promise.all([somebody(4), somebody(5)])
      await phone.publish({ room, peer: 'phone', ...by })
      const watch = await desk.watch({ room, peer: 'desk', of: 'phone', kinds: both, ...by })
      await flowing(phone, () => desk.received('video').length > 20)
      await engine.route({ room, watch, kinds: ['audio'] })
      const off = phone.sent('video')
      const heard = desk.received('audio').length
      await flowing(phone, () => desk.received('audio').length > heard + 20)
      const since = () => desk.received('video').filter(({ place }) => place >= off)
      expect(since()).toEqual([])
      await engine.route({ room, watch, kinds: both })
      await flowing(phone, () => since().length > 20)
      expect(firstSeen(since())?.isKey).toBe(true)
      await engine.close({ room })
    })

    test('[ME24] a line that is published anew goes on in the same watch: numbers, times and picture ids without a break', async () => {
      const { room, journal } = await opened()
      const [phone, desk] = await Promise.all([somebody(6), somebody(7)])
      await phone.publish({ room, peer: 'phone', ...by })
      await desk.watch({ room, peer: 'desk', of: 'phone', kinds: both, ...by })
      await flowing(phone, () => desk.received('video').length > 30)
      for (const generation of [2, 3]) {
        expect(await phone.publish({ room, peer: 'phone', ...by })).toBe(generation)
        const anew = phone.sent('video')
        await flowing(phone, () => desk.received('video').filter(({ place }) => place >= anew).length > 30)
      }
      const picture = desk.received('video')
      expect(gaps(picture)).toEqual([])
      expect(gaps(desk.received('audio'))).toEqual([])
      expect(new Set(picture.map((each) => each.ssrc)).size).toBe(1)
      // Each packet belongs to the picture before or to the next one, and its time never goes back.
      const pictureStep = Math.max(...steps(picture, (each) => each.pictureId!, 2 ** 15))
      expect(under.forwardsAtOnce ? 1 : pictureStep).toBeLessThanOrEqual(1)
      expect(Math.max(...steps(picture, (each) => each.timestamp, 2 ** 32))).toBeLessThan(2 ** 31)
      await engine.close({ room })
      const kept = await journalsIn(journal)
      expect(kept.map(({ generation, kind }) => `${generation} ${kind}`)).toEqual(
        [1, 2, 3].flatMap((generation) => [`${generation} audio`, `${generation} video`]),
      )
    })

    test('[ME25] at 5 % loss on the way up nothing is missing in the journal', async () => {
      const { room, journal } = await opened()
      const phone = await somebody(8, { loses: 0.05 })
      await phone.publish({ room, peer: 'phone', ...by })
      await phone.sends(200)
      const kept = async (kind: TrackKind) => packetsIn(journal, kind)
      const wanted = phone.sent('video')
      await expect.poll(async () => (await kept('video')).size, within).toBeGreaterThanOrEqual(wanted * 0.99)
      expect(phone.asked().again).toBeGreaterThan(0)
      await engine.close({ room })
      expect((await kept('video')).size).toBeLessThanOrEqual(wanted)
    })

    test('[ME26] who leaves is gone, and a room that is closed has its journals whole', async () => {
      const { room, journal } = await opened()
      const [phone, desk] = await Promise.all([somebody(9), somebody(10)])
      await phone.publish({ room, peer: 'phone', ...by })
      await desk.watch({ room, peer: 'desk', of: 'phone', kinds: both, ...by })
      await flowing(phone, () => desk.received('video').length > 10)
      expect(await engine.stats({ room })).toMatchObject([{ peer: 'phone', generation: 1 }])
      await engine.leave({ room, peer: 'phone' })
      expect(await engine.stats({ room })).toEqual([])
      await told('line.down', room).toMatchObject([{ peer: 'phone', generation: 1 }])
      await engine.close({ room })
      expect((await packetsIn(journal, 'video')).size).toBe(phone.sent('video'))
      expect((await packetsIn(journal, 'audio')).size).toBe(phone.sent('audio'))
      await expect(engine.publish({ room, peer: 'phone', offer: 'v=0' })).rejects.toMatchObject({
        code: 'room-unknown',
      })
    })

    test('[ME27] a text that is no offer is refused, and everybody else goes on', async () => {
      const { room } = await opened()
      const [phone, desk] = await Promise.all([somebody(11), somebody(12)])
      await phone.publish({ room, peer: 'phone', ...by })
      await desk.watch({ room, peer: 'desk', of: 'phone', kinds: both, ...by })
      for (const offer of [
        '',
        'v=0',
        'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n',
        '\u0000'.repeat(2000),
        'x'.repeat(200_000),
      ]) {
        const refused = await engine
          .publish({ room, peer: 'bad', offer, ...by })
          .catch((cause: unknown) => cause)
        expect(refused).toBeInstanceOf(EngineRefusal)
        expect(refused).toMatchObject({ code: 'offer-unusable' })
      }
      await flowing(phone, () => desk.received('video').length > 10)
      await engine.close({ room })
    })

    test('[ME28] more rooms than it may hold are refused by a code, and open again when one is closed', async () => {
      const held: string[] = []
      const { rooms: before } = await engine.health()
      while (held.length < under.mostRooms - before) held.push((await opened()).room)
      await expect(opened()).rejects.toMatchObject({ code: 'rooms-full' })
      await engine.close({ room: held.pop()! })
      held.push((await opened()).room)
      for (const room of held) await engine.close({ room })
      expect(await engine.health()).toMatchObject({ ok: true, rooms: before })
    })

    test.skipIf(!under.kill)(
      '[ME29] a killed engine says that it is down and up again; the call goes on in the same journal',
      async () => {
        const { room, journal } = await opened()
        const phone = await somebody(13)
        await phone.publish({ room, peer: 'phone', ...by })
        await phone.sends(50, pictureMs)
        const sent = phone.sent('video')
        await under.kill!(engine)
        const lastTold = () => events.findLast((event) => event.t.startsWith('engine.'))?.t
        await expect.poll(lastTold, within).toBe('engine.up')
        expect(events.map((event) => event.t)).toContain('engine.down')
        const kept = await packetsIn(journal, 'video')
        expect(((sent - kept.size) / 3) * pictureMs).toBeLessThanOrEqual(300)
        await expect(engine.stats({ room })).rejects.toMatchObject({ code: 'room-unknown' })
        await engine.open({ room, journal, maxVideoKbps: 1500 })
        expect(await phone.publish({ room, peer: 'phone', ...by })).toBe(2)
        await phone.sends(10)
        await engine.close({ room })
        expect((await journalsIn(journal)).map((file) => file.generation)).toEqual([1, 1, 2, 2])
      },
    )

    test('[ME30] calls that come and go leave no room behind', async () => {
      const before = await engine.health()
      for (let n = 0; n < 8; n++) {
        const { room } = await opened()
        const [phone, desk] = await Promise.all([somebody(100 + n), somebody(200 + n)])
        await phone.publish({ room, peer: 'phone', ...by })
        await desk.watch({ room, peer: 'desk', of: 'phone', kinds: ['video'], ...by })
        await flowing(phone, () => desk.received('video').length > 0)
        await engine.close({ room })
        phone.close()
        desk.close()
      }
      expect(await engine.health()).toEqual(before)
    })
  })
}

/** At 25 pictures a second. */
const pictureMs = 40
const within = { timeout: 15_000, interval: 50 }

/** Sends on until it is so: how fast the machine is does not matter. */
async function flowing(phone: Peer, isSo: () => boolean): Promise<void> {
  for (let n = 0; n < 2000 && !isSo(); n++) await phone.sends(1)
  expect(isSo()).toBe(true)
}

/** Places between the first and the last number at which nothing came. */
function gaps(received: readonly Received[]): number[] {
  const missing: number[] = []
  for (const [at, { sequence }] of received.entries()) {
    const before = received[at - 1]
    if (before && sequence !== before.sequence + 1) missing.push(before.sequence + 1)
  }
  return missing
}

const steps = (received: readonly Received[], of: (each: Received) => number, size: number): number[] =>
  received.slice(1).map((each, at) => (of(each) - of(received[at]!) + size) % size)

async function packetsIn(journal: string, kind: TrackKind): Promise<Set<string>> {
  const found = new Set<string>()
  for (const file of await journalsIn(journal)) {
    if (file.kind !== kind) continue
    for (const { packet } of readJournal(await readFile(file.path)).records) {
      const read = readRtp(packet)
      if (read) found.add(`${file.generation}/${read.ssrc}/${read.sequence}`)
    }
  }
  return found
}

/** The same seed tells the same story (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
