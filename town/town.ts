import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openHouse, type House } from '@open110/server/house'
import { openCall, type Call, type Transport } from '@open110/kit/client/call'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { SteadyClock } from '@open110/kit/time'
import { openIds, openSteadyClock } from '@open110/kit/server/clock'
import { migrate, openDatabase, type Database } from '@open110/kit/server/db'
import { openLog } from '@open110/kit/server/log'
import { openFakeCti, openFakeTexts, type FakeCti, type FakeTexts } from '@open110/modules/channel/server'
import { surveyEngines } from '@open110/modules/evidence/server'
import { openFakeEngine, type FakeEngine } from '@open110/modules/video/server'
import type { MediaEngine } from '@open110/media/port'
import { openFakeSms } from '@open110/modules/person/server'
import { chanceOf } from './names.ts'
import { openPeople, type CitizenHere, type StaffHere } from './town.people.ts'
import { seedTown } from './seed.ts'

export type { CitizenHere, StaffHere } from './town.people.ts'

/** 小城 — the whole house on a database of its own, with a clock, ids and chance that the test owns. */
export type Town = {
  readonly house: House
  readonly db: Database
  readonly clock: SteadyClock
  readonly sms: ReturnType<typeof openFakeSms>
  /** The telephone exchange of the town, and the gateway that carries its texts to 12110. */
  readonly cti: FakeCti
  readonly texts: FakeTexts
  /** What carries its video calls, where no real engine was asked for. */
  readonly media: FakeEngine
  /** Where its evidence and its half uploads lie. */
  readonly folder: string
  /** Everything the house has logged so far. */
  readonly logged: () => string
  citizen(name: string): Promise<CitizenHere>
  staff(account: string): Promise<StaffHere>
  /** A caller with this bearer token, or with none. */
  caller(token?: string, address?: string): Call
  /** Time passes, and everything that became due is done. */
  after(seconds: number): Promise<void>
  /** Time passes, and what has become due waits until somebody looks. */
  passes(seconds: number): void
  /** Somebody sets the date of the machine; no time has passed. */
  jumps(seconds: number): void
  /** Run what is due and deliver what was told, until all is quiet. */
  settle(): Promise<void>
  /** The same house after its process died: nothing in memory is left, the tables are. */
  restart(): Promise<void>
  /** Serve on a real port; for tests with sockets and browsers. */
  listen(): Promise<string>
  close(): Promise<void>
}

const template = 'town_template'
const start = '2026-11-21T02:00:00.000Z'
const migrations = fileURLToPath(new URL('../migrations', import.meta.url))

const onCluster = (name: string) => {
  const url = process.env['OPEN110_TEST_DB']
  if (!url) throw new Error('no test database: run the tests with `npm test` or `npx vitest`')
  return url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`)
}

async function asAdmin<Answer>(work: (client: pg.Client) => Promise<Answer>): Promise<Answer> {
  const client = new pg.Client({ connectionString: onCluster('postgres') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Migrated and seeded once for a whole run; every test works on a copy of it. Gives the folder that ends with the cluster, where
 * the grid of the map, the same in every copy, is kept for the next.
 */
async function makeTemplate(): Promise<string> {
  return asAdmin(async (client) => {
    await client.query('select pg_advisory_lock(110)')
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    const kept = dirname(rows[0]!.data_directory)
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [
      template,
    ])
    if (rowCount) return kept
    await client.query(`drop database if exists ${template}`)
    await client.query(`create database ${template}`)
    await migrate(onCluster(template), migrations, () => {})
    const db = openDatabase({ url: onCluster(template), onFault: () => {} })
    const clock = { now: () => start }
    await seedTown({ db, ids: openIds(clock, randomOf('seed')), now: start, say: () => {} })
    await db.close()
    await client.query(`alter database ${template} is_template true`)
    return kept
  })
}

function randomOf(seed: string): (bytes: number) => Uint8Array {
  const chance = chanceOf(seed)
  return (bytes) => Uint8Array.from({ length: bytes }, () => Math.floor(chance() * 256))
}

let engines: ReturnType<typeof surveyEngines> | undefined
let opened = 0

export async function openTown(
  given: {
    seed?: string
    realClock?: boolean
    isDemo?: boolean
    keepFreeBytes?: number
    connections?: number
    /** A real engine in place of the town's own; opened anew with the house. */
    engine?: () => MediaEngine | undefined
  } = {},
): Promise<Town> {
  const kept = await makeTemplate()
  const name = `town_${process.pid}_${opened++}`
  await asAdmin((client) => client.query(`create database ${name} template ${template}`))
  const folder = await mkdtemp(join(tmpdir(), 'open110-town-'))
  engines ??= mkdtemp(join(tmpdir(), 'open110-views-')).then((workRoot) => surveyEngines({ workRoot }))

  let nowMs = Date.parse(start)
  let jumpedMs = 0
  const clock = given.realClock
    ? openSteadyClock()
    : openSteadyClock({
        wallMs: () => (nowMs += 1) + jumpedMs,
        steadyMs: () => nowMs,
        uptimeMs: () => nowMs,
      })
  const lines: string[] = []
  const log = openLog('debug', { write: (line: string) => void lines.push(line) })
  const random = randomOf(given.seed ?? 'town')
  const ids = openIds(clock, random)
  const sms = openFakeSms()
  const cti = openFakeCti(clock, () => ids.make('line'))
  const texts = openFakeTexts(clock, () => ids.make('line'))
  const media = openFakeEngine()

  let db: Database
  let house: House
  const open = async () => {
    db = openDatabase({
      url: onCluster(name),
      connections: given.connections ?? 10,
      onFault: (err) => log.warn({ err }, 'database connection'),
    })
    house = await openHouse({
      db,
      clock,
      ids,
      log,
      sms,
      lines: { cti, gateway: texts },
      media: {
        engine: given.engine ? given.engine() : media,
        turn: { urls: [], secret: '' },
        publicUrl: 'https://110.lishui.example',
      },
      secret: 'a secret of the town',
      folder,
      gridFile: join(kept, 'grid'),
      dutyDesk: 'hangzhou',
      isDemo: given.isDemo ?? true,
      ...(given.keepFreeBytes !== undefined && { keepFreeBytes: given.keepFreeBytes }),
      random,
      engines: await engines,
    })
    // Who watches has looked once before anything happens, as in a process that has been up for a while.
    await house.sweeps.runAll()
  }
  await open()

  const inject =
    (address: string): Transport =>
    async ({ method, url, headers, body }) => {
      const answer = await house.app.inject({
        method: method as 'GET',
        url,
        headers: { ...headers },
        remoteAddress: address,
        ...(body === undefined ? {} : { payload: body }),
      })
      return { status: answer.statusCode, text: answer.body }
    }

  const town: Town = {
    get house() {
      return house
    },
    get db() {
      return db
    },
    clock,
    sms,
    cti,
    texts,
    media,
    folder,
    logged: () => lines.join(''),
    caller: (token, address = '127.0.0.1') =>
      openCall({ base: '', transport: inject(address), token: () => token, language: () => 'zh-CN' }),
    citizen: (who) => people.citizen(who),
    staff: (account) => people.staff(account),
    async after(seconds) {
      // Who watches how long something lasts has looked when it began.
      await house.sweeps.runAll()
      nowMs += seconds * 1000
      await town.settle()
    },
    passes(seconds) {
      nowMs += seconds * 1000
    },
    jumps(seconds) {
      jumpedMs += seconds * 1000
    },
    async settle() {
      for (let quiet = 0; quiet < 2;) {
        const did = (await house.sweeps.runAll()) + (await house.hub.pump())
        quiet = did === 0 ? quiet + 1 : 0
      }
    },
    async restart() {
      await house.close()
      await db.close()
      await open()
    },
    listen: () => house.app.listen({ port: 0, host: '127.0.0.1' }),
    async close() {
      await house.close()
      await db.close()
      await asAdmin((client) => client.query(`drop database ${name} with (force)`))
      await rm(folder, { recursive: true, force: true })
    },
  }
  const people = openPeople(town)
  return town
}

/** The answer, or a test failure that names the refusal. */
export function granted<Answer>(answer: Answer): Exclude<Answer, Refusal> {
  if (isRefusal(answer)) throw new Error(`refused: ${answer.refused} ${JSON.stringify(answer.facts)}`)
  return answer as Exclude<Answer, Refusal>
}

/** The code of a refusal, or a test failure that shows what was granted. */
export function refusedBy(answer: unknown): string {
  if (isRefusal(answer)) return answer.refused
  throw new Error(`not refused: ${JSON.stringify(answer).slice(0, 200)}`)
}
