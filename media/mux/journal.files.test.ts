import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { readJournal } from '../core/journal.ts'
import { writeRtp } from '../core/rtp.ts'
import { journalsIn, openJournal } from './journal.files.ts'
import { readClocks, verifyJournals } from './journal.read.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const openedAtMs = 1_790_000_000_000
const fail = (fault: unknown) => {
  throw fault
}
const ask = (to: string, generation = 1) =>
  ({ folder: to, peer: 'vp_lin', generation, kind: 'video', codec: 'vp8', openedAtMs }) as const
const packet = (sequence: number, size = 1_000) =>
  writeRtp({ sequence, timestamp: sequence * 3_000, ssrc: 1, payloadType: 96 }, new Uint8Array(size))

test('[ME15] what came a tenth of a second ago is in the file: a process that is killed takes no more with it', async () => {
  const to = await mkdtemp(join(folder, 'killed-'))
  const writer = openJournal(ask(to), fail)
  for (let i = 0; i < 100; i++) {
    writer.append(packet(i), openedAtMs + 500 + i * 10)
    if (i % 10 === 9) {
      await vi.advanceTimersByTimeAsync(100)
      await vi.waitFor(async () => {
        const { records } = readJournal(await readFile(writer.file.path))
        expect(records).toHaveLength(i + 1)
      })
    }
  }
  const [killed] = await verifyJournals(to)
  expect(killed).toMatchObject({ records: 100, tailBytes: 0, chain: { isEnded: false, isWhole: false } })
  expect(killed!.chain!.firstBroken).toBeUndefined()
  expect(killed!.chain!.uncoveredBytes).toBeLessThan(30_000)
  const { head, records } = readJournal(await readFile(writer.file.path))
  expect(head).toEqual({ kind: 'video', codec: 'vp8', openedAtMs, firstAtMs: openedAtMs + 500 })
  expect(records.map(({ ms }) => ms)).toEqual(Array.from({ length: 100 }, (_, i) => i * 10))
  await writer.close(openedAtMs + 2_000)
})

test('[ME15] a line that was ended in order is whole to the last byte, with the sender’s clock in its chain', async () => {
  const to = await mkdtemp(join(folder, 'ended-'))
  const writer = openJournal(ask(to), fail)
  const clock = { ntpSeconds: 1, ntpFraction: 2, timestamp: 3, packets: 4, octets: 5 }
  for (let i = 0; i < 500; i++) {
    writer.append(packet(i), openedAtMs + i * 10)
    if (i === 200) writer.clock(clock, openedAtMs + 2_000.4)
    if (i % 50 === 0) await vi.advanceTimersByTimeAsync(100)
  }
  await writer.close(openedAtMs + 6_000)
  writer.append(packet(900), openedAtMs + 7_000)
  await writer.close(openedAtMs + 8_000)
  const [verdict] = await verifyJournals(to)
  expect(verdict).toMatchObject({ records: 500, damagedBytes: 0, tailBytes: 0, chain: { isWhole: true } })
  expect(verdict!.chain!.blocks).toBeGreaterThanOrEqual(8)
  expect(await readClocks(writer.file.path)).toEqual([[openedAtMs + 2_000, 1, 2, 3]])
  expect(writer.counts()).toEqual({ packets: 500, bytes: verdict!.bytes, dropped: 0 })
  expect(await journalsIn(to)).toEqual([writer.file])
})

test('[ME12] one byte that is changed on the disk is found, and a journal without a chain says that it has none', async () => {
  const to = await mkdtemp(join(folder, 'changed-'))
  for (const generation of [1, 2]) {
    const writer = openJournal(ask(to, generation), fail)
    for (let i = 0; i < 100; i++) writer.append(packet(i), openedAtMs + i * 10)
    await writer.close(openedAtMs + 2_000)
  }
  const [first, second] = await journalsIn(to)
  const bytes = await readFile(first!.path)
  bytes[70_000]! ^= 1
  await writeFile(first!.path, bytes)
  await rm(second!.path.replace('.mjr', '.chain'))
  const verdicts = await verifyJournals(to)
  expect(verdicts[0]!.chain).toMatchObject({ firstBroken: 1, isWhole: false })
  expect(verdicts[1]!.chain).toBeUndefined()
})

test('[ME15] a file that exists is never written over, and the owner is told that nothing is kept', async () => {
  const to = await mkdtemp(join(folder, 'exists-'))
  await writeFile(join(to, 'vp_lin.1.video.mjr'), 'somebody’s')
  const faults: unknown[] = []
  const writer = openJournal(ask(to), (fault) => faults.push(fault))
  for (let i = 0; i < 10; i++) writer.append(packet(i), openedAtMs + i)
  await writer.close(openedAtMs + 20)
  expect(faults).toHaveLength(1)
  expect(await readFile(join(to, 'vp_lin.1.video.mjr'), 'utf8')).toBe('somebody’s')
})

test('[ME15] a disk that does not follow costs packets, which the chain counts, and never the call', async () => {
  const to = await mkdtemp(join(folder, 'slow-'))
  const writer = openJournal(ask(to), fail)
  for (let i = 0; i < 9_000; i++) writer.append(packet(i), openedAtMs + i)
  const { dropped } = writer.counts()
  expect(dropped).toBeGreaterThan(0)
  await writer.close(openedAtMs + 10_000)
  const [verdict] = await verifyJournals(to)
  expect(verdict).toMatchObject({ records: 9_000 - dropped, chain: { isWhole: true } })
  expect(await readFile(writer.file.path.replace('.mjr', '.chain'), 'utf8')).toContain(`"dropped":${dropped}`)
})

test('[ME15] a line that never sent leaves no file, and a folder that is not there holds none', async () => {
  const to = await mkdtemp(join(folder, 'silent-'))
  await openJournal(ask(to), fail).close(openedAtMs)
  expect(await journalsIn(to)).toEqual([])
  expect(await journalsIn(join(to, 'nowhere'))).toEqual([])
})
