import { once } from 'node:events'
import pg from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as z from 'zod/mini'
import { migrate, query } from '@open110/kit/server/db'
import { openHttp } from '@open110/kit/server/http'
import * as desk from '@open110/modules/desk/api'
import * as staff from '@open110/modules/staff/api'
import { hashPassword, staffIdentity, staffRoutes } from '@open110/modules/staff/server'
import { granted, openTown, refusedBy, type Town } from '@open110/town'
import { isPassword } from './staff.password.server.ts'
import { lockOut } from './staff.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const password = 'open110-demo'
const tryLogin = (account: string, word: string) =>
  town.caller()(staff.login, { body: { account, password: word } })

/** A refusal that says how long to wait is no answer for a typed client, so it is read off the wire. */
async function waitOf(account: string, word: string) {
  const payload = { account, password: word }
  const answer = await town.house.app.inject({ method: 'POST', url: '/api/v1/staff/sessions', payload })
  return {
    status: answer.statusCode,
    after: answer.headers['retry-after'],
    ...answer.json<{ code: string; facts: { seconds: number } }>(),
  }
}

test('[ST1] a password is kept as argon2id with a salt of its own, and nowhere in plain', async () => {
  const [one, other] = await Promise.all([hashPassword(password), hashPassword(password)])
  expect(one).toMatch(/^argon2id\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(other)
  expect(await isPassword(password, one)).toBe(true)
  expect(await isPassword(`${password} `, other)).toBe(false)
  const stored = query({
    name: 'test.passwords',
    gives: z.object({ password: z.string() }),
    sql: 'select password from staff',
  })
  for (const row of await town.db.all(stored)) expect(row.password).toMatch(/^argon2id\$/)
})

test('[ST1] an unknown account is refused in the same words and as slowly as a wrong password', async () => {
  const timed = async (account: string) => {
    const started = performance.now()
    expect(refusedBy(await tryLogin(account, 'wrong'))).toBe('staff.login-denied')
    return performance.now() - started
  }
  await timed('nobody@lishui')
  const known: number[] = []
  const unknown: number[] = []
  for (const city of ['huzhou', 'quzhou', 'taizhou']) {
    known.push(await timed(`wangtao@${city}`))
    unknown.push(await timed(`nobody@${city}`))
  }
  expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 2)
})

test('[ST2] five wrong passwords lock the account for five minutes, for the right password too', async () => {
  for (let i = 0; i < lockOut.tries; i++)
    expect(refusedBy(await tryLogin('wangtao@ningbo', 'wrong'))).toBe('staff.login-denied')
  const locked = await waitOf('wangtao@ningbo', password)
  expect(locked).toMatchObject({ status: 429, code: 'staff.locked-too-many' })
  expect(locked.facts.seconds).toBeGreaterThan(295)
  expect(locked.after).toBe(String(locked.facts.seconds))
  expect(granted(await tryLogin('zhaomin@ningbo', password)).staff.org).toBe('ningbo')
  await town.after(lockOut.seconds)
  expect(granted(await tryLogin('wangtao@ningbo', password)).staff.account).toBe('wangtao@ningbo')
})

test('[ST2] a right password in between begins the count anew', async () => {
  const wrong = async (times: number) => {
    for (let i = 0; i < times; i++)
      expect(refusedBy(await tryLogin('wangtao@wenzhou', 'wrong'))).toBe('staff.login-denied')
  }
  await wrong(lockOut.tries - 1)
  granted(await tryLogin('wangtao@wenzhou', password))
  await wrong(lockOut.tries - 1)
  granted(await tryLogin('wangtao@wenzhou', password))
})

test('[ST7] strangers who guess do not lock 赵敏 out at her own desk; her own wrong tries there do', async () => {
  const from = (address: string, word: string) =>
    town.caller(undefined, address)(staff.login, { body: { account: 'zhaomin@huzhou', password: word } })
  granted(await from('10.1.1.1', password))
  for (let i = 0; i < lockOut.tries; i++)
    expect(refusedBy(await from('203.0.113.9', 'guess'))).toBe('staff.login-denied')
  await expect(from('203.0.113.9', password)).rejects.toThrow('not answered')
  expect(granted(await from('10.1.1.1', password)).staff.account).toBe('zhaomin@huzhou')
  for (let i = 0; i < lockOut.tries; i++)
    expect(refusedBy(await from('10.1.1.1', 'typo'))).toBe('staff.login-denied')
  await expect(from('10.1.1.1', password)).rejects.toThrow('not answered')
})

test('[ST3] 赵敏 signs out: the token opens no door, and the same happens fourteen hours later by itself', async () => {
  const 赵敏 = await town.staff('zhaomin@lishui')
  const second = await town.staff('zhaomin@lishui')
  granted(await 赵敏.call(staff.logout))
  expect(refusedBy(await 赵敏.call(staff.me))).toBe('session.signed-out')
  expect(refusedBy(await 赵敏.call(desk.queue, { params: { desk: 'lishui' } }))).toBe('session.signed-out')
  expect(granted(await second.call(staff.me)).name).toBe('赵敏')
  await town.after(14 * 3600 + 1)
  expect(refusedBy(await second.call(staff.me))).toBe('session.signed-out')
})

test('[ST3] a connection that stayed open hears nothing more from the moment its session was ended', async () => {
  const 林秋 = await town.citizen('林秋')
  const [赵敏, 王涛] = [await town.staff('zhaomin@lishui'), await town.staff('wangtao@lishui')]
  const url = (await town.listen()).replace('http', 'ws')
  const listen = async (token: string) => {
    const heard: string[] = []
    const socket = new WebSocket(`${url}/api/v1/live`)
    socket.on('message', (raw) => heard.push(String(raw)))
    await once(socket, 'open')
    const joined = once(socket, 'message')
    socket.send(JSON.stringify({ auth: token, topics: ['desk:lishui'] }))
    await joined
    return { socket, heard }
  }
  const [gone, stays] = [await listen(赵敏.token), await listen(王涛.token)]
  granted(await 赵敏.call(staff.logout))
  const report = await 林秋.sends()
  await town.settle()
  await expect.poll(() => stays.heard.join('')).toContain(report)
  expect(gone.heard.join('')).not.toContain(report)
  for (const { socket } of [gone, stays]) socket.terminate()
})

test('[ST4] with the demo flag off a demo account does not exist, and a session of it from before opens nothing', async () => {
  const { db, clock } = town
  const 王涛 = await town.staff('wangtao@hangzhou')
  const identify = staffIdentity({ db, clock, isDemo: false })
  const log = pino({ level: 'silent' })
  const http = openHttp({ db, clock, log, titleOf: (code) => code, identify, chance: () => 0.5 })
  http.serve(staffRoutes({ isDemo: false }))
  const payload = { account: 'wangtao@hangzhou', password }
  const login = await http.app.inject({ method: 'POST', url: '/api/v1/staff/sessions', payload })
  expect([login.statusCode, login.json<{ code: string }>().code]).toEqual([403, 'staff.login-denied'])
  const headers = { authorization: `Bearer ${王涛.token}` }
  expect((await http.app.inject({ method: 'GET', url: '/api/v1/staff/me', headers })).statusCode).toBe(401)
  expect(granted(await 王涛.call(staff.me)).isDemo).toBe(true)
})

test('[ST4] the migrations alone make no account at all', async () => {
  const cluster = new URL(process.env['OPEN110_TEST_DB'] ?? '')
  const name = `bare_${process.pid}`
  const admin = new pg.Client({ connectionString: cluster.href })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const bare = new URL(`/${name}${cluster.search}`, cluster)
  await migrate(bare.href, new URL('../../migrations', import.meta.url).pathname, () => {})
  const client = new pg.Client({ connectionString: bare.href })
  await client.connect()
  expect((await client.query('select from staff')).rowCount).toBe(0)
  await client.end()
  await admin.query(`drop database ${name}`)
  await admin.end()
})
