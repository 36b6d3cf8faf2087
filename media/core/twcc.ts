import { openUnwrap, putU16, putU32, u16, u32 } from './rtp.ts'

/**
 * 传输反馈 — when each packet of a connection arrived, from which the sender learns how much the way can carry
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). Chromium falls to a tenth of its rate in twelve seconds when
 * it was promised and does not come.
 */
export type TransportFeedback = {
  readonly sender: number
  readonly media: number
  readonly count: number
  readonly base: number
  /** One for each sequence number from `base`: when it came, in quarter milliseconds since the reference; undefined: lost. */
  readonly arrivals: readonly (number | undefined)[]
  /** In 64 ms, 24 bits. */
  readonly reference: number
}

export type Twcc = {
  /** A packet with this transport-wide number came, at a time of any one steady clock. */
  readonly note: (sequence: number, arrivalMs: number) => void
  /** What came since the last one, or nothing did. Until it says so there may be more: a message holds some hundreds. */
  readonly report: (media: number) => Uint8Array | undefined
}

/** One message tells of so many at most and so stays well below a packet's size. */
const mostPerReport = 400
/** How far back a packet that was told as lost and came late is told again. */
const lookBack = 500
const ticksPerReference = 256

/** One for each connection that receives. */
export function openTwcc(sender: number): Twcc {
  const unwrap = openUnwrap(16)
  const arrivals = new Map<number, number>()
  let next: number | undefined
  let from = Infinity
  let highest = -Infinity
  let count = 0
  return {
    note(sequence, arrivalMs) {
      const counted = unwrap(sequence)
      if (next === undefined) next = counted
      if (counted < next - lookBack || arrivals.has(counted)) return
      arrivals.set(counted, Math.round(arrivalMs * 4))
      if (counted < from) from = counted
      if (counted > highest) highest = counted
    },
    report(media) {
      if (from === Infinity || next === undefined) return undefined
      // A number that is skipped by far is a sender that began anew, not that many losses.
      let first = Math.min(from, next)
      if (highest - first > 0x7fff || from - first > mostPerReport * 8) first = from
      const { base, ticks } = window(arrivals, first, highest)
      const reference = Math.floor(ticks.find((tick) => tick !== undefined)! / ticksPerReference)
      const bytes = write({ sender, media, count: count++ & 0xff, base: base & 0xffff, ticks, reference })
      next = Math.max(next, base + ticks.length)
      from = Infinity
      if (highest >= base + ticks.length) {
        from = base + ticks.length
        while (!arrivals.has(from)) from++
      }
      for (const counted of arrivals.keys()) {
        if (counted >= next - lookBack) break
        arrivals.delete(counted)
      }
      return bytes
    },
  }
}

/** As many numbers from `first` on as one message can hold: no time step in it may pass what 16 bits can say. */
function window(arrivals: ReadonlyMap<number, number>, first: number, highest: number) {
  let base = first
  if (!hasOneWithin(arrivals, first, highest)) {
    while (!arrivals.has(base)) base++
  }
  const ticks: (number | undefined)[] = []
  let last: number | undefined
  for (let at = base; at <= highest && ticks.length < mostPerReport; at++) {
    const tick = arrivals.get(at)
    if (tick !== undefined) {
      const from = last ?? Math.floor(tick / ticksPerReference) * ticksPerReference
      if (tick - from > 0x7fff || tick - from < -0x8000) break
      last = tick
    }
    ticks.push(tick)
  }
  while (ticks.at(-1) === undefined) ticks.pop()
  return { base, ticks }
}

function hasOneWithin(arrivals: ReadonlyMap<number, number>, first: number, highest: number): boolean {
  for (let at = first; at <= highest && at < first + mostPerReport; at++) if (arrivals.has(at)) return true
  return false
}

/** 0 lost, 1 came after 0…63.75 ms, 2 after any other step. */
type Symbol = 0 | 1 | 2

function write(told: {
  sender: number
  media: number
  count: number
  base: number
  reference: number
  ticks: readonly (number | undefined)[]
}): Uint8Array {
  const symbols: Symbol[] = []
  const steps: number[] = []
  let last = told.reference * ticksPerReference
  for (const tick of told.ticks) {
    if (tick === undefined) {
      symbols.push(0)
      continue
    }
    const step = tick - last
    symbols.push(step >= 0 && step <= 0xff ? 1 : 2)
    steps.push(step)
    last = tick
  }
  const chunks = chunksOf(symbols)
  const deltaBytes = steps.reduce((sum, step) => sum + (step >= 0 && step <= 0xff ? 1 : 2), 0)
  const used = 20 + chunks.length * 2 + deltaBytes
  const size = (used + 3) & ~3
  const bytes = new Uint8Array(size)
  bytes[0] = 0x80 | (size > used ? 0x20 : 0) | 15
  bytes[1] = 205
  putU16(bytes, 2, size / 4 - 1)
  putU32(bytes, 4, told.sender)
  putU32(bytes, 8, told.media)
  putU16(bytes, 12, told.base)
  putU16(bytes, 14, symbols.length)
  putU32(bytes, 16, (((told.reference & 0xffffff) << 8) | told.count) >>> 0)
  let at = 20
  for (const chunk of chunks) {
    putU16(bytes, at, chunk)
    at += 2
  }
  for (const step of steps) {
    if (step >= 0 && step <= 0xff) bytes[at++] = step
    else {
      putU16(bytes, at, step & 0xffff)
      at += 2
    }
  }
  if (size > used) bytes[size - 1] = size - used
  return bytes
}

/** Runs of one symbol by length, lost ones too; what is mixed as a vector of fourteen bits or of seven pairs. */
function chunksOf(symbols: readonly Symbol[]): number[] {
  const chunks: number[] = []
  for (let at = 0; at < symbols.length;) {
    const symbol = symbols[at]!
    let run = 1
    while (run < 0x1fff && symbols[at + run] === symbol) run++
    if (run >= 14 || at + run === symbols.length || (run >= 7 && symbol === 2)) {
      chunks.push((symbol << 13) | run)
      at += run
      continue
    }
    const ahead = symbols.slice(at, at + 14)
    const isNarrow = ahead.every((each) => each < 2)
    const width = isNarrow ? 14 : 7
    let chunk = isNarrow ? 0x8000 : 0xc000
    for (let i = 0; i < width; i++) {
      const bits = symbols[at + i] ?? 0
      chunk |= isNarrow ? bits << (13 - i) : bits << (12 - i * 2)
    }
    chunks.push(chunk)
    at += width
  }
  return chunks
}

/** Undefined when it says more than it holds. `bytes` is one RTCP part without its padding. */
export function readTransportFeedback(bytes: Uint8Array): TransportFeedback | undefined {
  if (bytes.length < 20) return undefined
  const total = u16(bytes, 14)
  const symbols: number[] = []
  let at = 20
  while (symbols.length < total) {
    if (at + 2 > bytes.length) return undefined
    const chunk = u16(bytes, at)
    at += 2
    if (!(chunk & 0x8000)) {
      const run = Math.min(chunk & 0x1fff, total - symbols.length)
      if (run === 0) return undefined
      for (let i = 0; i < run; i++) symbols.push((chunk >> 13) & 3)
    } else if (!(chunk & 0x4000)) {
      for (let i = 13; i >= 0 && symbols.length < total; i--) symbols.push((chunk >> i) & 1)
    } else {
      for (let i = 12; i >= 0 && symbols.length < total; i -= 2) symbols.push((chunk >> i) & 3)
    }
  }
  const arrivals: (number | undefined)[] = []
  let tick = 0
  for (const symbol of symbols) {
    if (symbol !== 1 && symbol !== 2) {
      arrivals.push(undefined)
      continue
    }
    if (at + symbol > bytes.length) return undefined
    tick += symbol === 1 ? bytes[at]! : (u16(bytes, at) << 16) >> 16
    at += symbol
    arrivals.push(tick)
  }
  return {
    sender: u32(bytes, 4),
    media: u32(bytes, 8),
    base: u16(bytes, 12),
    count: bytes[19]!,
    reference: u32(bytes, 16) >>> 8,
    arrivals,
  }
}
