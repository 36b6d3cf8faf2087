import { closeSync, fchownSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Owner } from './embedded.binaries.ts'

/** 通道 — how the server reaches its database: a socket in a private folder, or loopback with a password. */
export type Way = { socketFolder: string; osUser: string } | { port: number }

/** 设置 — for a small machine that runs everything. An operator's `alter system` still wins over these. */
export const settings = {
  max_connections: 200,
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  maintenance_work_mem: '64MB',
  // Short questions from many seats: one that takes every core would make all the others wait.
  max_parallel_workers_per_gather: 0,
  jit: false,

  // A receipt is given after commit, so a commit is on the disk (promise 4).
  fsync: true,
  synchronous_commit: true,
  full_page_writes: true,
  wal_level: 'replica', // an online backup asks for it
  max_wal_size: '512MB',
  min_wal_size: '64MB',
  checkpoint_completion_target: 0.9,
  ssl: false,
  password_encryption: 'scram-sha-256',

  timezone: 'UTC',
  log_timezone: 'UTC',
  // What people wrote must not reach a log: no statements, no parameters, no error texts, no details.
  logging_collector: false,
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'log', // ranks above error: only the server's own life is told
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: -1,
  log_autovacuum_min_duration: -1,
  log_parameter_max_length: 0,
  log_parameter_max_length_on_error: 0,
  log_checkpoints: false,
} as const satisfies Record<string, Setting>

type Setting = string | number | boolean

/** What a cluster that is thrown away anyway need not pay for. */
export const careless = { fsync: false, synchronous_commit: false, full_page_writes: false } as const

const wayIn = (way: Way): Record<string, Setting> =>
  'port' in way
    ? { listen_addresses: '127.0.0.1', port: way.port, unix_socket_directories: '' }
    : {
        listen_addresses: '',
        port: 5432, // only part of the socket's name here
        unix_socket_directories: way.socketFolder,
        unix_socket_permissions: '0700',
      }

/**
 * Who may come in. Over the socket the kernel says who knocks, so there is no secret to keep; over loopback
 * anybody on the machine may knock, so there is one.
 */
const doorkeeper = (way: Way): string =>
  'port' in way ? 'host all open110 127.0.0.1/32 scram-sha-256\n' : 'local all open110 peer map=open110\n'

/** Written anew at each start: the program's version of today, not the one of the first day. */
export const writeSettings = (
  cluster: string,
  way: Way,
  owner: Owner | undefined,
  more: Record<string, Setting> = {},
): void => {
  const all: Record<string, Setting> = { ...settings, ...wayIn(way), ...more }
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${worded(value)}`)
  const title = '# Written by open110 at each start; use "alter system" for changes of your own.'
  writeOwned(join(cluster, 'postgresql.conf'), [title, ...lines, ''].join('\n'), owner)
  writeOwned(join(cluster, 'pg_hba.conf'), doorkeeper(way), owner)
  writeOwned(join(cluster, 'pg_ident.conf'), 'port' in way ? '' : `open110 "${way.osUser}" open110\n`, owner)
}

const worded = (value: Setting): string =>
  typeof value === 'string'
    ? `'${value.replaceAll("'", "''")}'`
    : typeof value === 'boolean'
      ? value
        ? 'on'
        : 'off'
      : `${value}`

/**
 * Root writes into a folder that belongs to an unprivileged user here, so a link that this user may have
 * planted under the name must not be followed: the name is removed and made anew.
 */
const writeOwned = (path: string, text: string, owner: Owner | undefined): void => {
  rmSync(path, { force: true })
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    if (owner) fchownSync(file, owner.uid, owner.gid)
  } finally {
    closeSync(file)
  }
}
