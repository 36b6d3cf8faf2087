import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { openSession } from '@open110/modules/person/api'
import { list, send } from '@open110/modules/report/api'
import { granted } from '@open110/town'
import { startServer, type Server } from '@open110/town/town.server'

const patienceMs = 120_000
const cleanings: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const clean of cleanings.splice(0).toReversed()) await clean()
})

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'open110-start-'))
  cleanings.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const start = async (...how: Parameters<typeof startServer>): Promise<Server> => {
  const server = await startServer(...how)
  cleanings.push(() => {
    server.signal('SIGKILL')
    return server.ended
  })
  return server
}

const stop = async (server: Server, signal: NodeJS.Signals): Promise<void> => {
  server.signal(signal)
  expect(await server.ended, server.said()).toBe(0)
}

/** PostgreSQL takes its pid file with it when it goes, and the program its lock. */
const isQuiet = (data: string): boolean =>
  !existsSync(join(data, 'postgres/postmaster.pid')) && !existsSync(join(data, 'lock'))

const sentences = (said: string): string[] => said.trim().split('\n')

test(
  '[SV2] stopped by SIGTERM or SIGINT it ends with 0 and leaves no database; the next start goes on with the data',
  async () => {
    const data = newFolder()
    const first = await start({ OPEN110_DATA: data })
    const { token } = granted(await first.caller()(openSession, { body: {} }))
    const sent = granted(
      await first.caller(token)(send, { body: { mode: 'text', words: '有人跟着我' }, key: 'one' }),
    )
    await stop(first, 'SIGTERM')
    expect(isQuiet(data)).toBe(true)

    const second = await start({ OPEN110_DATA: data })
    expect(second.readyMs, second.said()).toBeDefined()
    process.stdout.write(
      `first start ${Math.round(first.readyMs!)} ms, second start ${Math.round(second.readyMs!)} ms\n`,
    )
    const mine = granted(await second.caller(token)(list))
    expect(mine.map(({ id, receiptCode }) => ({ id, receiptCode }))).toEqual([
      { id: sent.id, receiptCode: sent.receiptCode },
    ])
    const again = granted(
      await second.caller(token)(send, { body: { mode: 'text', words: '有人跟着我' }, key: 'one' }),
    )
    expect(again).toEqual(sent)

    const third = await start({ OPEN110_DATA: data })
    expect(third.readyMs).toBeUndefined()
    expect(await third.ended).toBe(1)
    expect(sentences(third.said()).at(-1)).toMatch(/^open110 已在运行/)
    expect(third.said()).not.toContain('    at ')
    expect((await fetch(`${second.base}/readyz`)).status).toBe(200)

    await stop(second, 'SIGINT')
    expect(isQuiet(data)).toBe(true)
  },
  patienceMs,
)

test(
  '[SV2] asked to stop while it is still starting, it leaves no database either',
  async () => {
    const data = newFolder()
    let isAsked = false
    const server = await start({ OPEN110_DATA: data }, (said, signal) => {
      if (!isAsked && said.includes('首次运行')) signal('SIGTERM')
      isAsked ||= said.includes('首次运行')
    })
    expect(await server.ended, server.said()).toBe(0)
    expect(server.readyMs).toBeUndefined()
    expect(isQuiet(data)).toBe(true)
  },
  patienceMs,
)

test(
  '[SV3] a taken port is said in one sentence, before anything is made',
  async () => {
    for (const host of ['127.0.0.1', '::']) {
      const other = createServer().listen(0, host)
      await once(other, 'listening')
      const { port } = other.address() as AddressInfo
      const data = join(newFolder(), 'data')
      const server = await start({ OPEN110_DATA: data, OPEN110_PORT: String(port) })
      expect(await server.ended).toBe(1)
      expect(sentences(server.said())).toEqual([
        expect.stringMatching(new RegExp(`^端口 ${port} 已被占用.*Port ${port} is taken`)),
      ])
      expect(existsSync(data)).toBe(false)
      other.close()
    }
  },
  patienceMs,
)

test(
  '[SV3] wrong settings are all told at once, by the names that were typed',
  async () => {
    const server = await start({
      OPEN110_DATA: newFolder(),
      OPEN110_PORT: 'eighty',
      OPEN110_DEMO: 'maybe',
      OPEN110_CONNECTIONS: '2',
      OPEN110_LOG: 'loud',
      DATABASE_URL: 'mysql://root:open-sesame@db/open110',
    })
    expect(await server.ended).toBe(2)
    const keys = sentences(server.said())
      .slice(1)
      .map((line) => line.trim().split(':')[0] ?? '')
    expect(new Set(keys)).toEqual(
      new Set(['DATABASE_URL', 'OPEN110_CONNECTIONS', 'OPEN110_DEMO', 'OPEN110_LOG', 'OPEN110_PORT']),
    )
    expect(keys).toHaveLength(5)
    expect(server.said()).not.toContain('open-sesame')
  },
  patienceMs,
)

test(
  '[SV4] [SV5] it stands on a PostgreSQL of the operator, and only with the secret it was begun with',
  async () => {
    const cluster = process.env['OPEN110_TEST_DB']!
    const name = `start_${process.pid}`
    const admin = new pg.Client(cluster)
    await admin.connect()
    cleanings.push(async () => {
      await admin.query(`drop database if exists ${name} with (force)`)
      await admin.end()
    })
    await admin.query(`create database ${name}`)
    const data = newFolder()
    const settings = {
      OPEN110_DATA: data,
      DATABASE_URL: cluster.replace(/\/[^/?]*(\?|$)/, `/${name}$1`),
      OPEN110_DEMO: 'off',
    }
    const server = await start(settings)
    expect(server.readyMs, server.said()).toBeDefined()
    expect(server.said()).not.toContain('open110-demo')
    expect((await fetch(`${server.base}/demo/sms`)).status).toBe(404)
    granted(await server.caller()(openSession, { body: {} }))
    await stop(server, 'SIGTERM')
    expect(existsSync(join(data, 'postgres'))).toBe(false)
    const stranger = await start({ ...settings, OPEN110_DATA: newFolder() })
    expect(await stranger.ended).not.toBe(0)
    expect(stranger.said()).toContain('不是这个数据库的密钥')
    const second = await start({
      ...settings,
      OPEN110_DATA: newFolder(),
      OPEN110_SECRET: readFileSync(join(data, 'secret'), 'utf8'),
    })
    expect(second.readyMs, second.said()).toBeDefined()
    await stop(second, 'SIGTERM')
  },
  patienceMs,
)

test(
  '[SV4] a database that does not answer is said in one sentence, without its password',
  async () => {
    const server = await start({
      OPEN110_DATA: newFolder(),
      DATABASE_URL: 'postgres://open110:open-sesame@127.0.0.1:9/open110',
    })
    expect(await server.ended).toBe(1)
    expect(sentences(server.said())).toEqual([expect.stringContaining('连不上 DATABASE_URL')])
    expect(server.said()).not.toContain('open-sesame')
  },
  patienceMs,
)

test(
  '[SV3] a duty desk that is none of the desks is said in one sentence, before a report can be lost by it',
  async () => {
    const server = await start({ OPEN110_DATA: newFolder(), OPEN110_DUTY_DESK: 'nowhere' })
    expect(await server.ended).not.toBe(0)
    expect(server.said()).toContain('OPEN110_DUTY_DESK')
  },
  patienceMs,
)
