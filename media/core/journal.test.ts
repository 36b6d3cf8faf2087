import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainLine, chainStart, readChain, verifyChain, type ChainLine, type Hash } from './chain.ts'
import { journalHead, journalRecord, openJournalReader, readJournal } from './journal.ts'

const head = {
  kind: 'video',
  codec: 'vp8',
  openedAtMs: 1_790_000_000_000.5,
  firstAtMs: 1_790_000_000_123.25,
} as const
const packets = [[1, 2, 3], [], [4, 5, 6, 7, 8], [0x4d, 0x45, 0x45, 0x54]].map((each) =>
  Uint8Array.from(each),
)
const pieces = [journalHead(head), ...packets.map((packet, i) => journalRecord(i * 20, packet))]
const whole = Buffer.concat(pieces)

test('[ME11] the file is what Janus writes, to the byte', () => {
  const json = '{"t":"v","c":"vp8","s":1790000000000500,"u":1790000000123250}'
  expect(Buffer.from(pieces[0]!).toString('latin1')).toBe(
    `MJR00002\0${String.fromCharCode(json.length)}${json}`,
  )
  expect(Buffer.from(pieces[3]!).toString('hex')).toBe('4d454554' + '00000028' + '0005' + '0405060708')
})

test('[ME11] cut at whatever byte, every whole record before it is read and the rest is told', () => {
  const ends = pieces.map((_, i) => Buffer.concat(pieces.slice(0, i + 1)).length)
  for (let end = 0; end <= whole.length; end++) {
    const journal = readJournal(whole.subarray(0, end))
    const expected = ends.filter((each) => each <= end).length - 1
    expect(journal.records, `cut at ${end}`).toHaveLength(Math.max(0, expected))
    expect(journal.damagedBytes).toBe(0)
    expect(journal.tailBytes).toBe(end - (expected >= 0 ? ends[expected]! : 0))
    expect(journal.head).toEqual(expected >= 0 ? head : undefined)
    for (const [i, { ms, packet }] of journal.records.entries()) {
      expect(ms).toBe(i * 20)
      expect([...packet]).toEqual([...packets[i]!])
    }
  }
})

test('[ME11] read in chunks of any size it says the same', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 20 }), (sizes) => {
      const reader = openJournalReader()
      const records = []
      let at = 0
      for (const size of [...sizes, whole.length]) {
        records.push(...reader.push(whole.subarray(at, at + size)))
        at += size
      }
      expect(records.map(({ ms, packet }) => [ms, ...packet])).toEqual(
        packets.map((packet, i) => [i * 20, ...packet]),
      )
      expect(reader.tailBytes()).toBe(0)
    }),
  )
})

test('[ME11] a spoilt record costs itself and no other', () => {
  const spoilt = Buffer.from(whole)
  spoilt[pieces[0]!.length + pieces[1]!.length] = 0
  const journal = readJournal(spoilt)
  expect(journal.records.map(({ ms }) => ms)).toEqual([0, 40, 60])
  expect(journal.damagedBytes).toBe(pieces[2]!.length)
})

const sha256: Hash = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

function chained(bytes: Uint8Array, size: number): string {
  let before = chainStart('vp_lin.1.video.mjr', sha256)
  let text = ''
  for (let from = 0; from < bytes.length; from += size) {
    const to = Math.min(from + size, bytes.length)
    const clocks = from === 0 ? [[5, 1, 2, 3] as const] : []
    const facts = { to, atMs: from, clocks, isEnd: to === bytes.length }
    const { line, text: row } = chainLine(before, facts, sha256(bytes.subarray(from, to)), sha256)
    before = line.hash
    text += row
  }
  return text
}

function verified(bytes: Uint8Array, lines: readonly (ChainLine | undefined)[], name = 'vp_lin.1.video.mjr') {
  const blockHash = (from: number, to: number) =>
    to <= bytes.length ? sha256(bytes.subarray(from, to)) : undefined
  return verifyChain(lines, name, bytes.length, blockHash, sha256)
}

const size = 32
const { lines } = readChain(chained(whole, size))

test('[ME12] a journal as it was written agrees with its chain; a cut one tells how much is uncovered', () => {
  const head = lines.at(-1)!.hash
  expect(verified(whole, lines)).toEqual({
    blocks: lines.length,
    firstBroken: undefined,
    uncoveredBytes: 0,
    isEnded: true,
    isWhole: true,
    head,
  })
  const killed = verified(whole, lines.slice(0, -1))
  expect(killed).toMatchObject({ firstBroken: undefined, isEnded: false, isWhole: false })
  expect(killed.uncoveredBytes).toBe(whole.length - (lines.length - 1) * size)
  expect(readChain(`${chained(whole, size)}{"to":9`)).toMatchObject({ isCut: true })
})

test('[ME12] any byte that is changed is found, and in which block', () => {
  for (let at = 0; at < whole.length; at++) {
    const other = Buffer.from(whole)
    other[at]! ^= 1
    expect(verified(other, lines).firstBroken, `byte ${at}`).toBe(Math.floor(at / size))
  }
})

test('[ME12] a block that is taken out, moved or cut off, a fact that is changed and another file’s chain are found', () => {
  const without = Buffer.concat([whole.subarray(0, size), whole.subarray(size * 2)])
  expect(verified(without, lines).firstBroken).toBe(1)
  expect(verified(without, lines.toSpliced(1, 1)).firstBroken).toBe(1)
  const moved = Buffer.concat([
    whole.subarray(size, size * 2),
    whole.subarray(0, size),
    whole.subarray(size * 2),
  ])
  expect(verified(moved, lines).firstBroken).toBe(0)
  expect(verified(whole.subarray(0, -1), lines).firstBroken).toBe(lines.length - 1)
  expect(verified(whole, [lines[1], lines[0], ...lines.slice(2)]).firstBroken).toBe(0)
  const [first, ...rest] = lines
  for (const forged of [{ atMs: 7 }, { clocks: [[5, 1, 2, 4] as const] }, { dropped: 1 }, { isEnd: true }])
    expect(verified(whole, [{ ...first!, ...forged }, ...rest]).firstBroken).toBe(0)
  expect(verified(whole, lines, 'vp_lin.2.video.mjr').firstBroken).toBe(0)
  expect(verified(whole, readChain(chained(whole, size).replace('"hash"', '"hush"')).lines).firstBroken).toBe(
    0,
  )
})
