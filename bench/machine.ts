import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** 机器 — where the figures come from; without it they say nothing. */
const machine = () => ({
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  loadAverage: loadavg().map((n) => Number(n.toFixed(2))),
})

export const say = (line = ''): boolean => process.stdout.write(`${line}\n`)

/** The value below which this share of the sample lies. */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits))

/** Lays the figures beside the bench, with the machine and the moment. */
export function keepRun(bench: string, figures: object): void {
  const run = { at: new Date().toISOString(), machine: machine(), ...figures }
  writeFileSync(new URL('last-run.json', bench), `${JSON.stringify(run, undefined, 2)}\n`)
}
