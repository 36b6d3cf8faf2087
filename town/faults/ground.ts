import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Call } from '@open110/kit/client/call'
import { startEmbedded } from '@open110/kit/server/db'
import { login } from '@open110/modules/staff/api'
import { demoPassword } from '../staff.ts'
import { granted } from '../town.ts'
import { callerAt, lastingPort, startServer, type Server } from '../town.server.ts'
import { openProxy, type Proxy } from './proxy.ts'

/** 场地 — one real server and one real PostgreSQL to do harm to, with a line before each that can fail. */
export type Ground = {
  readonly folder: string
  /** The server's own. */
  readonly data: string
  readonly seed: string
  /** The process that runs now; another after each restart, at the same address. */
  readonly server: () => Server
  readonly base: string
  /** Between people and the server; and between the server and its database, when it was started `behind` it. */
  readonly front: Proxy
  readonly back: Proxy
  readonly call: (token?: string) => Call
  readonly login: (account: string) => Promise<{ token: string; id: string }>
  /** Everything that any of the processes has said. */
  readonly said: () => string
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>
  killPostmaster(): void
  /** Where the database is, now. */
  address(): string
  postmaster(): number
  /** The next life of the server; milliseconds until it was ready. Throws with its words when it did not start. */
  start(how?: Start): Promise<number>
  /** Asks it to stop, and starts it anew. */
  restart(how?: Start): Promise<number>
  /** Reads the tables, however often the database has to be asked while it recovers. */
  rows<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  close(): Promise<void>
}

export type Start = { behind?: 'line' | 'nothing'; settings?: Readonly<Record<string, string>> }

const open = new Set<() => Promise<void>>()

/** Whoever stops a drill in the middle leaves no process behind. */
export async function closeGrounds(): Promise<void> {
  for (const close of [...open].toReversed()) await close()
}

export class DidNotStart extends Error {}

/**
 * Opens one. `database: 'own'` leaves the database to the server, as on a laptop; otherwise it runs apart, and each
 * can be killed without the other. `cluster` says where its data lies, for a disk of its own.
 */
export async function openGround(
  given: {
    seed?: string
    database?: 'own' | 'apart' | string
    cluster?: string
    /** Where evidence lies, for a disk of its own. */
    evidence?: string
    settings?: Readonly<Record<string, string>>
  } = {},
): Promise<Ground> {
  const { seed = 'ground', database = 'apart' } = given
  const folder = mkdtempSync(join(tmpdir(), 'open110-faults-'))
  const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const close = async () => {
    open.delete(close)
    for (const one of closers.splice(0).toReversed()) await one()
  }
  open.add(close)
  const data = join(folder, 'data')
  if (given.evidence) {
    mkdirSync(data, { mode: 0o700 })
    symlinkSync(given.evidence, join(data, 'evidence'))
  }
  const clusterFolder = database === 'own' ? data : (given.cluster ?? join(folder, 'cluster'))
  let said = ''
  let server: Server | undefined

  try {
    let url = database
    if (database === 'apart') {
      const log = (line: string) => void (said += `${line}\n`)
      const cluster = await startEmbedded({ dir: clusterFolder, port: await lastingPort(), log })
      closers.push(cluster.stop)
      url = cluster.url
    }
    const port = await lastingPort()
    const base = `http://127.0.0.1:${port}`
    const front = await openProxy({ to: { port }, seed: `${seed} front` })
    const back = await openProxy({ to: { port: Number(portOf(url)) || 1 }, seed: `${seed} back` })
    closers.push(front.close, back.close)

    const start = async ({ behind, settings }: Start = {}) => {
      const line = behind === 'line' ? url.replace(/@[^/]+/, `@127.0.0.1:${back.port}`) : url
      const began = performance.now()
      server = await startServer({
        OPEN110_DATA: data,
        OPEN110_PORT: String(port),
        OPEN110_HOST: '127.0.0.1',
        OPEN110_LOG: 'info',
        ...(database === 'own' ? {} : { DATABASE_URL: line }),
        ...given.settings,
        ...settings,
      })
      if (server.readyMs === undefined) throw new DidNotStart(server.said())
      return Math.round(performance.now() - began)
    }
    const end = async (signal: NodeJS.Signals) => {
      const ending = server
      if (!ending) return
      ending.signal(signal)
      await ending.ended
      said += ending.said()
      server = undefined
    }
    closers.push(() => end('SIGTERM'))
    await start()

    const pidFile = () => readFileSync(join(clusterFolder, 'postgres/postmaster.pid'), 'utf8').split('\n')
    /** The embedded one is reached over the socket that its pid file names. */
    const address = (): string =>
      database === 'own'
        ? `postgresql://open110@localhost/open110?host=${encodeURIComponent(pidFile()[4] ?? '')}`
        : url
    return {
      folder,
      data,
      seed,
      server: () => {
        if (!server) throw new Error('no server runs')
        return server
      },
      base,
      front,
      back,
      call: (token) => callerAt(base, token),
      login: async (account) => {
        const found = granted(await callerAt(base)(login, { body: { account, password: demoPassword } }))
        return { token: found.token, id: found.staff.id }
      },
      said: () => said + (server?.said() ?? ''),
      kill: () => end('SIGKILL'),
      address,
      postmaster: () => Number(pidFile()[0]),
      killPostmaster: () => void process.kill(Number(pidFile()[0]), 'SIGKILL'),
      start,
      async restart(how) {
        await end('SIGTERM')
        return start(how)
      },
      async rows(sql, values = []) {
        for (let tries = 1; ; tries++) {
          try {
            return await ask(address(), sql, values)
          } catch (fault) {
            if (tries >= 50 || !isAway(fault)) throw fault
            await wait(200)
          }
        }
      },
      close,
    }
  } catch (fault) {
    server?.signal('SIGKILL')
    await close()
    throw fault
  }
}

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string, values: readonly unknown[]) {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Row>(sql, [...values])).rows
  } finally {
    await client.end().catch(() => {})
  }
}

/** Not there, or on its way back: 57P0x is what PostgreSQL says while it goes and comes. */
function isAway(fault: unknown): boolean {
  const { code = '', message } = fault as { code?: string; message: string }
  return /^(ECONN|ENOENT|EPIPE|57P0|08)/.test(code) || /terminated|ended unexpectedly/.test(message)
}

function portOf(url: string): string {
  return /:(\d+)\//.exec(url)?.[1] ?? ''
}
