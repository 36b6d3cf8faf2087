import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { janusHome, startJanus } from '../media/janus/index.ts'

/**
 * 外部媒体引擎 — `npm run janus` starts Debian's Janus for this installation and says with which settings the server finds
 * it. Its configuration and its secret lie in `janus` of the data folder; Ctrl-C ends it.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8188' },
    ports: { type: 'string', default: '20000-29999' },
    address: { type: 'string' },
  },
})
const [from = Number.NaN, to = Number.NaN] = values.ports.split('-').map(Number)
if (!(from >= 1_024 && to <= 65_535 && to - from >= 100)) {
  console.error('--ports 要写成 20000-29999,至少 100 个。 --ports must read like 20000-29999, 100 at least.')
  process.exit(2)
}
if (!janusHome()) {
  console.error('没有安装 Janus:apt-get install janus。 Janus is not installed: apt-get install janus.')
  process.exit(2)
}

const folder = join(resolve(process.env['OPEN110_DATA'] || '.data'), 'janus')
mkdirSync(folder, { recursive: true })
const kept = join(folder, 'secret')
if (!existsSync(kept)) writeFileSync(kept, randomBytes(24).toString('base64url'), { mode: 0o600 })
const secret = process.env['OPEN110_JANUS_SECRET'] || readFileSync(kept, 'utf8').trim()

const janus = await startJanus({
  folder,
  port: Number(values.port),
  secret,
  ports: { from, to },
  ...(values.address && { address: values.address }),
  say: (line) => process.stdout.write(line),
})
console.log(`
Janus 已启动,再这样启动服务器: Janus is up; start the server with:
  OPEN110_MEDIA=janus OPEN110_JANUS_URL=${janus.url} OPEN110_JANUS_SECRET=$(cat ${kept}) npm start
`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void janus.stop())
process.exitCode = await janus.ended
