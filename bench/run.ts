/** 测量 — `npm run bench` runs every bench, `npm run bench -- live start` only those. bench/README.md says what they mean. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { say } from './machine.ts'

const benches = ['place', 'intake', 'live', 'start'] as const
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !benches.some((bench) => bench === name))
if (unknown.length > 0) {
  say(`没有这项测量:${unknown.join(' ')} No such bench; there are: ${benches.join(' ')}`)
  process.exit(2)
}

for (const name of benches.filter((bench) => asked.length === 0 || asked.includes(bench))) {
  say(
    `\n— ${name} — load average ${loadavg()
      .map((n) => n.toFixed(2))
      .join(' ')}`,
  )
  const bench = fileURLToPath(new URL(`${name}/${name}.bench.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=open110-server', bench], { stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) process.exitCode = 1
}
