import * as z from 'zod/mini'
import type { FloorRefusal } from './refuse.ts'

type Schema = z.ZodMiniType

/** `GET /api/v1/things/:thing` */
export type At = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`

type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/**
 * 准入等级 — what an operation is worth when there is not enough for all. Each class has connections of its own; the last
 * are shed first, an alarm is never refused. The desk's own work counts as dialogue.
 */
export const admissions = ['alarm', 'dialogue', 'media', 'query', 'content'] as const
export type Admission = (typeof admissions)[number]

/** A contract: where it is, who may call it, what it takes, gives and refuses. It holds no code. */
export type Contract<
  Path extends At = At,
  Takes extends Schema = Schema,
  Asks extends Schema = Schema,
  Gives extends Schema = Schema,
  Refuses extends string = string,
> = {
  /** The operation's public name and its `operationId`. */
  readonly name: string
  readonly at: Path
  /** One sentence for the reader of the generated document. */
  readonly means: string
  /** Any one of these grants opens the door. `anyone` needs no session at all. */
  readonly who: readonly string[]
  readonly takes: Takes
  /** The query string. */
  readonly asks: Asks
  readonly gives: Gives
  readonly refuses: readonly Refuses[]
  /** Status of the good answer; 200 unless said. */
  readonly status: number
  /** Whether an `Idempotency-Key` is demanded. Every mutation takes one. */
  readonly needsKey: boolean
  /** The answer carries a secret: a stored copy is sealed with the caller's own key. */
  readonly secret: boolean
  /** The body is a file: it is read as a stream, outside any transaction. */
  readonly streams: boolean
  /** It is slow on purpose: so many are worked on at once, the others wait in a line of their own. */
  readonly atOnce: number | undefined
  readonly admission: Admission
}

/** An answer that is a file and not JSON. */
export type OpenedFile = {
  readonly type: string
  readonly bytes: number
  readonly name: string
  /** Reads from the first to the last byte, both included. */
  readonly read: (from: number, to: number) => unknown
}
export const FileAnswer = z.custom<{ readonly file: OpenedFile }>()

/** Nothing is taken: an absent or empty body. */
export const Nothing = z.optional(z.nullable(z.looseObject({})))
export const NoQuery = z.looseObject({})

export function route<
  const Path extends At,
  Gives extends Schema,
  const Refuses extends string = never,
  Takes extends Schema = typeof Nothing,
  Asks extends Schema = typeof NoQuery,
>(spec: {
  name: string
  at: Path
  means: string
  who: readonly string[]
  takes?: Takes
  asks?: Asks
  gives: Gives
  refuses?: readonly Refuses[]
  status?: number
  needsKey?: boolean
  secret?: boolean
  streams?: boolean
  atOnce?: number
  /** A reading is a query and a change belongs to the dialogue unless another class is said. */
  admission?: Admission
}): Contract<Path, Takes, Asks, Gives, Refuses> {
  return {
    name: spec.name,
    at: spec.at,
    means: spec.means,
    who: spec.who,
    takes: spec.takes ?? (Nothing as unknown as Takes),
    asks: spec.asks ?? (NoQuery as unknown as Asks),
    gives: spec.gives,
    refuses: spec.refuses ?? [],
    status: spec.status ?? 200,
    needsKey: spec.needsKey ?? false,
    secret: spec.secret ?? false,
    streams: spec.streams ?? false,
    atOnce: spec.atOnce,
    admission: spec.admission ?? (spec.at.startsWith('GET') ? 'query' : 'dialogue'),
  }
}

export type ParamsOf<C extends Contract> =
  C extends Contract<infer Path> ? { readonly [Name in ParamNames<Path>]: string } : never
export type TakesOf<C extends Contract> = z.infer<C['takes']>
export type AsksOf<C extends Contract> = z.infer<C['asks']>
export type GivesOf<C extends Contract> = z.infer<C['gives']>
export type RefusesOf<C extends Contract> = C['refuses'][number] | FloorRefusal
