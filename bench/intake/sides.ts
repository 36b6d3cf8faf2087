import { fork } from 'node:child_process'
import { alone, family, startMeter } from '../cpu.ts'
import { answerOf, type Generator, type Outcome } from '../generator/index.ts'
import { quantile } from '../machine.ts'
import { insist, newRun, reportsPath, truthOf, type Stand } from '../stand.ts'
import { openPgbench } from './pgbench.ts'
import { openPoolInsert } from './pool-insert.ts'

/** 一轮 — what one side did in one round. */
export type Sample = {
  readonly perSecond: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** Processor time for each report or row, in microseconds. */
  readonly cpuMicros?: { readonly server?: number; readonly postgres: number; readonly generator?: number }
  readonly foreignCores: number | undefined
}

/** 一方 — something that takes reports, or rows, from so many writers at once. */
export type Side = {
  readonly name: string
  run(writers: number, seconds: number): Promise<Sample>
  close(): void
}

/** Something that speaks HTTP and keeps what it answers 201 to, measured by the one generator. */
export function overHttp(given: {
  name: string
  pid: number
  host: string
  port: number
  path: string
  tokens: readonly string[]
  stand: Stand
  generator: Generator
  head?: readonly string[]
  idName?: string
  /** Throws when an acknowledged one is missing or is there twice. */
  check: (run: string, outcome: Outcome) => Promise<void>
  close?: () => void
}): Side {
  return {
    name: given.name,
    async run(writers, seconds) {
      const { host, port, path, tokens, head = [], idName = 'id' } = given
      const run = newRun()
      const read = startMeter({
        server: alone(given.pid),
        postgres: family(given.stand.database.postmaster),
      })
      const outcome = await given.generator.run({
        ...{ host, port, path, tokens, seconds, mode: 'text', run, phones: writers, head, idName },
      })
      const reading = read()
      const refused = Object.entries(outcome.refused)
      if (refused.length > 0 || outcome.lost > 0 || outcome.unanswered > 0)
        throw new Error(
          `${given.name}: refused ${JSON.stringify(outcome.refused)}, lost ${outcome.lost}, unanswered ${outcome.unanswered}`,
        )
      await given.check(run, outcome)
      const count = outcome.ids.length
      const each = (cpuSeconds: number) => (cpuSeconds / count) * 1e6
      return {
        perSecond: (count / outcome.elapsedMs) * 1_000,
        p50Ms: quantile(outcome.latencyMs, 0.5),
        p99Ms: quantile(outcome.latencyMs, 0.99),
        foreignCores: reading?.foreignCores,
        ...(reading
          ? {
              cpuMicros: {
                server: each(reading.parts.server),
                postgres: each(reading.parts.postgres),
                generator: each(outcome.cpuSeconds),
              },
            }
          : {}),
      }
    },
    close: () => given.close?.(),
  }
}

/** The program under test: each round's receipts are held against its table. */
export const openProgram = (stand: Stand, generator: Generator, tokens: readonly string[]): Side =>
  overHttp({
    ...{ name: 'open110', pid: stand.server.pid, host: stand.host, port: stand.port, path: reportsPath },
    ...{ tokens, stand, generator },
    check: async (run, outcome) => insist(await truthOf(stand.sql, run, outcome), outcome),
  })

/** The plain Node server beside it, on the same database, in a process of its own. */
export async function openFloor(
  stand: Stand,
  generator: Generator,
  tokens: readonly string[],
): Promise<Side> {
  const child = fork(new URL('floor.ts', import.meta.url), [stand.database.url])
  const port = (await answerOf(child)) as number
  return overHttp({
    ...{ name: 'floor', pid: child.pid ?? 0, host: 'localhost', port, path: '/', tokens, stand, generator },
    async check(run, outcome) {
      const { rows } = await stand.sql.query<{ count: number }>(
        `select count(*)::int as count from bench_floor where words like '%' || $1 || '-________'`,
        [run],
      )
      if (rows[0]?.count !== outcome.ids.length) throw new Error('the floor lost what it had acknowledged')
    },
    close: () => void child.kill(),
  })
}

/** Rows alone, without a server. */
export async function openRows(stand: Stand): Promise<Side> {
  await stand.sql.query('create table bench_row (id uuid primary key, words text not null)')
  const inserts = openPgbench(stand.database) ?? (await openPoolInsert(stand.database))
  return {
    name: inserts.name,
    async run(writers, seconds) {
      const read = startMeter({ postgres: family(stand.database.postmaster) })
      const perSecond = await inserts.run(writers, seconds)
      const reading = read()
      const postgres = ((reading?.parts.postgres ?? Number.NaN) / (perSecond * seconds)) * 1e6
      return {
        perSecond,
        foreignCores: reading?.foreignCores,
        ...(reading ? { cpuMicros: { postgres } } : {}),
      }
    },
    close: inserts.close,
  }
}
