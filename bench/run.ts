/** 测量 — `npm run bench` runs every bench, `npm run bench -- live start` only those. bench/README.md says what they mean. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say } from './machine.ts'

const benchOf = (name: string) => new URL(`${name}/${name}.bench.ts`, import.meta.url)
const benches = readdirSync(new URL('.', import.meta.url)).filter((name) => existsSync(benchOf(name)))

const names: string[] = []
const passedOn: string[] = []
let json: string | undefined
const given = process.argv.slice(2)
for (let word = given.shift(); word !== undefined; word = given.shift()) {
  if (word === '--json') json = given.shift()
  else if (word === '--peers') passedOn.push(word)
  else if (word.startsWith('--')) passedOn.push(word, given.shift() ?? '')
  else names.push(word)
}
const unknown = names.filter((name) => !benches.includes(name))
if (unknown.length > 0) {
  say(`没有这项测量:${unknown.join(' ')} No such bench; there are: ${benches.join(' ')}`)
  process.exit(2)
}

const done: Record<string, unknown> = {}
for (const name of benches.filter((bench) => names.length === 0 || names.includes(bench))) {
  say(`\n— ${name} —`)
  const began = new Date().toISOString()
  const bench = benchOf(name)
  const child = spawn(process.execPath, ['--conditions=open110-server', fileURLToPath(bench), ...passedOn], {
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) process.exitCode = 1
  const kept = new URL('last-run.json', bench)
  const run = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as { at: string }) : undefined
  // What could not be measured this time left its last figures as they were.
  if (code === 0 && run && run.at >= began) done[name] = run
}
if (json) writeFileSync(resolve(json), `${JSON.stringify(done, undefined, 2)}\n`)
