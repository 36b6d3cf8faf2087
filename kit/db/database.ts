import pg from 'pg'
import type * as z from 'zod/mini'
import { isRefusal } from '../pure/refuse.ts'
import type { EventContract } from '../pure/event.ts'
import type { Moment } from '../pure/time.ts'
import type { Admission } from '../pure/route.ts'
import { openBell } from './bell.ts'
import { json, rowOf, valuesOf, type Query } from './query.ts'
import { openReactions, type Reactions } from './reactions.ts'
import { keepEvents, mostEvents, toldBy, type Told } from './told.ts'

type Args = z.ZodMiniType<Record<string, unknown>>

/** Where named statements run: the pool, or one transaction. */
export type Reader = {
  all<T extends Args, G extends z.ZodMiniType>(
    statement: Query<T, G>,
    args?: z.infer<T>,
  ): Promise<z.infer<G>[]>
  maybe<T extends Args, G extends z.ZodMiniType>(
    statement: Query<T, G>,
    args?: z.infer<T>,
  ): Promise<z.infer<G> | undefined>
  one<T extends Args, G extends z.ZodMiniType>(statement: Query<T, G>, args?: z.infer<T>): Promise<z.infer<G>>
  /** How many rows were changed. */
  run<T extends Args, G extends z.ZodMiniType>(statement: Query<T, G>, args?: z.infer<T>): Promise<number>
}

export type Tx = Reader & {
  /** Tell others, in this same transaction; delivered after commit, in commit order. */
  emit<Body extends z.ZodMiniType>(contract: EventContract<Body>, at: Moment, body: z.infer<Body>): void
  /** This refusal has something to remember, such as a wrong try: it is committed all the same. */
  remember(): void
}

/** What follows from an event, in its own transaction. */
export type Reaction<Body> = (tx: Tx, body: Body, at: Moment) => Promise<unknown>

export type Database = Reader & {
  /** One transaction. A refusal as the answer rolls back: it changes nothing. */
  tx<Answer>(work: (tx: Tx) => Promise<Answer>): Promise<Answer>
  /** One statement that is a transaction of its own and writes events by itself; whoever listens is told after it. */
  commit<T extends Args, G extends z.ZodMiniType>(
    statement: Query<T, G>,
    args: z.infer<T>,
  ): Promise<z.infer<G>[]>
  /** The same database through the connections of this class, which no other class can use up. */
  of(admission: Admission): Database
  /**
   * React to an event in the transaction that tells it, just before it is committed: whatever follows from it is written
   * with it or not at all. Reactions run in the order in which they were registered, and may tell of more.
   */
  heed<Body extends z.ZodMiniType>(contract: EventContract<Body>, react: Reaction<z.infer<Body>>): () => void
  /** Hear that something was committed here or in another process; a hint, never the truth. */
  onCommit(hear: () => void): () => void
  close(): Promise<void>
  /** The connections of this class. */
  readonly pool: pg.Pool
}

/**
 * What part of all connections is whose: an alarm finds its own even when everybody else's are taken. And how long is
 * waited for an answer before the line is given up as dead (half open, faults F10): the outcome is then unknown, and the
 * next press with the same key finds it out.
 */
const patient = { connectMs: 10_000, statementMs: 15_000, lineMs: 16_000 } as const
const urgent = { connectMs: 4_000, statementMs: 6_000, lineMs: 7_000 } as const
type Share = { part: number; least: number; patience: typeof patient | typeof urgent }
const shares: Readonly<Record<Admission, Share>> = {
  alarm: { part: 0.25, least: 4, patience: urgent },
  dialogue: { part: 0.3, least: 3, patience: patient },
  media: { part: 0.1, least: 1, patience: patient },
  query: { part: 0.25, least: 3, patience: patient },
  content: { part: 0.1, least: 1, patience: patient },
}

const timestamptz = 1184
const int8 = 20
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === timestamptz) return (text: string) => new Date(text).toISOString()
    if (oid === int8) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

function readerOf(run: (config: pg.QueryConfig) => Promise<pg.QueryResult>): Reader {
  const ask = (statement: Query<Args, z.ZodMiniType>, args: Record<string, unknown> = {}) =>
    run({ name: statement.name, text: statement.text, values: valuesOf(statement, args) }).catch(
      (cause: unknown) => {
        throw new Error(`${statement.name} failed`, { cause })
      },
    )
  return {
    async all(statement, args) {
      const { rows } = await ask(statement, args)
      return rows.map((row) => rowOf(statement, row as Record<string, unknown>))
    },
    async maybe(statement, args) {
      const { rows } = await ask(statement, args)
      return rows[0] === undefined ? undefined : rowOf(statement, rows[0] as Record<string, unknown>)
    },
    async one(statement, args) {
      const { rows } = await ask(statement, args)
      if (rows[0] === undefined) throw new Error(`${statement.name}: no row`)
      return rowOf(statement, rows[0] as Record<string, unknown>)
    },
    async run(statement, args) {
      return (await ask(statement, args)).rowCount ?? 0
    },
  }
}

export function openDatabase(given: {
  url: string
  connections?: number
  onFault: (fault: unknown) => void
  /** A test hurries it; nobody else says any. */
  lineMs?: number
}): Database {
  let isClosing = false
  const hearers = new Set<() => void>()
  const reactions = openReactions()
  const tell = () => {
    for (const hear of hearers) hear()
  }
  const bell = openBell(given.url, tell, given.onFault)
  const ring = () => {
    tell()
    bell.ring()
  }
  const openPool = (max: number, patience: (typeof shares)[Admission]['patience']) => {
    const pool = new pg.Pool({
      connectionString: given.url,
      max,
      types,
      pipeline: true,
      keepAlive: true,
      idle_in_transaction_session_timeout: 15_000,
      statement_timeout: patience.statementMs,
      query_timeout: given.lineMs ?? patience.lineMs,
      connectionTimeoutMillis: patience.connectMs,
      application_name: 'open110',
    })
    // A connection that is cut off while the pool is being closed is no news.
    pool.on('error', (fault) => isClosing || given.onFault(fault))
    // A line that ends in the very moment in which it is handed over has nobody to hear it yet; whoever has it learns it
    // from the next question. Unheard it would end the program.
    pool.on('connect', (client) => client.on('error', () => {}))
    return pool
  }
  const close = async () => {
    isClosing = true
    await bell.close()
    await Promise.all(Object.values(classes).map(({ pool }) => pool.end()))
  }
  const classOf = (admission: Admission): Database => {
    const { part, least, patience } = shares[admission]
    const max = Math.max(least, Math.round((given.connections ?? 20) * part))
    let pool = openPool(max, patience)
    /** One line that says nothing any more speaks for all of its age: the others are not tried one by one. */
    const renew = (silent: pg.Pool) => {
      if (silent !== pool || isClosing) return
      pool = openPool(max, patience)
      silent.end().catch(given.onFault)
    }
    return {
      ...onPool(() => pool, { ring, onSilence: renew, reactions }),
      heed: reactions.heed,
      of: (other) => classes[other],
      onCommit(hear) {
        hearers.add(hear)
        return () => hearers.delete(hear)
      },
      close,
      get pool() {
        return pool
      },
    }
  }
  const classes: Readonly<Record<Admission, Database>> = {
    alarm: classOf('alarm'),
    dialogue: classOf('dialogue'),
    media: classOf('media'),
    query: classOf('query'),
    content: classOf('content'),
  }
  return classes.dialogue
}

function onPool(
  poolNow: () => pg.Pool,
  {
    ring,
    onSilence,
    reactions,
  }: { ring: () => void; onSilence: (pool: pg.Pool) => void; reactions: Pick<Reactions, 'run'> },
): Reader & Pick<Database, 'tx' | 'commit'> {
  const reader = readerOf((config) => {
    const pool = poolNow()
    return pool.query(config).catch((fault: unknown) => {
      if (isSilence(fault)) onSilence(pool)
      throw fault
    })
  })
  async function once<Answer>(work: (tx: Tx) => Promise<Answer>): Promise<Answer> {
    const pool = poolNow()
    const client = await pool.connect()
    const events: Told[] = []
    let broken: Error | undefined
    let remembers = false
    // The pool listens to a connection only while it lies there; one that is cut off in our hands would end the program.
    const cut = (fault: Error) => void (broken = fault)
    client.on('error', cut)
    try {
      // Sent along with the first question; if even this fails, so does that.
      client.query('begin').catch(() => {})
      // One connection answers one question at a time; those asked at once wait for each other.
      let last: Promise<unknown> = Promise.resolve()
      const onClient = readerOf((config) => client.query(config))
      const inTx = readerOf((config) => {
        const own = last.then(() => client.query(config))
        last = own.catch(() => undefined)
        return own
      })
      const tx: Tx = {
        ...inTx,
        emit(contract, at, body) {
          if (events.length >= mostEvents)
            throw new Error('too many events in one transaction: cut the work into several')
          events.push(toldBy(contract, at, body))
        },
        remember: () => {
          remembers = true
        },
      }
      const answer = await work(tx)
      if (isRefusal(answer) && !remembers) {
        await client.query('rollback')
        return answer
      }
      await reactions.run(tx, events)
      await last
      // Sent together: what could not be written ends the transaction, and a commit of that is its end as well.
      const told = events.length > 0 && onClient.run(keepEvents, { events: json(events) })
      const committed = client.query('commit')
      await Promise.all([told, committed])
      if (events.length > 0) ring()
      return answer
    } catch (fault) {
      if (isSilence((fault as Error).cause ?? fault)) onSilence(pool)
      await client.query('rollback').catch((lost: unknown) => {
        broken = lost as Error
      })
      throw fault
    } finally {
      client.off('error', cut)
      client.release(broken)
    }
  }

  return {
    ...reader,
    async tx(work) {
      for (let tries = 1; ; tries++) {
        try {
          return await once(work)
        } catch (fault) {
          if (tries >= 4 || !isWorthAnotherTry(fault)) throw fault
        }
      }
    },
    async commit(statement, args) {
      const rows = await reader.all(statement, args)
      ring()
      return rows
    },
  }
}

/** The driver's word for a question that was sent and never answered. */
const isSilence = (fault: unknown): boolean =>
  fault instanceof Error && fault.message === 'Query read timeout'

const codeOf = (fault: unknown): string | undefined =>
  (fault as { cause?: { code?: string } }).cause?.code ?? (fault as { code?: string }).code

const isWorthAnotherTry = (fault: unknown): boolean => ['40001', '40P01'].includes(codeOf(fault) ?? '')

/** The data, a rule of a table or a blocked circle, not the connection, the disk or the server: others may do better. */
export const isDatasFault = (fault: unknown): boolean => /^(22|23|40|54|P0)/.test(codeOf(fault) ?? '')
