import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { readChain, verifyChain, type ChainClock, type ChainVerdict } from '../core/chain.ts'
import { openJournalReader, type JournalHead, type JournalRecord } from '../core/journal.ts'
import type { JournalFile } from '../port.ts'
import { chainPath, journalsIn, sha256 } from './journal.files.ts'

export type JournalBatch = { readonly head: JournalHead; readonly records: readonly JournalRecord[] }

const chunkBytes = 256 * 1024

/** What a file holds, chunk by chunk; nothing of one whose head cannot be read. */
export async function* readRecords(path: string): AsyncGenerator<JournalBatch> {
  const reader = openJournalReader()
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    const records = reader.push(chunk as Uint8Array)
    const head = reader.head()
    if (head && records.length > 0) yield { head, records }
  }
}

/** 发送端时钟 — the sender reports that the chain keeps; none where there is no chain. */
export async function readClocks(path: string): Promise<ChainClock[]> {
  const { lines } = readChain((await textOf(chainPath(path))) ?? '')
  return lines.flatMap((line) => line?.clocks ?? [])
}

export type JournalVerdict = {
  readonly file: JournalFile
  readonly bytes: number
  readonly records: number
  /** Bytes that are no record: within the file, and at its end. */
  readonly damagedBytes: number
  readonly tailBytes: number
  /** Undefined: there is no chain. */
  readonly chain?: ChainVerdict
}

/** 核验 — every journal of a room against itself and its chain. A file without a head has no records and only damage. */
export async function verifyJournals(folder: string): Promise<JournalVerdict[]> {
  const verdicts: JournalVerdict[] = []
  for (const file of await journalsIn(folder)) verdicts.push(await verifyOne(file))
  return verdicts
}

async function verifyOne(file: JournalFile): Promise<JournalVerdict> {
  const reader = openJournalReader()
  let records = 0
  for await (const chunk of createReadStream(file.path, { highWaterMark: chunkBytes }))
    records += reader.push(chunk as Uint8Array).length
  const { size: bytes } = await stat(file.path)
  const text = await textOf(chainPath(file.path))
  const found = { file, bytes, records, damagedBytes: reader.damagedBytes(), tailBytes: reader.tailBytes() }
  if (text === undefined) return found
  const { lines } = readChain(text)
  const hashes = await blockHashes(
    file.path,
    lines.map((line) => line?.to ?? -1),
    bytes,
  )
  const chain = verifyChain(lines, basename(file.path), bytes, (_, to) => hashes.get(to), sha256)
  return { ...found, chain }
}

/** The hash of each block, by where it ends; blocks that go backwards or beyond the file have none. */
async function blockHashes(path: string, ends: readonly number[], bytes: number) {
  const hashes = new Map<number, string>()
  const file = await open(path)
  try {
    let from = 0
    for (const to of ends) {
      if (to < from || to > bytes) break
      const block = new Uint8Array(to - from)
      await file.read(block, 0, block.length, from)
      if (!hashes.has(to) || to > from) hashes.set(to, sha256(block))
      from = to
    }
  } finally {
    await file.close()
  }
  return hashes
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fault
  }
}
