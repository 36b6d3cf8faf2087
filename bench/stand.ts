import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openSession } from '../modules/person/person.api.ts'
import { login } from '../modules/staff/staff.api.ts'
import { demoPassword } from '../town/staff.ts'
import { startServer, type Server } from '../town/town.server.ts'
import { granted } from '../town/town.ts'
import type { Outcome } from './generator/index.ts'

/** 测量台 — the program itself, as it is shipped, on a data folder of its own, and a look into its database. */
export type Stand = {
  readonly server: Server
  readonly host: string
  readonly port: number
  readonly database: Where
  readonly sql: pg.Client
  /** Sessions of so many citizens. */
  citizens(count: number): Promise<string[]>
  /** A call-taker's session. */
  staff(account: string): Promise<string>
  close(): Promise<void>
}

/** 库在哪 — a PostgreSQL on a socket: the folder of the socket and the process that started all the others. */
export type Where = { readonly url: string; readonly socketFolder: string; readonly postmaster: number }

export const urlOf = (socketFolder: string): string =>
  `postgresql://open110@localhost/open110?host=${encodeURIComponent(socketFolder)}`

/** PostgreSQL writes down where it is: its process on the first line, its socket's folder on the fifth. */
function embeddedOf(data: string): Where {
  const lines = readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')
  const socketFolder = lines[4]?.trim()
  if (!socketFolder) throw new Error('this bench needs a PostgreSQL on a socket')
  return { url: urlOf(socketFolder), socketFolder, postmaster: Number(lines[0]) }
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'open110-bench-'))

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

export async function openStand(
  given: { data?: string; database?: Where; withClients?: boolean } = {},
): Promise<Stand> {
  const data = given.data ?? newFolder()
  const server = await startServer({
    OPEN110_DATA: data,
    ...(given.database ? { DATABASE_URL: given.database.url } : {}),
    ...(given.withClients ? { OPEN110_CLIENTS: 'on', OPEN110_MEDIA: 'embedded' } : {}),
  })
  if (!server.base) throw new Error(server.said())
  // A bench that ends before its time leaves no server behind.
  const leash = () => server.signal('SIGTERM')
  process.once('exit', leash)
  const database = given.database ?? embeddedOf(data)
  const sql = new pg.Client({ connectionString: database.url })
  sql.on('error', () => {}) // it goes with the server
  await sql.connect()
  const { hostname, port } = new URL(server.base)
  return {
    server,
    host: hostname,
    port: Number(port),
    database,
    sql,
    async citizens(count) {
      const tokens: string[] = []
      while (tokens.length < count) {
        const few = Array.from({ length: Math.min(16, count - tokens.length) }, async () =>
          granted(await server.caller()(openSession, { body: {} })),
        )
        tokens.push(...(await Promise.all(few)).map(({ token }) => token))
      }
      return tokens
    },
    staff: async (account) =>
      granted(await server.caller()(login, { body: { account, password: demoPassword } })).token,
    async close() {
      await sql.end().catch(() => {})
      server.signal('SIGTERM')
      await server.ended
      process.off('exit', leash)
      if (!given.data) rmSync(data, { recursive: true, force: true })
    },
  }
}

/** A name for one run, by which its keys and words are known. */
export const newRun = (): string => randomBytes(4).toString('hex')

/** The report path as outsiders know it. */
export const reportsPath = '/api/v1/reports'

export type Truth = {
  /** Acknowledged and not there. Anything but 0 is the end of the promise. */
  readonly lost: number
  /** There twice. */
  readonly doubled: number
  /** There without an acknowledgement; no more than the presses whose answer was lost or refused. */
  readonly unacknowledged: number
}

/** 对账 — what one run acknowledged, against what lies in the table under its words. */
export async function truthOf(sql: pg.Client, run: string, outcome: Outcome): Promise<Truth> {
  const { rows } = await sql.query<{ id: string; words: string }>(
    `select id, words from report where words like '%' || $1 || '-________'`,
    [run],
  )
  const there = new Set(rows.map(({ id }) => id))
  const acknowledged = new Set(outcome.ids)
  return {
    lost: [...acknowledged].filter((id) => !there.has(id)).length,
    doubled:
      rows.length - new Set(rows.map(({ words }) => words)).size + outcome.ids.length - acknowledged.size,
    unacknowledged: [...there].filter((id) => !acknowledged.has(id)).length,
  }
}

/** Ends the bench when an acknowledged report is missing or is there twice: such figures mean nothing. */
export function insist(truth: Truth, outcome: Outcome): void {
  if (truth.lost > 0 || truth.doubled > 0)
    throw new Error(`${truth.lost} acknowledged reports are lost, ${truth.doubled} doubled`)
  if (truth.unacknowledged > outcome.sent - outcome.ids.length)
    throw new Error(`${truth.unacknowledged} reports are there that nobody sent`)
}
