import type { SenderClock } from './rtcp.ts'

/**
 * 哈希链 — beside each journal, a line of JSON per block of at most 64 KiB or 250 ms. Each line's hash covers the
 * block, the facts of the line and the hash of the line before; the first one covers the file's name. So no byte can be
 * changed, no block taken out or moved and no file exchanged for another without a line that no longer agrees.
 */
export type ChainBlock = {
  /** Where the block ends in the journal; it begins where the one before ended. */
  readonly to: number
  /** When it was written; milliseconds since 1970. */
  readonly atMs: number
  /** 发送端时钟 — the sender reports that came meanwhile: when (milliseconds since 1970), and what they said. */
  readonly clocks?: readonly ChainClock[]
  /** Packets that were not kept, because the disk did not follow. */
  readonly dropped?: number
  /** The line was ended in order; a journal without it was cut short. */
  readonly isEnd?: boolean
}
export type ChainClock = readonly [atMs: number, ntpSeconds: number, ntpFraction: number, timestamp: number]
export type ChainLine = ChainBlock & { readonly hash: string }

/** SHA-256 in lower-case hex, over these parts one after another. */
export type Hash = (...parts: readonly (Uint8Array | string)[]) => string

export const chainStart = (fileName: string, hash: Hash): string => hash(`open110 journal ${fileName}`)

/** The hash of a block's line; `blockHash` is the hash of its bytes. */
export function chainHash(before: string, block: ChainBlock, blockHash: string, hash: Hash): string {
  return hash(before, '\n', JSON.stringify(inOrder(block)), '\n', blockHash)
}

export function chainLine(before: string, block: ChainBlock, blockHash: string, hash: Hash) {
  const line: ChainLine = { ...inOrder(block), hash: chainHash(before, block, blockHash, hash) }
  return { line, text: `${JSON.stringify(line)}\n` }
}

export const clockOf = (atMs: number, clock: SenderClock): ChainClock => [
  Math.round(atMs),
  clock.ntpSeconds,
  clock.ntpFraction,
  clock.timestamp,
]

/** Whole lines; a last one that was cut off is not one. Undefined where a line is not what a line is. */
export function readChain(text: string): { lines: (ChainLine | undefined)[]; isCut: boolean } {
  const rows = text.split('\n')
  const last = rows.pop()
  return { lines: rows.map(readLine), isCut: last !== '' }
}

export type ChainVerdict = {
  readonly blocks: number
  /** The first block that does not agree with its line, or stands in the wrong place; undefined: all agree. */
  readonly firstBroken?: number
  /** Bytes behind the last block that agrees. */
  readonly uncoveredBytes: number
  readonly isEnded: boolean
  /** Everything agrees, every byte is covered and the line was ended in order. */
  readonly isWhole: boolean
  /** The hash of the last line that agrees: who keeps it elsewhere has the whole file proven by it. */
  readonly head?: string
}

/** `blockHash(from, to)` hashes that stretch of the journal; undefined: the file is shorter. */
export function verifyChain(
  lines: readonly (ChainLine | undefined)[],
  fileName: string,
  fileBytes: number,
  blockHash: (from: number, to: number) => string | undefined,
  hash: Hash,
): ChainVerdict {
  let before = chainStart(fileName, hash)
  let from = 0
  let firstBroken: number | undefined
  for (const [index, line] of lines.entries()) {
    const found = line && line.to >= from ? blockHash(from, line.to) : undefined
    if (!line || found === undefined || chainHash(before, line, found, hash) !== line.hash) {
      firstBroken = index
      break
    }
    before = line.hash
    from = line.to
  }
  const uncoveredBytes = fileBytes - from
  const isEnded = firstBroken === undefined && lines.at(-1)?.isEnd === true
  const isWhole = isEnded && uncoveredBytes === 0
  const head = from > 0 ? before : undefined
  return { blocks: lines.length, firstBroken, uncoveredBytes, isEnded, isWhole, head }
}

/** The facts always in the same order and without the hash, as they were when they were hashed. */
function inOrder({ to, atMs, clocks, dropped, isEnd }: ChainBlock): ChainBlock {
  return {
    to,
    atMs,
    ...(clocks && clocks.length > 0 && { clocks }),
    ...(dropped && { dropped }),
    ...(isEnd && { isEnd }),
  }
}

function readLine(row: string): ChainLine | undefined {
  try {
    const line = JSON.parse(row) as ChainLine
    return Number.isInteger(line.to) && typeof line.hash === 'string' ? line : undefined
  } catch {
    // A damaged line is a broken link of the chain, which is what its reader is asked to find.
    return undefined
  }
}
