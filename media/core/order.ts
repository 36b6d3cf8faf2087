import { openUnwrap, type RtpPacket } from './rtp.ts'

/** A packet in its place in the line. */
export type Placed = {
  readonly packet: RtpPacket
  /** When it came, in the journal's milliseconds. */
  readonly ms: number
  /** Packets between this one and the one before it that never came. */
  readonly lostBefore: number
}
export type Order = {
  readonly push: (packet: RtpPacket, ms: number) => Placed[]
  /** What still waits for a missing packet, now that nothing more comes. */
  readonly flush: () => Placed[]
  readonly lost: () => number
}

/** A line's very first packets overtake each other too: the first one to come need not be the first. */
const beginMs = 250
/** More than the second within which a packet is asked for again. */
const holdMs = 1_500
/** 重排 — a journal stands in the order of arrival; a repaired packet stands late. What comes twice is taken once. */
/** Packets of another sender than `ssrc` are not of this line. */
export function openOrder(ssrc: number): Order {
  const unwrap = openUnwrap(16)
  const waiting = new Map<number, { packet: RtpPacket; ms: number }>()
  let next: number | undefined
  let lost = 0
  let oldestWaits = Infinity
  const lowest = () => Math.min(...waiting.keys())

  function take(isForced: boolean, now: number): Placed[] {
    const placed: Placed[] = []
    if (waiting.size > 0 && next === undefined && (isForced || now - oldestWaits > beginMs)) next = lowest()
    while (waiting.size > 0 && next !== undefined) {
      let lostBefore = 0
      if (!waiting.has(next)) {
        if (!isForced && now - oldestWaits <= holdMs) break
        const found = lowest()
        lostBefore = found - next
        lost += lostBefore
        next = found
      }
      for (let found = waiting.get(next); found; found = waiting.get(next)) {
        placed.push({ ...found, lostBefore })
        waiting.delete(next++)
        lostBefore = 0
      }
      oldestWaits = Infinity
      for (const { ms } of waiting.values()) if (ms < oldestWaits) oldestWaits = ms
    }
    return placed
  }

  return {
    lost: () => lost,
    flush: () => take(true, 0),
    push(packet, ms) {
      if (packet.ssrc !== ssrc) return []
      const counted = unwrap(packet.sequence)
      if ((next !== undefined && counted < next) || waiting.has(counted)) return []
      waiting.set(counted, { packet, ms })
      if (ms < oldestWaits) oldestWaits = ms
      return take(false, ms)
    },
  }
}
