import { execFileSync, type ExecFileSyncOptions } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastingPort } from '../town.server.ts'
import { postgresPrograms } from './needs.ts'

/** 整套数据库 — a PostgreSQL of the system with all its tools, for what the embedded one cannot be made to do. */
export type Postgres = { readonly url: string; stop(): void }

const nobody = 65_534
/** Transactions share one file of their fate with so many others. */
const perFile = 1_048_576

/**
 * Starts one whose next transaction has this number: `epoch` times 2^32, and `next` more. What is there already is
 * frozen, so that it stays visible from there.
 */
export async function startAtTransaction(epoch: number, next: number): Promise<Postgres> {
  const programs = postgresPrograms() ?? ''
  const folder = mkdtempSync(join(tmpdir(), 'open110-postgres-'))
  const data = join(folder, 'data')
  const port = await lastingPort()
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, nobody, nobody)
  const how: ExecFileSyncOptions = {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  }
  const run = (program: string, ...args: string[]) => execFileSync(join(programs, program), args, how)
  const at = ['-h', '127.0.0.1', '-p', String(port), '-U', 'open110']
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c autovacuum=off -c max_connections=200`
  const start = () => run('pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', options)
  const stop = () => run('pg_ctl', 'stop', '-w', '-m', 'fast', '-D', data)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    run('initdb', '-D', data, '-U', 'open110', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync')
    start()
    run('createdb', ...at, 'open110')
    run('vacuumdb', ...at, '--all', '--freeze', '--quiet')
    stop()
    run('pg_resetwal', '-D', data, '-e', String(epoch), '-u', String(next - 10_000), '-x', String(next))
    const file = Math.floor(next / perFile)
      .toString(16)
      .toUpperCase()
      .padStart(4, '0')
    const path = join(data, 'pg_xact', file)
    writeFileSync(path, Buffer.alloc(perFile / 4))
    if (isRoot) chownSync(path, nobody, nobody)
    start()
  } catch (fault) {
    remove()
    throw fault
  }
  return {
    url: `postgresql://open110@127.0.0.1:${port}/open110`,
    stop() {
      stop()
      remove()
    },
  }
}
