import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { buildNack, buildPli, buildSr, readRtcp, type Rtcp } from '../core/rtcp.ts'
import { isRtcp, readRtp, writeRtp } from '../core/rtp.ts'
import { offerText } from '../engine.peer.ts'
import type { MediaEvent, TrackKind } from '../port.ts'
import type { Local } from './description.ts'
import { openRouter, type Router } from './router.ts'
import type { Carrier, LinkHears } from './transport.ts'

const local: Local = {
  ufrag: 'abcd',
  password: 'abcdefghijklmnopqrstuv',
  fingerprint: `sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  setup: 'passive',
  candidates: [],
}

/** A carrier without a network: what the router sends is kept, what the test says has come. */
type FakeLink = LinkHears & { readonly sent: Uint8Array[]; isClosed: boolean }
function stage() {
  const links: FakeLink[] = []
  const events: MediaEvent[] = []
  const faults: unknown[] = []
  let at = 1_000_000
  let numbers = 100
  const carrier: Carrier = {
    transport: 'native',
    async connect(_, hear) {
      const link: FakeLink = { ...hear, sent: [], isClosed: false }
      links.push(link)
      return { local, send: (packet) => link.sent.push(packet), close: () => (link.isClosed = true) }
    },
    end: () => {},
  }
  const router = openRouter({
    carriers: [carrier],
    mostRooms: 2,
    now: () => at,
    number: () => ++numbers,
    process: 'p',
    tell: (event) => events.push(event),
    fault: (_, cause) => faults.push(cause),
  })
  return {
    router,
    links,
    events,
    faults,
    after(ms: number) {
      for (const until = at + ms; at < until;) {
        at = Math.min(until, at + 15)
        router.tick()
      }
    },
    told: (t: Rtcp['t'], link: FakeLink) =>
      link.sent
        .filter(isRtcp)
        .flatMap(readRtcp)
        .filter((part) => part.t === t),
  }
}

const folders: string[] = []
const routers: Router[] = []
afterEach(async () => {
  for (const each of routers.splice(0)) await each.end()
  for (const each of folders.splice(0)) await rm(each, { recursive: true, force: true })
})

const both: readonly TrackKind[] = ['audio', 'video']
async function call() {
  const on = stage()
  const journal = await mkdtemp(join(tmpdir(), 'open110-router-'))
  folders.push(journal)
  routers.push(on.router)
  await on.router.open({ room: 'r', journal, maxVideoKbps: 900 })
  const offer = offerText(local, 'sendonly', both, (kind) => (kind === 'video' ? 7 : 8))
  const published = await on.router.publish({ room: 'r', peer: 'phone', offer })
  const phone = on.links.at(-1)!
  return { ...on, published, phone, offer }
}
async function watched() {
  const on = await call()
  const offer = offerText(local, 'recvonly', both)
  const { watch } = await on.router.watch({ room: 'r', peer: 'desk', of: 'phone', offer, kinds: both })
  const desk = on.links.at(-1)!
  return { ...on, desk, watch }
}

/** One packet of a picture by itself: a descriptor with a picture id, and the head of a key frame or of another. */
function picture(sequence: number, isKey: boolean, transportSequence = sequence): Uint8Array {
  const payload = new Uint8Array(40)
  payload.set([0x90, 0x80, 0x80, sequence & 0x7f])
  payload.set([isKey ? 0x10 : 0x11, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01], 4)
  const bytes = writeRtp(
    { payloadType: 96, sequence, timestamp: sequence * 3_600, ssrc: 7, marker: true },
    payload,
  )
  const wide = new Uint8Array(bytes.length + 8)
  wide.set(bytes.subarray(0, 12))
  wide[0] = bytes[0]! | 0x10
  wide.set([0xbe, 0xde, 0, 1, 0x31, transportSequence >> 8, transportSequence & 0xff, 0], 12)
  wide.set(bytes.subarray(12), 20)
  return wide
}
const sound = (sequence: number) =>
  writeRtp({ payloadType: 111, sequence, timestamp: sequence * 960, ssrc: 8 }, new Uint8Array(20))
const pictures = (link: FakeLink) =>
  link.sent.flatMap((bytes) => readRtp(bytes) ?? []).filter((packet) => packet.payloadType === 96)

test('[ME21] every packet that came is told to its sender within a tenth of a second, and what the room allows each second', async () => {
  const { phone, after, told } = await call()
  for (const sequence of [1, 2, 4, 5]) phone.packet(picture(sequence, sequence === 1))
  after(100)
  const [feedback] = told('twcc', phone) as Extract<Rtcp, { t: 'twcc' }>[]
  expect(feedback).toMatchObject({ base: 1, media: 7 })
  const has = feedback?.arrivals.map((each) => each !== undefined)
  expect(has).toEqual([true, true, false, true, true])
  after(1_000)
  expect(told('remb', phone)).toMatchObject([{ bitsPerSecond: 900_000, ssrcs: [7] }])
  const [report] = told('rr', phone) as Extract<Rtcp, { t: 'rr' }>[]
  expect(report?.reports).toMatchObject([{ ssrc: 7, totalLost: 1, fractionLost: 51, highestSequence: 5 }])
})

test('[ME25] what is missing is asked for at once and again, and after a second a key frame instead', async () => {
  const { phone, after, told } = await call()
  phone.packet(picture(1, true))
  phone.packet(picture(3, false))
  expect(told('nack', phone)).toMatchObject([{ media: 7, lost: [2] }])
  after(200)
  expect(told('nack', phone).length).toBeGreaterThanOrEqual(4)
  expect(told('pli', phone)).toEqual([])
  after(1_000)
  expect(told('pli', phone).length).toBeGreaterThan(0)
})

test('[ME25] sound is asked for again too, though no browser offers to repeat it', async () => {
  const { router, offer, links, told } = await call()
  const plain = offer.replace('a=rtcp-fb:111 nack\r\n', '')
  const { answer } = await router.publish({ room: 'r', peer: 'phone', offer: plain })
  expect(answer).not.toContain('a=rtcp-fb:111 nack')
  const phone = links.at(-1)!
  phone.packet(sound(1))
  phone.packet(sound(4))
  expect(told('nack', phone)).toMatchObject([{ media: 8, lost: [2, 3] }])
})

test('[ME34] a key frame is asked for when a watch comes up and when it asks, and not twice in half a second', async () => {
  const { phone, desk, after, told } = await watched()
  phone.packet(picture(1, true))
  after(600)
  desk.state('up')
  phone.packet(picture(2, false))
  expect(told('pli', phone)).toHaveLength(1)
  expect(pictures(desk)).toEqual([])
  phone.packet(picture(3, true))
  expect(pictures(desk)).toHaveLength(1)
  for (let n = 0; n < 5; n++) desk.packet(buildPli(1, pictures(desk)[0]!.ssrc))
  after(30)
  expect(told('pli', phone)).toHaveLength(2)
  for (let n = 0; n < 5; n++) desk.packet(buildPli(1, pictures(desk)[0]!.ssrc))
  after(30)
  expect(told('pli', phone)).toHaveLength(2)
})

test('[ME34] a picture that nobody watches still has a key frame every ten seconds, for whoever seeks in it later', async () => {
  const { phone, after, told } = await call()
  phone.packet(picture(1, true))
  for (let second = 1; second <= 9; second++) {
    phone.packet(picture(1 + second, false))
    after(1_000)
  }
  expect(told('pli', phone)).toEqual([])
  after(1_100)
  expect(told('pli', phone)).toHaveLength(1)
})

test('[ME35] a watcher gets again what it asks for, as it was; and nothing that it was never sent', async () => {
  const { phone, desk } = await watched()
  desk.state('up')
  for (const sequence of [10, 11, 12]) phone.packet(picture(sequence, sequence === 10))
  const [first, second] = pictures(desk)
  desk.packet(buildNack(1, second!.ssrc, [second!.sequence, (first!.sequence + 700) & 0xffff]))
  const after = pictures(desk)
  expect(after).toHaveLength(4)
  expect(after[3]!.bytes).toEqual(second!.bytes)
})

test('[ME36] a silent line is lost, comes back by itself, and one that never came is down', async () => {
  const { router, phone, after, events, links, offer } = await call()
  phone.packet(sound(1))
  after(4_000)
  phone.packet(sound(2))
  const line = { room: 'r', peer: 'phone', generation: 1 }
  expect(events).toEqual([
    { t: 'line.up', ...line, kinds: both },
    { t: 'line.lost', ...line },
    { t: 'line.back', ...line },
  ])
  expect(await router.stats({ room: 'r' })).toMatchObject([{ peer: 'phone', silentMs: 0 }])
  await router.publish({ room: 'r', peer: 'nobody', offer })
  after(31_000)
  expect(events.at(-1)).toMatchObject({ t: 'line.down', peer: 'nobody' })
  expect(links.at(-1)!.isClosed).toBe(true)
})

test('[ME37] picture and sound are laid together at the watcher by the clock of the sender', async () => {
  const { phone, desk, told } = await watched()
  desk.state('up')
  phone.packet(picture(1, true))
  const clock = { ntpSeconds: 9, ntpFraction: 5, timestamp: 3_600 + 90, packets: 1, octets: 1 }
  phone.packet(buildSr(7, clock))
  const [sent] = pictures(desk)
  expect(told('sr', desk)).toMatchObject([
    { ssrc: sent!.ssrc, ntpSeconds: 9, ntpFraction: 5, timestamp: sent!.timestamp + 90, packets: 1 },
  ])
})

test('[ME36] a rebuilt line takes over when its first packet comes, and the old one ends by itself', async () => {
  const { router, phone, desk, events, links, offer, after } = await watched()
  desk.state('up')
  phone.packet(picture(1, true))
  await router.publish({ room: 'r', peer: 'phone', offer })
  const anew = links.at(-1)!
  phone.packet(picture(2, false))
  anew.packet(picture(500, false))
  phone.packet(picture(3, false))
  anew.packet(picture(501, true))
  phone.packet(picture(4, true))
  // The old picture moves until the new one can be shown, and is never gone back to, by one that came later either.
  const late = await router.watch({
    room: 'r',
    peer: 'unit',
    of: 'phone',
    offer: offerText(local, 'recvonly', both),
    kinds: both,
  })
  const unit = links.at(-1)!
  unit.state('up')
  anew.packet(picture(502, true))
  phone.packet(picture(5, true))
  expect(pictures(unit)).toHaveLength(1)
  await router.unwatch({ room: 'r', watch: late.watch })
  expect(unit.isClosed).toBe(true)
  expect(pictures(desk).map((packet) => packet.sequence)).toEqual([1, 2, 3, 4, 5])
  expect(phone.isClosed).toBe(false)
  after(1_000)
  expect(phone.isClosed).toBe(true)
  expect(anew.isClosed).toBe(false)
  expect(events.at(-1)).toMatchObject({ t: 'line.down', generation: 1 })
})

test('[ME27] packets of strangers, cut packets and packets of no format that was agreed change nothing', async () => {
  const { phone, desk, faults, events } = await watched()
  desk.state('up')
  for (const bytes of [
    new Uint8Array(0),
    new Uint8Array(3),
    Uint8Array.of(0x80, 96),
    new Uint8Array(1500).fill(255),
  ]) {
    phone.packet(bytes)
    desk.packet(bytes)
  }
  phone.packet(writeRtp({ payloadType: 50, sequence: 1, timestamp: 1, ssrc: 7 }, new Uint8Array(9)))
  expect(events).toEqual([])
  phone.packet(picture(1, true))
  const stranger = picture(2, true)
  stranger[11] = 99
  phone.packet(stranger)
  expect(pictures(desk)).toHaveLength(1)
  expect(faults).toEqual([])
})

test('[ME38] a browser without VP8 sends H.264, and what it does not offer is not promised', async () => {
  const { router, offer, links, desk, events } = await watched()
  const other = offer
    .replace('VP8/90000', 'H264/90000')
    .replace(/(a=rtpmap:96 .*)/, '$1\r\na=fmtp:96 packetization-mode=1;profile-level-id=42e01f')
  const { answer } = await router.publish({ room: 'r', peer: 'phone', offer: other })
  expect(answer).toContain('a=rtpmap:96 H264/90000')
  links.at(-1)!.packet(picture(1, true))
  expect(events.at(-1)).toMatchObject({ t: 'line.up', generation: 2 })
  // The desk named no H.264, so it is not sent what it could not read.
  desk.state('up')
  links.at(-1)!.packet(picture(2, true))
  expect(pictures(desk)).toEqual([])
})

test('[ME22] a line without a connection of its own, as of a pusher, is kept and watched like any other', async () => {
  const { router, desk, events } = await watched()
  desk.state('up')
  await router.leave({ room: 'r', peer: 'phone' })
  const tracks = [{ kind: 'video', codec: 'vp8', payloadType: 96, repeats: false }] as const
  const line = router.plain({ room: 'r', peer: 'phone', tracks })
  line.rtp(picture(1, true))
  line.rtp(picture(3, false))
  expect(pictures(desk)).toHaveLength(2)
  expect(events.at(-1)).toMatchObject({ t: 'line.up', generation: 2, kinds: ['video'] })
  await line.close()
  expect(await router.stats({ room: 'r' })).toEqual([])
})

test('[ME27] who sends or asks for far more than anybody can need is not served at the others’ cost', async () => {
  const { phone, desk, after, router } = await watched()
  desk.state('up')
  // 900 kbit/s are allowed: some 700 kB in a second are far above, whatever a key frame takes.
  for (let sequence = 1; sequence <= 30_000; sequence++) phone.packet(picture(sequence, sequence === 1))
  const came = pictures(desk).length
  expect(came).toBeGreaterThan(5_000)
  expect(came).toBeLessThan(12_000)
  after(1_000)
  phone.packet(picture(30_001, true))
  expect(pictures(desk)).toHaveLength(came + 1)
  expect(await router.stats({ room: 'r' })).toMatchObject([{ peer: 'phone' }])

  const { ssrc, sequence } = pictures(desk).at(-2)!
  const lost = Array.from({ length: 100 }, (_, back) => (sequence - 99 + back) & 0xffff)
  for (let n = 0; n < 20; n++) desk.packet(buildNack(1, ssrc, lost))
  expect(pictures(desk).length - came - 1).toBeLessThanOrEqual(500)
})
