import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { GroupRank, Reader, RowsTogether, Tx } from '../db/index.ts'
import type { Refusal } from '../pure/refuse.ts'
import type { Admission, AsksOf, Contract, GivesOf, ParamsOf, RefusesOf, TakesOf } from '../pure/route.ts'
import type { Moment } from '../pure/time.ts'
import type { Written } from './together.ts'

/** Whoever asks, as far as the floor needs to know; without a session it is `nobody`. */
export type Subject = {
  readonly id: string
  readonly kind: string
  /** Facts that the module which opened the session wants at hand. */
  readonly about: Readonly<Record<string, unknown>>
  /** What this one may do; a contract's `who` names one of these. */
  readonly allows: readonly string[]
  /** Names under which events may be heard. */
  readonly hears: readonly string[]
  readonly session: string
  readonly endsAt: Moment
  /** What this one looks up is part of work that goes before ordinary queries. */
  readonly looksUpAs?: Admission
  /** How often the live connection says that it is alive. */
  readonly heartbeatMs: number
}

export const nobody: Subject = {
  id: 'nobody',
  kind: 'nobody',
  about: {},
  allows: [],
  hears: [],
  session: '',
  endsAt: '9999-12-31T23:59:59.999Z',
  heartbeatMs: 5_000,
}

/** What an answer is given beside what was asked. */
export type Around = {
  readonly me: Subject
  readonly now: Moment
  /** The caller's idempotency key. */
  readonly key: string | undefined
  readonly language: string | undefined
  /** The caller's address, for slowing down guessers. Never logged, never stored. */
  readonly address: string
  readonly headers: IncomingHttpHeaders
  /** The body as it came, before the contract read it: what is kept as an original. */
  readonly sent: unknown
  /** The raw body, for contracts that stream. */
  readonly stream: Readable
  /** For contracts that stream, which alone know what their body says: the work, or the answer this press had before. */
  readonly once: <Given>(
    body: string,
    work: () => Promise<Given>,
  ) => Promise<Given | Refusal<'idempotency.key-reused'>>
}

type Asked<C extends Contract> = { params: ParamsOf<C>; query: AsksOf<C>; body: TakesOf<C> }
type Where<C extends Contract> = C['at'] extends `GET ${string}`
  ? { readonly db: Reader }
  : { readonly tx: Tx }

export type Answer = {
  readonly contract: Contract
  readonly give: (asked: never, around: never) => Promise<unknown>
  /** How the presses of this operation are written together. */
  readonly rows?: RowsTogether
  /** It is done outside a transaction, together with others of its kind. */
  readonly isGathered?: true
}

/** What a press that is written together has ready before anything is written. */
export type Prepared<Given = unknown> = {
  readonly answer: Given
  readonly written: Written
  /** Who goes first when there are more than one round takes. */
  readonly rank: GroupRank
}

/** Bind a contract to its answer. A mutation runs in one transaction, a reading on the pool. */
export function answer<const C extends Contract>(
  contract: C,
  give: (asked: Asked<C>, around: Around & Where<C>) => Promise<GivesOf<C> | Refusal<RefusesOf<C>>>,
): Answer {
  return { contract: contract as unknown as Contract, give: give as never }
}

/**
 * Bind a mutation that is gathered with others of its kind by its module: no transaction of its own, no connection while it
 * waits. It makes the same of the same body, so that whoever dies in between may be asked again.
 */
export function answerGathered<const C extends Contract>(
  contract: C,
  give: (
    asked: Asked<C>,
    around: Around & { readonly db: Reader },
  ) => Promise<GivesOf<C> | Refusal<RefusesOf<C>>>,
): Answer {
  return { contract: contract as unknown as Contract, give: give as never, isGathered: true }
}

/** Bind a mutation whose presses are written together: it prepares what is written, and reads only what it must. */
export function answerTogether<const C extends Contract>(
  contract: C,
  rows: RowsTogether,
  give: (
    asked: Asked<C>,
    around: Around & { readonly db: Reader },
  ) => Promise<Prepared<GivesOf<C>> | Refusal<RefusesOf<C>>>,
): Answer {
  if (!contract.needsKey || contract.secret) throw new Error(`${contract.name} cannot be written together`)
  return { contract: contract as unknown as Contract, give: give as never, rows }
}
