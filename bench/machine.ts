import { writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { startMeter } from './cpu.ts'

const meter = startMeter({})

/** 机器 — where the figures come from; without it they say nothing. */
const machine = () => {
  const reading = meter()
  return {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    loadAverage: loadavg().map((n) => Number(n.toFixed(2))),
    /** Cores that programs other than this bench and what it started kept busy during the whole run. */
    ...(reading ? { foreignCores: round(reading.foreignCores, 2) } : {}),
  }
}

export const say = (line = ''): boolean => process.stdout.write(`${line}\n`)

/** The value below which this share of the sample lies. */
export function quantile(sample: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(sample).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (sample: readonly number[]): number => quantile(sample, 0.5)

export const round = (value: number, digits = 1): number => Number(value.toFixed(digits))

/** p50, p99 and the worst of a sample in milliseconds. */
export const spread = (sample: readonly number[] | Float64Array) => ({
  p50Ms: round(quantile(sample, 0.5)),
  p99Ms: round(quantile(sample, 0.99)),
  maxMs: round(quantile(sample, 1)),
})

/** A row of a table: the first column to the left, the others to the right. */
export const row = (cells: readonly (string | number | undefined)[], widths: readonly number[]): string =>
  cells
    .map((cell, n) => {
      const text = String(cell ?? '–')
      return n === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[n] ?? 10)
    })
    .join('')

/** What was asked for behind the bench's name: `--seconds 60`. */
export function asked(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`)
  const value = at < 0 ? otherwise : Number(process.argv[at + 1])
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0`)
  return value
}

/** Lays the figures beside the bench, with the machine and the moment. */
export function keepRun(bench: string, figures: object): void {
  const run = { at: new Date().toISOString(), machine: machine(), ...figures }
  writeFileSync(new URL('last-run.json', bench), `${JSON.stringify(run, undefined, 2)}\n`)
}
