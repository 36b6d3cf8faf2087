import { openUnwrap } from './rtp.ts'

/** 补包请求 — what is asked of the sender now; `nack` in rising order, 16 bits each. */
export type Wants = { readonly nack: readonly number[]; readonly pli: boolean }
/** `repaired` was missing, or had been given up; `late` is older than can be told apart from one that came. */
export type Arrival = 'new' | 'repaired' | 'duplicate' | 'late'

export type NackOptions = {
  /** Sound has no key frames: what is given up there is only given up. */
  readonly kind: 'audio' | 'video'
  readonly everyMs?: number
  readonly giveUpMs?: number
  /** A new key frame is not asked for more often than this; a sender needs time to make one. */
  readonly keyEveryMs?: number
}

/**
 * 补包 — one for each received line. It asks at once and every 40 ms, and after a second it asks for a key frame
 * instead: measured, one request alone leaves half of the frames unrecorded at 5 % loss, this leaves none. All times
 * are handed in, from any one steady clock.
 */
export type Nack = {
  readonly note: (sequence: number, now: number) => Arrival
  /** To be called after a packet and by a timer of 10–20 ms; costs nothing when nothing is missing. */
  readonly due: (now: number) => Wants
  /** A key frame begins here: what was asked for before it is not worth asking for again by PLI. */
  readonly keyCame: () => void
  /** Somebody needs a key frame: a new watcher, a snapshot. */
  readonly needKey: () => void
  readonly counts: () => NackCounts
}
export type NackCounts = {
  /** Numbers that the sender has used, as far as is known. */
  readonly expected: number
  readonly missing: number
  readonly repaired: number
  readonly givenUp: number
}

/** More missing at once than this is a break of the line and not a loss: repair would only crowd the way. */
const mostMissing = 400
/** How far back it is known what has come; a power of two. */
const known = 2_048
const nothing: Wants = { nack: [], pli: false }

export function openNack(options: NackOptions): Nack {
  const { kind, everyMs = 40, giveUpMs = kind === 'video' ? 1_000 : 400, keyEveryMs = 500 } = options
  const unwrap = openUnwrap(16)
  const came = new Float64Array(known).fill(-Infinity)
  const missing = new Map<number, { since: number; askedAt: number }>()
  let first: number | undefined
  let highest = -1
  let repaired = 0
  let givenUp = 0
  let needsKey = false
  let keyAskedAt = -Infinity
  const lose = (count: number) => {
    givenUp += count
    if (kind === 'video') needsKey = true
  }
  return {
    note(sequence, now) {
      const counted = unwrap(sequence)
      if (first !== undefined && counted <= highest - known) return 'late'
      const slot = counted & (known - 1)
      const isTwice = came[slot] === counted
      came[slot] = counted
      if (isTwice) return 'duplicate'
      if (first === undefined) {
        first = counted
        highest = counted
        return 'new'
      }
      if (counted > highest) {
        const gap = counted - highest - 1
        if (gap + missing.size > mostMissing) {
          lose(missing.size + gap)
          missing.clear()
        } else {
          for (let at = highest + 1; at < counted; at++) missing.set(at, { since: now, askedAt: -Infinity })
        }
        highest = counted
        return 'new'
      }
      if (missing.delete(counted)) repaired++
      return counted < first ? 'late' : 'repaired'
    },
    due(now) {
      if (missing.size === 0 && !needsKey) return nothing
      const nack: number[] = []
      for (const [counted, asked] of missing) {
        if (now - asked.since >= giveUpMs) {
          missing.delete(counted)
          lose(1)
        } else if (now - asked.askedAt >= everyMs) {
          asked.askedAt = now
          nack.push(counted & 0xffff)
        }
      }
      const pli = needsKey && now - keyAskedAt >= keyEveryMs
      if (pli) keyAskedAt = now
      return nack.length > 0 || pli ? { nack, pli } : nothing
    },
    keyCame() {
      needsKey = false
      keyAskedAt = -Infinity
    },
    needKey() {
      if (kind === 'video') needsKey = true
    },
    counts: () => ({
      expected: first === undefined ? 0 : highest - first + 1,
      missing: missing.size,
      repaired,
      givenUp,
    }),
  }
}
