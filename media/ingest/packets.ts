import { writeRtp } from '../core/rtp.ts'

/** What fits into a datagram on every network, with room for SRTP and a TURN relay around it. */
const mostBytes = 1_180

/** 打包 — makes the RTP packets of one line: numbers that go on, and units that are too long cut into pieces (RFC 6184 §5.8). */
export function openPackets(line: {
  readonly ssrc: number
  readonly payloadType: number
  readonly sequence: number
}) {
  let sequence = line.sequence
  const packet = (timestamp: number, payload: Uint8Array, marker: boolean) => {
    const bytes = writeRtp({ ...line, sequence, timestamp: timestamp >>> 0, marker }, payload)
    sequence = (sequence + 1) & 0xffff
    return bytes
  }
  return {
    packet,
    /** All packets of one picture; the last one carries the mark. */
    picture(timestamp: number, units: readonly Uint8Array[]): Uint8Array[] {
      const packets: Uint8Array[] = []
      for (const [n, unit] of units.entries()) {
        const isLast = n === units.length - 1
        if (unit.length <= mostBytes) {
          packets.push(packet(timestamp, unit, isLast))
          continue
        }
        for (let at = 1; at < unit.length; at += mostBytes - 2) {
          const end = Math.min(unit.length, at + mostBytes - 2)
          const piece = new Uint8Array(2 + end - at)
          piece[0] = (unit[0]! & 0xe0) | 28
          piece[1] = (at === 1 ? 0x80 : 0) | (end === unit.length ? 0x40 : 0) | (unit[0]! & 0x1f)
          piece.set(unit.subarray(at, end), 2)
          packets.push(packet(timestamp, piece, isLast && end === unit.length))
        }
      }
      return packets
    },
  }
}
