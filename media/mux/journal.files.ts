import { createHash } from 'node:crypto'
import { open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { chainLine, chainStart, clockOf, type ChainClock, type Hash } from '../core/chain.ts'
import { journalHead, putRecord, recordHeadBytes } from '../core/journal.ts'
import type { SenderClock } from '../core/rtcp.ts'
import type { Codec } from '../core/rtp.ts'
import type { JournalFile, TrackKind } from '../port.ts'

export type JournalAsk = {
  readonly folder: string
  readonly peer: string
  readonly generation: number
  readonly kind: TrackKind
  readonly codec: Codec
  /** When the line was opened; milliseconds since 1970, as every time that is handed to the writer. */
  readonly openedAtMs: number
}

/**
 * 笔录员 — writes one line of one peer. It takes every packet at once and never makes one wait: what has come is written
 * in batches of at most 100 ms, so that a killed process loses no more, and forced to the disk every second. A disk
 * that stops loses packets, which are counted in the chain, and never the call.
 */
export type JournalWriter = {
  readonly file: JournalFile
  readonly append: (packet: Uint8Array, nowMs: number) => void
  /** A sender report of this line came. */
  readonly clock: (clock: SenderClock, nowMs: number) => void
  readonly counts: () => JournalCounts
  /** Everything is on the disk, and the chain is ended. No file is left of a line that never sent. */
  readonly close: (nowMs: number) => Promise<void>
}
export type JournalCounts = { readonly packets: number; readonly bytes: number; readonly dropped: number }

export const sha256: Hash = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

const batchMs = 100
const syncMs = 1_000
const blockBytes = 64 * 1024
const blockMs = 250
/** What may wait for a disk that does not answer: some 30 s of one picture. */
const mostWaitingBytes = 8 * 1024 * 1024

export function journalName({ peer, generation, kind }: Pick<JournalAsk, 'peer' | 'generation' | 'kind'>) {
  return `${peer}.${generation}.${kind}.mjr`
}

/** The files appear with the first packet; an existing one is never written over, and then nothing is kept and `failed` says so. */
export function openJournal(ask: JournalAsk, failed: (fault: unknown) => void): JournalWriter {
  const name = journalName(ask)
  const path = join(ask.folder, name)
  let files: Promise<{ journal: FileHandle; chain: FileHandle }> | undefined
  let waiting = new Uint8Array(blockBytes * 2)
  let spare = new Uint8Array(blockBytes * 2)
  let filled = 0
  let firstAtMs: number | undefined
  let lastAtMs = ask.openedAtMs
  let written = 0
  let packets = 0
  let dropped = 0
  let droppedInBlock = 0
  let clocks: ChainClock[] = []
  let before = chainStart(name, sha256)
  let blockFrom = 0
  let block = createHash('sha256')
  let blockSince = 0
  let syncedAt = ask.openedAtMs
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let isOver = false
  let hasFailed = false

  function room(bytes: number): boolean {
    if (filled + bytes <= waiting.length) return true
    if (filled + bytes > mostWaitingBytes) return false
    const wider = new Uint8Array(Math.min(mostWaitingBytes, waiting.length * 2 + bytes))
    wider.set(waiting.subarray(0, filled))
    waiting = wider
    return true
  }

  /** One batch at a time; what comes meanwhile waits in the other buffer. */
  function flush(isEnd = false): Promise<void> {
    if (timer) clearTimeout(timer)
    timer = undefined
    writing = (writing ?? Promise.resolve())
      .then(() => write(isEnd))
      .catch((fault: unknown) => {
        if (hasFailed) return
        hasFailed = true
        failed(fault)
      })
    return writing
  }

  async function write(isEnd: boolean): Promise<void> {
    if (!files || hasFailed || (isOver && !isEnd)) return
    const { journal, chain } = await files
    const batch = waiting.subarray(0, filled)
    const used = waiting
    waiting = spare
    spare = used
    filled = 0
    await writeAll(journal, batch)
    for (let at = 0; at < batch.length;) {
      const part = batch.subarray(at, at + blockBytes - (written - blockFrom))
      block.update(part)
      written += part.length
      at += part.length
      if (written - blockFrom === blockBytes) await seal(chain, false)
    }
    if (isEnd || lastAtMs - blockSince >= blockMs) await seal(chain, isEnd)
    if (isEnd || lastAtMs - syncedAt >= syncMs) {
      syncedAt = lastAtMs
      await Promise.all([journal.datasync(), chain.datasync()])
    }
    if (spare.length > blockBytes * 4) spare = new Uint8Array(blockBytes * 2)
  }

  async function seal(chain: FileHandle, isEnd: boolean): Promise<void> {
    if (!isEnd && written === blockFrom) return
    const facts = { to: written, atMs: Math.round(lastAtMs), clocks, dropped: droppedInBlock, isEnd }
    const { line, text } = chainLine(before, facts, block.digest('hex'), sha256)
    before = line.hash
    blockFrom = written
    block = createHash('sha256')
    blockSince = lastAtMs
    clocks = []
    droppedInBlock = 0
    await writeAll(chain, Buffer.from(text))
  }

  return {
    file: { path, peer: ask.peer, generation: ask.generation, kind: ask.kind },
    append(packet, nowMs) {
      if (isOver || hasFailed) return
      if (firstAtMs === undefined) {
        firstAtMs = nowMs
        blockSince = nowMs
        syncedAt = nowMs
        files = openBoth(path)
        files.catch(() => undefined)
        const head = journalHead({ ...ask, firstAtMs })
        waiting.set(head)
        filled = head.length
      }
      if (!room(recordHeadBytes + packet.length)) {
        dropped++
        droppedInBlock++
        return
      }
      filled += putRecord(waiting, filled, Math.max(0, Math.round(nowMs - firstAtMs)), packet)
      lastAtMs = nowMs
      packets++
      timer ??= setTimeout(() => void flush(), batchMs)
    },
    clock(clock, nowMs) {
      if (!isOver && clocks.length < 64) clocks.push(clockOf(nowMs, clock))
    },
    counts: () => ({ packets, bytes: written + filled, dropped }),
    async close(nowMs) {
      const isFirst = !isOver
      isOver = true
      if (!isFirst || firstAtMs === undefined) return writing
      lastAtMs = Math.max(lastAtMs, nowMs)
      await flush(true)
      const opened = await files?.catch(() => undefined)
      await Promise.all([opened?.journal.close(), opened?.chain.close()])
    },
  }
}

async function openBoth(path: string) {
  const journal = await open(path, 'wx')
  const chain = await open(chainPath(path), 'wx').catch(async (fault: unknown) => {
    await journal.close()
    throw fault
  })
  return { journal, chain }
}

/** A file may take less at once than it is given. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at)
    at += bytesWritten
  }
}

export const chainPath = (journal: string): string => journal.replace(/\.mjr$/, '.chain')

const named = /^(?<peer>.+)\.(?<generation>\d+)\.(?<kind>audio|video)\.mjr$/

/** What was kept of a room, by peer and generation; nothing where the folder is not there. */
export async function journalsIn(folder: string): Promise<JournalFile[]> {
  const names = await readdir(folder).catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return []
    throw fault
  })
  const files: JournalFile[] = []
  for (const name of names) {
    const parts = named.exec(name)?.groups
    if (!parts) continue
    const kind = parts['kind'] === 'video' ? 'video' : 'audio'
    files.push({
      path: join(folder, name),
      peer: parts['peer']!,
      generation: Number(parts['generation']),
      kind,
    })
  }
  return files.sort((a, b) => a.generation - b.generation || (a.path < b.path ? -1 : 1))
}
