import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openRewrite, type Source } from './rewrite.ts'
import { openUnwrap, payloadOf, readRtp, writeRtp, type RtpPacket } from './rtp.ts'
import { readVp8, startsVp8Key } from './vp8.ts'

const line = { ssrc: 0x110, payloadTypes: { vp8: 100, opus: 111 } }

/** One encoder as a browser runs it: its numbers begin anywhere, a key frame first and then when it is told. */
function camera(seed: {
  sequence: number
  timestamp: number
  picture: number
  tl0: number
  isLong: boolean
}) {
  let { sequence, timestamp, picture, tl0 } = seed
  return {
    frame(isKey: boolean, pieces: number, passedMs: number): RtpPacket[] {
      timestamp = (timestamp + passedMs * 90) >>> 0
      picture = (picture + 1) & (seed.isLong ? 0x7fff : 0x7f)
      tl0 = (tl0 + 1) & 0xff
      return Array.from({ length: pieces }, (_, piece) => {
        const id = seed.isLong ? [0x80 | (picture >> 8), picture & 0xff] : [picture]
        const head = [0x80 | (piece === 0 ? 0x10 : 0), 0xc0, ...id, tl0]
        const body = piece > 0 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : isKey ? keyFrame : deltaFrame
        const numbers = { sequence, timestamp, ssrc: 7, payloadType: 96, marker: piece === pieces - 1 }
        sequence = (sequence + 1) & 0xffff
        return readRtp(writeRtp(numbers, Uint8Array.from([...head, ...body])))!
      })
    },
  }
}
const keyFrame = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]
const deltaFrame = [0x11, 0, 0, 1, 2, 3, 4, 5, 6, 7]

test('[ME5][ME6] three lines of one phone are one line to who watches: numbers, times and picture ids go on', () => {
  const start = fc.record({
    sequence: fc.nat(0xffff),
    timestamp: fc.nat(0xffffffff),
    picture: fc.nat(0x7f),
    tl0: fc.nat(0xff),
    isLong: fc.boolean(),
  })
  const shots = fc.array(
    fc.record({ pieces: fc.integer({ min: 1, max: 5 }), wait: fc.integer({ min: 10, max: 900 }) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  const generation = fc.record({ start, shots, gapMs: fc.nat(40_000) })
  fc.assert(
    fc.property(
      fc.array(generation, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      (generations, isPausing) => {
        const rewrite = openRewrite(line)
        const sequences = openUnwrap(16)
        const times = openUnwrap(32)
        let last: { out: number; time: number; at: number; picture: number; tl0: number } | undefined
        let now = 1_000
        for (const [index, { start: seed, shots: frames, gapMs }] of generations.entries()) {
          now += gapMs
          const phone = camera(seed)
          const source: Source = { id: index, codec: 'vp8' }
          for (const [nth, { pieces, wait }] of frames.entries()) {
            now += wait
            const isKey = nth === 0 || (isPausing && nth % 7 === 5)
            if (isPausing && nth % 7 === 3) rewrite.pause()
            for (const packet of phone.frame(isKey, pieces, wait)) {
              const bytes = rewrite.pass(source, packet, now)
              if (!bytes) continue
              const sent = readRtp(bytes)!
              const { pictureId, tl0PicIdx } = readVp8(sent)!
              const out = sequences(sent.sequence)
              const time = times(sent.timestamp)
              expect(sent).toMatchObject({ ssrc: 0x110, payloadType: 100, marker: packet.marker })
              if (last) {
                const isNewPicture = time !== last.time
                expect(out).toBe(last.out + 1)
                expect(Math.abs(time - last.time - (now - last.at) * 90)).toBeLessThanOrEqual(90)
                const mask = pictureId!.bits === 15 ? 0x7fff : 0x7f
                expect(pictureId!.value).toBe((last.picture + (isNewPicture ? 1 : 0)) & mask)
                expect(tl0PicIdx!.value).toBe((last.tl0 + (isNewPicture ? 1 : 0)) & 0xff)
              }
              last = { out, time, at: now, picture: pictureId!.value, tl0: tl0PicIdx!.value }
            }
          }
          if (last && !seed.isLong) return // a short id forgets what a long one counted; such browsers do not mix them
        }
      },
    ),
    { numRuns: 200 },
  )
})

test('[ME7] a picture is taken up only at a key frame, and what was replaced does not come back', () => {
  const rewrite = openRewrite(line)
  const seed = { sequence: 5, timestamp: 5, picture: 5, tl0: 5, isLong: true }
  const old = camera(seed)
  const fresh = camera({ ...seed, sequence: 9_000 })
  const first: Source = { id: 1, codec: 'vp8' }
  const second: Source = { id: 2, codec: 'vp8' }
  expect(rewrite.pass(first, old.frame(false, 1, 40)[0]!, 0)).toBeUndefined()
  expect(rewrite.wantsKey()).toBe(true)
  expect(rewrite.pass(first, old.frame(true, 1, 40)[0]!, 40)).toBeDefined()
  expect(rewrite.wantsKey()).toBe(false)
  expect(rewrite.pass(second, fresh.frame(false, 1, 40)[0]!, 80)).toBeUndefined()
  expect(rewrite.pass(first, old.frame(false, 1, 40)[0]!, 80)).toBeDefined()
  expect(rewrite.pass(second, fresh.frame(true, 1, 40)[0]!, 120)).toBeDefined()
  expect(rewrite.pass(first, old.frame(true, 1, 40)[0]!, 120)).toBeUndefined()
  expect(rewrite.pass({ id: 3, codec: 'h264' }, fresh.frame(true, 1, 40)[0]!, 160)).toBeUndefined()
})

test('[ME7] what was sent before the key frame and comes after it is not let in between', () => {
  const rewrite = openRewrite(line)
  const phone = camera({ sequence: 65_535, timestamp: 5, picture: 5, tl0: 5, isLong: true })
  const [late] = phone.frame(false, 1, 40)
  const key = phone.frame(true, 2, 40)
  const source: Source = { id: 1, codec: 'vp8' }
  expect(rewrite.pass(source, key[0]!, 0)).toBeDefined()
  expect(rewrite.pass(source, late!, 1)).toBeUndefined()
  expect(rewrite.pass(source, key[1]!, 2)).toBeDefined()
})

test('[ME8] what a watcher asks for again is found under its sender’s own number, over a change of lines too', () => {
  const rewrite = openRewrite({ ...line, firstSequence: 65_530 })
  const sent = new Map<number, { id: string | number; sequence: number }>()
  for (const id of ['1', '2']) {
    const phone = camera({ sequence: 65_533, timestamp: 0, picture: 0, tl0: 0, isLong: true })
    for (let nth = 0; nth < 6; nth++) {
      for (const packet of phone.frame(nth === 0, 2, 40)) {
        const bytes = rewrite.pass({ id, codec: 'vp8' }, packet, nth * 40)!
        sent.set(readRtp(bytes)!.sequence, { id, sequence: packet.sequence })
      }
    }
  }
  for (const [out, { id, sequence }] of sent)
    expect(rewrite.sourceOf(out)).toEqual({ source: { id, codec: 'vp8' }, sequence })
  expect(rewrite.sourceOf(65_529)).toBeUndefined()
})

test('[ME5] a silence in a sound line stays as long as it was, and a lost packet stays missing', () => {
  const rewrite = openRewrite(line)
  const source: Source = { id: 1, codec: 'opus' }
  const sound = (sequence: number) =>
    readRtp(
      writeRtp({ sequence, timestamp: sequence * 960, ssrc: 1, payloadType: 9 }, Uint8Array.of(0xfc, 1)),
    )!
  const at = (sequence: number, now: number) => readRtp(rewrite.pass(source, sound(sequence), now)!)!
  const first = at(100, 0)
  const afterLoss = at(102, 40)
  expect(afterLoss.sequence - first.sequence).toBe(2)
  rewrite.pause()
  const afterPause = at(500, 10_040)
  expect(afterPause.sequence - afterLoss.sequence).toBe(1)
  expect(afterPause.timestamp - afterLoss.timestamp).toBe(480_000)
  expect([...payloadOf(afterPause)]).toEqual([0xfc, 1])
})

test('[ME9] only the first piece of a frame is read as its header', () => {
  const second = Uint8Array.from([0x80, 0x80, 0x05, ...keyFrame])
  const first = Uint8Array.from([0x90, 0x80, 0x05, ...keyFrame])
  const numbers = { sequence: 1, timestamp: 1, ssrc: 1, payloadType: 96 }
  expect(startsVp8Key(readRtp(writeRtp(numbers, second))!)).toBe(false)
  expect(startsVp8Key(readRtp(writeRtp(numbers, first))!)).toBe(true)
  for (let end = 0; end < first.length; end++)
    expect(startsVp8Key(readRtp(writeRtp(numbers, first.subarray(0, end)))!)).toBe(false)
})
