import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Need } from './fault.ts'

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin']
const has = (program: string) => folders.some((folder) => existsSync(join(folder, program)))

/** Where the library lies that shows a process another clock, if it is installed. */
export function faketimeLibrary(): string | undefined {
  return ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
    .map((folder) => join(folder, 'faketime/libfaketime.so.1'))
    .find((path) => existsSync(path))
}

/** The folder of a whole PostgreSQL, with the tools that the embedded one comes without. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  return readdirSync(root)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'pg_resetwal')))
}

const isThere: Readonly<Partial<Record<Need, () => boolean>>> = {
  linux: () => process.platform === 'linux',
  root: () => process.getuid?.() === 0,
  strace: () => has('strace'),
  loop: () => has('mkfs.ext4') && has('mount') && spawnSync('losetup', ['-f']).status === 0,
  faketime: () => faketimeLibrary() !== undefined,
  pg_resetwal: () => postgresPrograms() !== undefined,
}

const words: Readonly<Partial<Record<Need, string>>> = {
  linux: 'Linux',
  root: 'root',
  strace: 'strace',
  loop: 'loop mounts with mkfs.ext4',
  faketime: 'libfaketime',
  pg_resetwal: 'a whole PostgreSQL with pg_resetwal',
}

/** What this machine lacks for a fault, in words; empty when it can be done here. */
export function lacking(needs: readonly Need[] = []): string[] {
  return needs.filter((need) => !isThere[need]?.()).map((need) => words[need] ?? need)
}
