import { execFileSync, spawn, type SpawnOptions } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** PostGIS — the oracle of the place benchmark. open110 itself never asks it anything. */
export interface Oracle {
  readonly client: pg.Client
  readonly close: () => Promise<void>
}

const isRoot = process.getuid?.() === 0

/** The newest installed PostgreSQL that has PostGIS, as Debian lays it out. */
function postgisBin(): string | undefined {
  const base = '/usr/lib/postgresql'
  if (!existsSync(base)) return undefined
  const found = readdirSync(base)
    .filter((version) => existsSync(`/usr/share/postgresql/${version}/extension/postgis.control`))
    .sort((a, b) => Number(b) - Number(a))
  return found[0] && join(base, found[0], 'bin')
}

function install(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql-15-postgis-3'], {
    stdio: 'ignore',
    env,
  })
}

/** PostgreSQL refuses to run as root, so root lends it the least of its users. */
function asWhom(): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (!isRoot) return {}
  const number = (flag: string): number => Number(execFileSync('id', [flag, 'nobody']).toString())
  return { uid: number('-u'), gid: number('-g') }
}

/** A temporary cluster on a unix socket of its own, gone after `close`. Answers why there is none. */
export async function openOracle(): Promise<Oracle | { readonly missing: string }> {
  if (!postgisBin() && isRoot) {
    try {
      install()
    } catch {
      return { missing: 'apt-get could not install postgresql-15-postgis-3' }
    }
  }
  const bin = postgisBin()
  if (!bin) return { missing: 'PostGIS is not installed; as root: apt-get install postgresql-15-postgis-3' }

  const folder = mkdtempSync(join(tmpdir(), 'oracle-'))
  const whom = asWhom()
  if (whom.uid !== undefined) chownSync(folder, whom.uid, whom.gid!)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'oracle', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...whom,
    cwd: folder,
    stdio: 'ignore',
  })
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    shared_buffers: '256MB',
  }
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { ...whom, cwd: folder, stdio: 'ignore' },
  )
  const stopped = new Promise<void>((done) => server.once('exit', () => done()))
  const killAtExit = (): boolean => server.kill('SIGQUIT') // a benchmark that throws leaves no server behind
  process.once('exit', killAtExit)
  const stop = async (): Promise<void> => {
    server.kill('SIGINT')
    await stopped
    process.off('exit', killAtExit)
    rmSync(folder, { recursive: true, force: true })
  }
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ host: folder, port: 5432, user: 'oracle', database: 'postgres' })
    try {
      await client.connect()
      await client.query('create extension postgis')
      return {
        client,
        close: async () => {
          await client.end()
          await stop()
        },
      }
    } catch (cause) {
      await client.end().catch(() => undefined)
      if (tries < 100) {
        await new Promise((again) => setTimeout(again, 100))
        continue
      }
      await stop()
      throw new Error('the oracle did not start', { cause })
    }
  }
}
