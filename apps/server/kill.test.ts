import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { openOutbox } from '@open110/core/outbox'
import { memoryStore } from '@open110/core/store'
import { openLive } from '@open110/kit/client/live'
import { momentOf } from '@open110/kit/time'
import { startEmbedded } from '@open110/kit/server/db'
import { openSession } from '@open110/modules/person/api'
import { login } from '@open110/modules/staff/api'
import { granted } from '@open110/town'
import { demoPassword } from '@open110/town/staff'
import { lastingPort, startServer, wallClock, type Server } from '@open110/town/town.server'

const cleanings: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const clean of cleanings.splice(0).toReversed()) await clean()
})

const phones = 200
const kills = 5
/** These die with the third kill and never come back: nobody will ever know what became of their last press. */
const mortal = 20
const inLishui = { lng: 119.9231, lat: 28.4538, crs: 'wgs84', accuracyMetres: 25, source: 'gps' }

type Phone = { pressed: string[]; waiting: () => boolean; wake: () => void; die: () => void }

/** One phone with the citizen's own outbox; it presses again as soon as what it pressed is delivered. */
function openPhone(
  n: number,
  call: Parameters<typeof openOutbox>[0]['call'],
  acked: Map<string, string>,
  goesOn: () => boolean,
): Phone {
  const pressed: string[] = []
  const outbox = openOutbox({
    store: memoryStore(),
    call,
    session: { ready: async () => {}, renew: async () => {} },
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    timers: wallClock,
    now: () => momentOf(Date.now()),
    newKey: randomUUID,
    alone: async (act) => (await act(), true),
  })
  let isDead = false
  const press = () => {
    const id = `窗外有人${n}第${pressed.length}次`
    pressed.push(id)
    const body = { mode: 'text' as const, words: id, fix: inLishui, madeAt: momentOf(Date.now()) }
    void outbox.press([{ id, parcel: { kind: 'report', body } }])
  }
  outbox.watch(() => {
    for (const { id, shows, receipt } of outbox.items()) {
      if (isDead || shows !== 'delivered' || acked.has(id)) continue
      acked.set(id, receipt!.id)
      if (goesOn()) press()
    }
  })
  press()
  return {
    pressed,
    waiting: () => !isDead && pressed.some((id) => !acked.has(id)),
    wake: outbox.wake,
    die() {
      isDead = true
      outbox.close()
    },
  }
}

async function until(isThere: () => boolean, what: string): Promise<void> {
  const began = performance.now()
  while (!isThere()) {
    if (performance.now() - began > 40_000) throw new Error(`never: ${what}`)
    await wait(5)
  }
}

test('[SV1] killed five times among two hundred senders: nothing acknowledged is lost, nothing is there twice, the desk hears each once', async () => {
  const began = performance.now()
  const data = mkdtempSync(join(tmpdir(), 'open110-kill-'))
  cleanings.push(() => rmSync(data, { recursive: true, force: true }))
  const settings = { OPEN110_DATA: data, OPEN110_PORT: String(await lastingPort()), OPEN110_LOG: 'debug' }
  let server: Server = await startServer(settings)
  let said = ''
  cleanings.push(async () => {
    server.signal('SIGTERM')
    await server.ended
  })
  expect(server.readyMs, server.said()).toBeDefined()

  const { token } = granted(
    await server.caller()(login, { body: { account: 'zhaomin@lishui', password: demoPassword } }),
  )
  const seen: { cursor: number; report: string }[] = []
  let refetches = 0
  const desk = openLive(
    { open: server.socket, timers: wallClock, token: () => token, topics: ['desk:lishui'] },
    {
      event: ({ type, cursor, data }) => {
        if (type === 'report.delivered') seen.push({ cursor, report: (data as { report: string }).report })
      },
      refetch: () => (refetches += 1),
      state: () => {},
    },
  )
  cleanings.push(desk.close)
  await until(() => desk.state() === 'live', 'the desk is live')

  const sessions = Array.from({ length: phones }, () => server.caller()(openSession, { body: {} }))
  const tokens = (await Promise.all(sessions)).map((session) => granted(session).token)
  const acked = new Map<string, string>()
  let goesOn = true
  const all = tokens.map((mine, n) => openPhone(n, server.caller(mine), acked, () => goesOn))
  cleanings.push(() => all.forEach(({ die }) => die()))

  const downMs: number[] = []
  const killedAt: string[] = []
  const ackedBefore: Set<string>[] = []
  for (let kill = 1; kill <= kills; kill++) {
    const before = acked.size
    await until(() => acked.size >= before + 30 + 17 * kill, 'reports are being acknowledged')
    server.signal('SIGKILL')
    const killed = performance.now()
    killedAt.push(momentOf(Date.now()))
    if (kill % 2 === 0)
      process.kill(
        Number(readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]),
        'SIGKILL',
      )
    await server.ended
    ackedBefore.push(new Set(acked.keys()))
    if (kill === 3) all.slice(0, mortal).forEach(({ die }) => die())
    said += server.said()
    server = await startServer(settings)
    expect(server.readyMs, server.said()).toBeDefined()
    downMs.push(Math.round(performance.now() - killed))
    all.forEach(({ wake }) => wake()) // as a phone does when it is online again
  }
  await until(() => acked.size > 4 * phones, 'work goes on')
  goesOn = false
  await until(() => !all.some(({ waiting }) => waiting()), 'every living phone has its receipt')
  const last = openPhone(phones, server.caller(tokens[phones - 1]), acked, () => false)
  await until(
    () => acked.has(last.pressed[0]!) && seen.some(({ report }) => report === acked.get(last.pressed[0]!)),
    'the desk hears the last one',
  )
  server.signal('SIGTERM')
  expect(await server.ended, server.said()).toBe(0)
  said += server.said()

  const { stored, told } = await read(data)
  const pressed = [...all, last].flatMap((phone) => phone.pressed)
  const unanswered = pressed.filter((id) => !acked.has(id))
  const timesOf = (id: string) => stored.filter(({ words }) => words === id).length
  const heard = seen.map(({ report }) => report)
  const lost = [...acked].filter(
    ([id, report]) => !stored.some((one) => one.words === id && one.id === report),
  )
  const doubled = pressed.filter((id) => timesOf(id) > 1)
  const missed = stored.filter(({ id }) => !heard.includes(id))
  // Stored by a process that died before it could say so: only the same key kept these from being there twice.
  const orphaned = stored.filter(({ words, at }) =>
    killedAt.some((killed, n) => at < killed && !ackedBefore[n]!.has(words)),
  )
  process.stdout.write(
    `${pressed.length} pressed, ${acked.size} acknowledged, ${unanswered.length} never answered ` +
      `(${unanswered.filter((id) => timesOf(id) === 1).length} of them stored), ${stored.length} stored, ` +
      `${orphaned.length} of them by a process that died before it answered; lost ${lost.length}, ` +
      `doubled ${doubled.length}; desk heard ${heard.length}, missed ${missed.length}, twice ${heard.length - new Set(heard).size}; ` +
      `ready again after ${downMs.join(' ')} ms; ${Math.round((performance.now() - began) / 1000)} s in all\n`,
  )
  expect(lost).toEqual([])
  expect(doubled).toEqual([])
  expect(stored.map(({ words }) => words).filter((words) => !pressed.includes(words))).toEqual([])
  expect(missed).toEqual([])
  expect(heard.toSorted()).toEqual(told.toSorted())
  expect(new Set(heard).size).toBe(heard.length)
  expect(seen.map(({ cursor }) => cursor)).toEqual(seen.map(({ cursor }) => cursor).toSorted((a, b) => a - b))
  expect(refetches).toBe(1)

  // [LG1] of the real process and its database, at their most talkative.
  said += readFileSync(join(data, 'log/postgres.log'), 'utf8')
  expect(said).toContain('report.send')
  const secrets = [
    token,
    ...tokens,
    '窗外有人',
    '119.92',
    '28.4538', // four decimals: a moment has three, and must not be taken for a place
    ...stored.map(({ receiptCode }) => receiptCode),
  ]
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([])
}, 150_000)

/** The tables themselves, after the program has gone. */
async function read(data: string) {
  const embedded = await startEmbedded({ dir: data, log: () => {} })
  const client = new pg.Client(embedded.url)
  try {
    await client.connect()
    const reports = await client.query<{ id: string; words: string; receipt_code: string; at: string }>(`
      select id, words, receipt_code, to_char(delivered_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from report`)
    const events = await client.query<{ report: string }>(
      `select data->>'report' as report from event where type = 'report.delivered'`,
    )
    return {
      stored: reports.rows.map(({ receipt_code: receiptCode, ...report }) => ({ ...report, receiptCode })),
      told: events.rows.map(({ report }) => report),
    }
  } finally {
    await client.end()
    await embedded.stop()
  }
}
