/**
 * 故障演练 — `npm run faults` does harm to the real processes and says what held; `npm run faults -- F1 F2 --rounds 100`
 * only those. RULES.md says what each rests on.
 */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { faults } from './all.ts'
import { closeGrounds } from './ground.ts'
import { perform, tableOf } from './perform.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '110' },
    rounds: { type: 'string', default: '10' },
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const strangers = positionals.filter((id) => !faults.some((fault) => fault.id === id))
if (strangers.length > 0) {
  say(`没有这项故障:${strangers.join(' ')} No such fault; there are: ${faults.map(({ id }) => id).join(' ')}`)
  process.exit(2)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeGrounds().finally(() => process.exit(130)))

const asked = faults.filter(({ id }) => positionals.length === 0 || positionals.includes(id))
const outcomes = await perform(asked, {
  seed: values.seed,
  rounds: Number(values.rounds),
  isShort: values.short,
  say,
})
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  load: loadavg().map((n) => n.toFixed(2)),
}
say(
  `\n${tableOf(outcomes)}\n\n${machine.cpu}, ${machine.cores} cores, load ${machine.load.join(' ')}, seed ${values.seed}`,
)
if (values.json)
  writeFileSync(
    values.json,
    `${JSON.stringify({ at: new Date().toISOString(), seed: values.seed, machine, outcomes }, undefined, 2)}\n`,
  )
process.exitCode = outcomes.some(({ end }) => end === 'broken') ? 1 : 0
