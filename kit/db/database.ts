import pg from 'pg'
import * as z from 'zod/mini'
import { isRefusal } from '../pure/refuse.ts'
import type { EventContract } from '../pure/event.ts'
import type { Moment } from '../pure/time.ts'
import { json, query, rowOf, valuesOf, type Query } from './query.ts'

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

export type Database = Reader & {
  /** One transaction. A refusal as the answer rolls back: it changes nothing. */
  tx<Answer>(work: (tx: Tx) => Promise<Answer>): Promise<Answer>
  /** Hear that something was committed here or in another process; a hint, never the truth. */
  onCommit(hear: () => void): () => void
  close(): Promise<void>
  readonly pool: pg.Pool
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

const doorbell = 'open110_commit'
/** The cursor has twelve bits for the place of an event in its transaction. */
const mostEvents = 4_096

const keepEvents = query({
  name: 'kit.keep-events',
  takes: z.object({ events: z.string() }),
  // The cursor is the transaction's number and the event's place in it: see docs/decisions on the event log.
  sql: `insert into event (cursor, type, version, at, topics, hearers, data)
        select (pg_current_xact_id()::text::bigint << 12) | (n - 1), e->>'type', (e->>'version')::int,
               (e->>'at')::timestamptz, array(select jsonb_array_elements_text(e->'topics')),
               array(select jsonb_array_elements_text(e->'hearers')), e->'data'
          from jsonb_array_elements(:events::jsonb) with ordinality as t(e, n)`,
})

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

const isWorthAnotherTry = (fault: unknown): boolean => {
  const code = (fault as { cause?: { code?: string } }).cause?.code ?? (fault as { code?: string }).code
  return code === '40001' || code === '40P01'
}

export function openDatabase(given: {
  url: string
  connections?: number
  onFault: (fault: unknown) => void
}): Database {
  const pool = new pg.Pool({
    connectionString: given.url,
    max: given.connections ?? 20,
    types,
    idle_in_transaction_session_timeout: 15_000,
    statement_timeout: 30_000,
    connectionTimeoutMillis: 10_000,
    application_name: 'open110',
  })
  let isClosing = false
  // A connection that is cut off while the pool is being closed is no news.
  pool.on('error', (fault) => isClosing || given.onFault(fault))
  const hearers = new Set<() => void>()
  const tell = () => {
    for (const hear of hearers) hear()
  }
  const bell = openBell(given.url, tell, given.onFault)

  async function once<Answer>(work: (tx: Tx) => Promise<Answer>): Promise<Answer> {
    const client = await pool.connect()
    const events: unknown[] = []
    let broken: Error | undefined
    let remembers = false
    // The pool listens to a connection only while it lies there; one that is cut off in our hands would end the program.
    const cut = (fault: Error) => void (broken = fault)
    client.on('error', cut)
    try {
      await client.query('begin')
      // One connection answers one question at a time; those asked at once wait for each other.
      let last: Promise<unknown> = Promise.resolve()
      const reader = readerOf((config) => {
        const own = last.then(() => client.query(config))
        last = own.catch(() => undefined)
        return own
      })
      const answer = await work({
        ...reader,
        emit(contract, at, body) {
          if (events.length >= mostEvents)
            throw new Error('too many events in one transaction: cut the work into several')
          const data = z.parse(contract.body, body)
          const topics = contract.topics(data)
          events.push({
            type: contract.name,
            version: contract.version,
            at,
            topics,
            hearers: contract.hearers(data),
            data,
          })
        },
        remember: () => {
          remembers = true
        },
      })
      if (isRefusal(answer) && !remembers) {
        await client.query('rollback')
        return answer
      }
      if (events.length > 0) await reader.run(keepEvents, { events: json(events) })
      await client.query('commit')
      if (events.length > 0) {
        tell()
        bell.ring()
      }
      return answer
    } catch (fault) {
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
    ...readerOf((config) => pool.query(config)),
    async tx(work) {
      for (let tries = 1; ; tries++) {
        try {
          return await once(work)
        } catch (fault) {
          if (tries >= 4 || !isWorthAnotherTry(fault)) throw fault
        }
      }
    },
    onCommit(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    async close() {
      isClosing = true
      await bell.close()
      await pool.end()
    },
    pool,
  }
}

/** The doorbell between processes: NOTIFY on a connection of its own, outside every business transaction, coalesced. */
function openBell(url: string, hear: () => void, onFault: (fault: unknown) => void) {
  let client: pg.Client | undefined
  let closed = false
  let waiting: NodeJS.Timeout | undefined
  let isRung = false
  let again: NodeJS.Timeout | undefined
  const connect = async () => {
    const mine = new pg.Client({ connectionString: url, application_name: 'open110-bell' })
    const retry = (fault: unknown) => {
      if (client === mine) client = undefined
      if (closed) return
      onFault(fault)
      clearTimeout(again)
      again = setTimeout(() => void connect(), 1_000)
    }
    mine.on('error', retry)
    // Its own ring comes back to it too, and this process has been told already.
    mine.on('notification', ({ processId }) => processId === processOf(mine) || hear())
    try {
      await mine.connect()
      await mine.query(`listen ${doorbell}`)
      client = mine
    } catch (fault) {
      retry(fault)
    }
  }
  const ring = () => {
    isRung = true
    waiting ??= setTimeout(() => {
      isRung = false
      const rung = client?.query(`notify ${doorbell}`).catch(onFault)
      void Promise.resolve(rung).then(() => {
        waiting = undefined
        if (isRung && !closed) ring()
      })
    }, 5)
  }
  const started = connect()
  return {
    ring,
    async close() {
      closed = true
      clearTimeout(waiting)
      clearTimeout(again)
      await started
      await client?.end().catch(onFault)
    },
  }
}

/** The number of the server process behind a connection; the driver keeps it and its types do not tell. */
function processOf(client: pg.Client): unknown {
  return (client as unknown as { processID?: number }).processID
}
