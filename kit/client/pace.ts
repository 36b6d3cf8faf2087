import { admissions, type Admission } from '../pure/route.ts'
import { Unanswered } from './unanswered.ts'

/**
 * 缓行 — how a client goes easy on a server in trouble. There is one for everything that speaks to the server: calls, what
 * waits to be sent, and the live connection. What is asked anew costs nothing and earns a part of a repetition; what is
 * repeated to a server that has failed is paid from that, so that a server which fails half of what it is asked hears a
 * fifth more at most (faults A2). The first class is never stopped by it, only spread.
 */
export type Pace = {
  /** Something is asked for the first time. */
  begin(): void
  /** The server has answered as it should. Several times in a row, and what waits may go. */
  succeed(): void
  /** The outcome of something was a failure: a server that asks for time gets it, for this class and all below it. */
  fail(admission: Admission, failure: unknown): void
  /** Milliseconds for which the server has asked this class to keep away; 0 for the first class. */
  heldMs(admission: Admission): number
  /** Milliseconds until a repetition after the `tries`th failure may go. At 0 it may, and is paid. */
  repeat(admission: Admission, tries?: number): number
  /** Whether trying again after this failure is paid: not on a line that is simply gone, for that costs nobody anything. */
  isCostly(failure: unknown): boolean
  /** Something that is paid has failed within the last seconds. */
  isTroubled(): boolean
}

export type Wait = {
  readonly ms: number
  /** Only time ends it: a server that answers is there, whatever else becomes better. */
  readonly isFirm: boolean
}

type Chance = { nowMs(): number; random(): number }

const earned = 0.1
const mostEarned = 3
const atFirst = 2
/** A server that fails at half of it does so once in two hundred and fifty times. */
const wellAfter = 8
/** What is left for those who change something before anybody asks again how things are. */
const keptForChanges = 1
/** However little was earned, one goes after so long: nothing is given up. */
const atLeastEveryMs = { first: 15_000, other: 90_000 } as const
const lookAgainMs = 4_000
const troubleMs = 25_000
/** A line that has carried an answer so lately is not gone: the server may be breaking off. */
const aliveMs = 30_000
const mostHeldSeconds = { first: 30, other: 300 } as const

const isFirst = (admission: Admission) => admission === admissions[0]
const changes: readonly Admission[] = admissions.slice(0, 3)

export function openPace({ nowMs, random }: Chance): Pace {
  let purse = atFirst
  let inARow = 0
  let troubledUntilMs = -Infinity
  let answeredMs = -Infinity
  const heldUntilMs = new Map<Admission, number>()
  const lastMs = { first: nowMs(), other: nowMs() }

  const isCostly = (failure: unknown) => {
    if (!(failure instanceof Unanswered) || failure.hasNeverLeft) return false
    return failure.status === undefined ? nowMs() - answeredMs < aliveMs : isServers(failure)
  }

  return {
    isCostly,
    begin() {
      purse = Math.min(mostEarned, purse + earned)
    },
    succeed() {
      answeredMs = nowMs()
      inARow += 1
      if (inARow >= wellAfter) purse = mostEarned
    },
    fail(admission, failure) {
      inARow = 0
      if (!isCostly(failure)) return
      troubledUntilMs = nowMs() + troubleMs
      if (!isServers(failure)) return
      answeredMs = nowMs()
      // A limit of one operation (429) says nothing about the others of its class.
      const seconds = failure.status === 429 ? undefined : failure.retryAfterSeconds
      if (seconds === undefined) return
      const untilMs = nowMs() + heldSeconds('other', seconds) * 1000 * (1 + random() * 0.5)
      for (const each of admissions.slice(Math.max(1, admissions.indexOf(admission))))
        heldUntilMs.set(each, Math.max(untilMs, heldUntilMs.get(each) ?? 0))
    },
    heldMs: (admission) => Math.max(0, (heldUntilMs.get(admission) ?? 0) - nowMs()),
    repeat(admission, tries = Infinity) {
      if (isFirst(admission) && tries <= 1) return 0
      const rank = isFirst(admission) ? 'first' : 'other'
      const sinceMs = nowMs() - lastMs[rank]
      const isPaid = purse >= 1 + (changes.includes(admission) ? 0 : keptForChanges)
      if (!isPaid && sinceMs < atLeastEveryMs[rank]) {
        return Math.min(atLeastEveryMs[rank] - sinceMs, lookAgainMs) * (0.5 + random() * 0.5) + 1
      }
      if (isPaid) purse -= 1
      lastMs[rank] = nowMs()
      return 0
    },
    isTroubled: () => nowMs() < troubledUntilMs,
  }
}

/** The server answered, and could not do what it was asked. */
export function isServers(failure: unknown): failure is Unanswered & { status: number } {
  if (!(failure instanceof Unanswered) || failure.status === undefined) return false
  return failure.status >= 500 || failure.status === 429
}

const growingMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000]
/** On a dead line the first class asks again so soon that it is through within five seconds of its return (F12). */
const lostLineMostMs = { first: 2_500, other: 15_000 } as const

/**
 * How long to leave the server alone after the `tries`th failure: as long as it asks and a little longer, else growing;
 * never for good, never all at the same moment.
 */
export function waitAfter(admission: Admission, tries: number, failure: unknown, random: () => number): Wait {
  const rank = isFirst(admission) ? 'first' : 'other'
  const answer = failure instanceof Unanswered ? failure : undefined
  const isFirm = answer?.status !== undefined
  const asked = answer?.retryAfterSeconds
  if (asked !== undefined) return { ms: heldSeconds(rank, asked) * 1000 * (1 + random() * 0.5), isFirm: true }
  const ms = growingMs[Math.min(tries, growingMs.length) - 1] ?? 1_000
  return { ms: (isFirm ? ms : Math.min(ms, lostLineMostMs[rank])) * (0.5 + random()), isFirm }
}

/** A wrong `Retry-After` on the way keeps nobody away for a day. */
function heldSeconds(rank: 'first' | 'other', asked: number): number {
  return Math.min(asked, mostHeldSeconds[rank])
}
