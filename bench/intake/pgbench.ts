import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Where } from '../stand.ts'

/** 单行插入 — PostgreSQL's own load generator with one prepared single-row `insert` of about the size of a report. */
export type RowInserts = {
  readonly name: string
  /** Rows a second at so many clients at once. */
  run(clients: number, seconds: number): Promise<number>
  close(): void
}

/** On the path, or where Debian lays it; the newest first. */
function findPgbench(): string | undefined {
  if (spawnSync('pgbench', ['--version']).status === 0) return 'pgbench'
  const place = '/usr/lib/postgresql'
  if (!existsSync(place)) return undefined
  return readdirSync(place)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(place, version, 'bin', 'pgbench'))
    .find((path) => existsSync(path))
}

export function openPgbench({ socketFolder }: Where): RowInserts | undefined {
  const program = findPgbench()
  if (!program) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'open110-pgbench-'))
  const script = join(folder, 'insert.sql')
  writeFileSync(script, 'insert into bench_row (id, words) values (gen_random_uuid(), :words);\n')
  const inserts: RowInserts = {
    name: 'pgbench',
    async run(clients, seconds) {
      const threads = Math.min(clients, 2, availableParallelism())
      const args = [
        ...['-n', '-M', 'prepared', '-f', script, '-c', `${clients}`, '-j', `${threads}`],
        ...['-T', `${Math.round(seconds)}`, '-D', `words=${'x'.repeat(500)}`],
        ...['-h', socketFolder, '-U', 'open110', 'open110'],
      ]
      const said = await whenThereIsRoom(program, args)
      const found = (pattern: RegExp) => Number(pattern.exec(said)?.[1] ?? Number.NaN)
      const perSecond = found(/tps = ([\d.]+) \(without initial connection time\)/)
      // On a busy machine the time may be over before all of them are connected.
      if (/actually processed: 0$/m.test(said) && seconds < 30) return inserts.run(clients, seconds * 2)
      if (!(perSecond > 0) || found(/failed transactions: (\d+)/) > 0) throw new Error(said)
      return perSecond
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
  return inserts
}

/** The sides before it may still hold connections that they no longer use; they give them back after a second. */
async function whenThereIsRoom(program: string, args: readonly string[]): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return (await promisify(execFile)(program, args)).stdout
    } catch (fault) {
      const said = (fault as { stderr?: string }).stderr ?? ''
      if (tries >= 15 || !said.includes('too many clients')) throw fault
      await wait(1_000)
    }
  }
}
