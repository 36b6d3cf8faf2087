import { lookup } from 'node:dns/promises'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openIds, systemClock } from '@open110/kit/server/clock'
import { CannotStart, migrate, openDatabase, serverVersion, startEmbedded } from '@open110/kit/server/db'
import { openLog } from '@open110/kit/server/log'
import { openFakeSms } from '@open110/modules/person/server'
import { deskNames } from '@open110/modules/place/server'
import { seedTown } from '@open110/town/seed'
import { settingsFrom } from './config.ts'
import { demoSmsPage } from './demo.ts'
import { openDoors } from './doors.ts'
import { openHouse } from './house.ts'
import { openLines } from './lines.ts'
import { openMediaEngine } from './media.ts'
import { agreeOnSecret, secretOf } from './secret.ts'
import { buildClients, serveClients } from './web.ts'

/** 启动 — config, database, modules, doors, in this order; stopped in the other. */
const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))
const say = (line: string) => void process.stdout.write(`${line}\n`)
const started = performance.now()

const read = settingsFrom(process.env, root)
if ('problems' in read) {
  say('设置有误,没有启动。 These settings are wrong, nothing was started:')
  for (const { key, zh, en } of read.problems) say(`  ${key}: ${zh} ${en}`)
  process.exit(2)
}
const { config, folder } = read
const host = config.OPEN110_HOST ?? (config.OPEN110_DEMO ? 'localhost' : '0.0.0.0')
const log = openLog(config.OPEN110_LOG)

const closers: (() => Promise<unknown> | void)[] = []
let starting: Promise<void> | undefined
let stopping: Promise<void> | undefined
const stop = (code: number) => {
  stopping ??= (async () => {
    // What is being started now must be there to be stopped: a database nobody waits for would stay behind.
    await starting?.catch(() => {})
    for (const close of closers.toReversed())
      await Promise.resolve(close()).catch((err: unknown) => log.error({ err }, 'close'))
    process.exit(code)
  })()
  return stopping
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (!stopping) say('正在停止 Stopping')
    void stop(0)
  })
}
// Node's own last words would quote whatever the fault carries, a person's number too.
process.on('uncaughtException', (fault) => {
  log.fatal({ err: fault }, 'fault outside every answer')
  void stop(1)
})

try {
  const opening = start()
  starting = opening.then(() => {})
  const port = await opening
  // Who has a client already can report meanwhile: the phone in a hand, the page still open, the mini-program.
  if (config.OPEN110_CLIENTS && !stopping) await buildClients({ root, log: say })
  if (port && !stopping) welcome(`http://localhost:${port}`)
} catch (fault) {
  if (fault instanceof CannotStart) say(fault.message)
  else log.fatal({ err: fault }, 'cannot start')
  await stop(1)
}

/** Opens the doors and says at which port; nothing when it was stopped before. */
async function start(): Promise<number | undefined> {
  await refuseTakenPort(config.OPEN110_PORT, host)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let url = config.DATABASE_URL
  if (!url) {
    const embedded = await startEmbedded({ dir: folder, log: say })
    closers.push(embedded.stop)
    url = embedded.url
  }
  if (stopping) return undefined
  const version = await serverVersion(url, say).catch((cause: unknown) => {
    throw new CannotStart(
      '连不上 DATABASE_URL 指定的数据库,请检查地址、口令和网络。',
      'The database named in DATABASE_URL does not answer; check its address, password and network.',
      { cause },
    )
  })
  if (version < 15)
    throw new CannotStart(
      `数据库版本是 ${version},需要 PostgreSQL 15 或更新。`,
      `PostgreSQL ${version} is too old, 15 is needed.`,
    )
  await migrate(url, join(root, 'migrations'), say)

  const db = openDatabase({
    url,
    connections: config.OPEN110_CONNECTIONS,
    onFault: (err) => log.warn({ err }, 'database connection'),
  })
  closers.push(db.close)
  const secret = config.OPEN110_SECRET ?? secretOf(folder)
  await agreeOnSecret(db, secret, folder)
  const clock = systemClock
  const ids = openIds(clock)
  if (config.OPEN110_DEMO) await seedTown({ db, ids, now: clock.now(), say })
  const desks = await db.all(deskNames)
  if (desks.length > 0 && !desks.some(({ id }) => id === config.OPEN110_DUTY_DESK)) {
    throw new CannotStart(
      `OPEN110_DUTY_DESK 写的 ${config.OPEN110_DUTY_DESK} 不是这里的接警台;没有位置的报警会无处可送。`,
      `OPEN110_DUTY_DESK names ${config.OPEN110_DUTY_DESK}, which is no desk here; reports without a place would have nowhere to go.`,
    )
  }

  // Without the number: what is said at the terminal may end up in a log.
  const sms = openFakeSms((words) => say(`演示短信 Demo text: ${words}`))
  const lines = openLines(config, { clock, log })
  closers.push(lines.close)
  const house = await openHouse({
    db,
    clock,
    ids,
    log,
    sms,
    lines: lines.lines,
    media: openMediaEngine(config, folder, log),
    secret,
    folder: join(folder, 'evidence'),
    gridFile: join(folder, 'place.grid'),
    ...(config.DATABASE_URL === undefined && { dataFolder: folder }),
    dutyDesk: config.OPEN110_DUTY_DESK,
    isDemo: config.OPEN110_DEMO,
  })
  closers.push(house.close)
  if (stopping) return undefined
  if (config.OPEN110_CLIENTS) serveClients(house.app, { isDemo: config.OPEN110_DEMO })
  lines.serve(house.app)
  if (config.OPEN110_DEMO)
    house.app.get('/demo/sms', (_, reply) =>
      reply.type('text/html; charset=utf-8').send(demoSmsPage(sms.sent)),
    )
  const port = await openDoors(house.app, { port: config.OPEN110_PORT, host })
  house.sweeps.start()
  return port
}

/** Said before anything else is started, so that nobody waits for a database only to read this. */
async function refuseTakenPort(port: number, on: string): Promise<void> {
  if (port === 0) return
  const another = { zh: '或用 OPEN110_PORT=另一个端口 启动。', en: 'or start with another OPEN110_PORT.' }
  for (const { address } of await lookup(on, { all: true })) {
    const code = await new Promise<string | undefined>((tried) => {
      const probe = createServer()
      probe.once('error', (fault: NodeJS.ErrnoException) => tried(fault.code))
      probe.listen({ port, host: address }, () => probe.close(() => tried(undefined)))
    })
    if (code === 'EADDRINUSE') {
      throw new CannotStart(
        `端口 ${port} 已被占用。请先停掉占用它的程序,${another.zh}`,
        `Port ${port} is taken. Stop what uses it, ${another.en}`,
      )
    }
    if (code === 'EACCES') {
      throw new CannotStart(
        `没有权限使用端口 ${port}。请换一个有权限的用户,${another.zh}`,
        `Port ${port} is not for this user. Start as one who may use it, ${another.en}`,
      )
    }
  }
}

function welcome(base: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const lines = [
    '',
    `open110 已就绪 Ready in ${seconds} s`,
    '',
    `  接口 API         ${base}/api/openapi.json`,
  ]
  if (config.OPEN110_CLIENTS) {
    lines.push(
      `  报警端 Citizen   ${base}/`,
      `  接警席 Console   ${base}/console/`,
      `  处警端 Field     ${base}/field/`,
      ...(config.OPEN110_DEMO ? [`  全部入口 Links   ${base}/demo`] : []),
    )
  }
  if (config.OPEN110_DEMO) {
    lines.push(
      '',
      '  演示账号 Demo log-ins(密码 password: open110-demo)',
      '    zhaomin@lishui  接警员    officer@lishui  值班长    unit-1@lishui  民警    zhaomin@shaoxing  绍兴接警员',
      '    演示账号只为试用;正式使用请设 OPEN110_DEMO=off。 For trying out only.',
    )
  }
  say([...lines, ''].join('\n'))
}
