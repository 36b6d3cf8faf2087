/** 启动 — from the start of the process until it says that it is ready: on no data, on data, and after it was killed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../town/town.server.ts'
import { keepRun, quantile, round, say } from '../machine.ts'

const rounds = 3

async function ready(data: string, end: 'SIGTERM' | 'SIGKILL'): Promise<number> {
  const server = await startServer({ OPEN110_DATA: data })
  if (server.readyMs === undefined) throw new Error(server.said())
  server.signal(end)
  await server.ended
  return server.readyMs / 1000
}

const first: number[] = []
const again: number[] = []
const afterKill: number[] = []
for (let turn = 0; turn < rounds; turn++) {
  const data = mkdtempSync(join(tmpdir(), 'open110-bench-'))
  first.push(await ready(data, 'SIGTERM'))
  again.push(await ready(data, 'SIGKILL'))
  afterKill.push(await ready(data, 'SIGTERM'))
  rmSync(data, { recursive: true, force: true })
}
const seconds = (sample: readonly number[]) => ({
  median: round(quantile(sample, 0.5), 2),
  worst: round(Math.max(...sample), 2),
})
const figures = {
  firstSeconds: seconds(first),
  againSeconds: seconds(again),
  afterKillSeconds: seconds(afterKill),
}
say(`${rounds} rounds, web clients off; seconds until ready    median   worst`)
for (const [name, { median, worst }] of Object.entries(figures)) {
  say(`  ${name.padEnd(44)}${String(median).padStart(9)}${String(worst).padStart(8)}`)
}
keepRun(import.meta.url, { rounds, ...figures })
