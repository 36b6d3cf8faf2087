import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRefusal } from '@open110/kit/refuse'
import * as channel from '@open110/modules/channel/api'
import { contactModes, mayReach, ways, type ContactMode, type Way } from '@open110/modules/contact'
import * as contact from '@open110/modules/contact/api'
import { outgoing } from '@open110/modules/contact/ports'
import * as followup from '@open110/modules/followup/api'
import * as incident from '@open110/modules/incident/api'
import * as report from '@open110/modules/report/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, type StaffHere, type Town } from './town.ts'

/**
 * 联络 × 策略 × 岗位 — the whole house is driven: by every way that has a port, under every policy, as every role; what has left it
 * is counted at the fakes beyond its ports, and in what the reporter's phone could hear.
 */
let town: Town
/** Each with one role and no other, whatever the demo's people may do beside. */
const roles = {
  'call-taker': 'wangtao@lishui',
  dispatcher: 'unit-2@lishui',
  supervisor: 'unit-3@lishui',
  unit: 'unit-4@lishui',
  operator: 'operator@12345.lishui',
  neighbour: 'officer@shaoxing',
} as const
type Role = keyof typeof roles
const people = {} as Record<Role, StaffHere>
let 值班长: StaffHere
let 赵敏: StaffHere

beforeAll(async () => {
  town = await openTown()
  for (const [role, account] of Object.entries(roles))
    if (['call-taker', 'dispatcher', 'supervisor'].includes(role))
      await town.db.pool.query('update staff set roles = $2 where account = $1', [account, [role]])
  for (const [role, account] of Object.entries(roles)) people[role as Role] = await town.staff(account)
  值班长 = await town.staff('officer@lishui')
  赵敏 = await town.staff('zhaomin@lishui')
  await 值班长.sits(1)
  await people['call-taker'].sits(2)
  await people.dispatcher.sits(3)
  await people.supervisor.sits(4)
})
afterAll(() => town.close())

let next = 13_700_000_000
type Reporter = { report: string; incident: string; followup: string; number: string }

/** Somebody with a telephone, an incident and a follow-up that is due, under this policy. */
async function reporterUnder(mode: ContactMode, level: number): Promise<Reporter> {
  const number = String((next += 1))
  const isMissed = mode === 'call-only'
  const ref = await town.cti.ring({ number, desk: 'lishui' })
  if (isMissed) await town.cti.putDown(ref)
  const kept = await town.db.pool.query<{ id: string; report: string }>(
    'select id, report from phone_call where ref = $1',
    [ref],
  )
  const call = kept.rows[0]!
  const id = isMissed
    ? call.report
    : granted(await 值班长.call(channel.answerCall, { params: { call: call.id } })).report
  if (isMissed) await 值班长.receives(id)
  return taken(id, number, mode, level)
}

/** Somebody with the app who waits and has said so. */
async function waiterUnder(mode: ContactMode): Promise<Reporter> {
  const 陈国强 = await town.citizen('陈国强')
  const id = await 陈国强.sends({
    words: '楼上吵架',
    callSafe: true,
    fix: { lng: 119.92, lat: 28.455, crs: 'wgs84' },
  })
  await 值班长.receives(id)
  granted(await 陈国强.call(report.urge, { params: { report: id } }))
  return taken(id, '', mode, 3)
}

async function taken(id: string, number: string, mode: ContactMode, level: number): Promise<Reporter> {
  const own = await 值班长.accepts(id, { category: '8801', level })
  if (mode !== 'call-ok') granted(await 值班长.call(contact.set, { params: { report: id }, body: { mode } }))
  const dueAt = new Date(Date.parse(town.clock.now()) + 86_400_000).toISOString()
  const { id: due } = granted(
    await 值班长.call(followup.open, { params: { incident: own }, body: { dueAt } }),
  )
  return { report: id, incident: own, followup: due, number }
}

type Press = (who: StaffHere, to: Reporter) => Promise<unknown>
/** 外发操作 — each operation by which a person can make something go out, with the ways in which it does. */
const acts: Readonly<Record<string, { ways: readonly Way[]; press: Press }>> = {
  'channel.call-back': {
    ways: ['call'],
    press: (who, to) => who.call(channel.callBack, { params: { report: to.report } }),
  },
  'message.send': {
    ways: ['sms'],
    press: (who, to) =>
      who.call(thread.sendMessage, {
        params: { report: to.report },
        body: { words: '请说一下情况' },
        key: randomUUID(),
      }),
  },
  'message.ask': {
    ways: ['sms'],
    press: (who, to) => who.call(thread.ask, { params: { report: to.report }, body: { question: 'hurt' } }),
  },
  'thread.broadcast': {
    ways: ['sms', 'sound'],
    press: (who, to) =>
      who.call(thread.broadcast, {
        params: { incident: to.incident },
        body: { words: '民警已到现场' },
        key: randomUUID(),
      }),
  },
  'report.answer-urge': {
    ways: ['progress'],
    press: (who, to) => who.call(report.answerUrge, { params: { report: to.report }, body: {} }),
  },
  'incident.move': {
    ways: ['progress'],
    press: (who, to) => {
      const nextAt = new Date(Date.parse(town.clock.now()) + 3_600_000).toISOString()
      return who.call(incident.moveIncident, {
        params: { incident: to.incident },
        body: { move: 'hold', reason: '等家属到场', nextAt },
      })
    },
  },
  'followup.attempt call': {
    ways: ['call'],
    press: (who, to) =>
      who.call(followup.attempt, {
        params: { followup: to.followup },
        body: { channel: 'call', hasReached: false },
      }),
  },
  'followup.attempt sms': {
    ways: ['sms'],
    press: (who, to) =>
      who.call(followup.attempt, {
        params: { followup: to.followup },
        body: { channel: 'sms', hasReached: false, words: '请评价' },
      }),
  },
}

/** What has left the house for this reporter since, by way. */
async function leftFor(to: Reporter, since: { dialled: number; attempts: number }) {
  await town.settle()
  const calls = town.cti.dialled.slice(since.dialled).filter((number) => number === to.number).length
  const texts = town.texts.sent.filter(({ to: number }) => number === to.number)
  const now = await marks(to)
  return {
    call: calls,
    sms: texts.length,
    progress: now.progress,
    sound: now.sound,
    attempts: now.attempts - since.attempts,
  }
}
async function marks(to: Reporter) {
  const one = async (sql: string, of: string) =>
    (await town.db.pool.query<{ count: number }>(sql, [of])).rows[0]!.count
  return {
    dialled: town.cti.dialled.length,
    progress: await one(
      `select (select count(*) from event where type = 'report.told' and data->>'report' = $1)::int
            + (select count(*) from urge where report = $1 and answer is not null)::int as count`,
      to.report,
    ),
    sound: await one(
      `select count(*)::int as count from message where report = $1 and sender = 'desk' and not quiet and words = '民警已到现场'`,
      to.report,
    ),
    attempts: await one(
      `select count(*)::int as count from follow_up_attempt where follow_up = $1 and channel in ('call', 'sms')`,
      to.followup,
    ),
  }
}

test('[RE9] by every way, under every policy, as every role: nothing that is forbidden leaves the house', async () => {
  const forbidden: string[] = []
  const letOut = new Set<string>()
  for (const mode of contactModes)
    for (const [role, who] of Object.entries(people))
      for (const [name, act] of Object.entries(acts)) {
        const to = act.ways.includes('progress') ? await waiterUnder(mode) : await reporterUnder(mode, 3)
        const before = await marks(to)
        await act.press(who, to)
        const left = await leftFor(to, before)
        const went: Partial<Record<Way, number>> = {
          call: left.call + (name === 'followup.attempt call' ? left.attempts : 0),
          sms: left.sms + (name === 'followup.attempt sms' ? left.attempts : 0),
          progress: left.progress - before.progress,
          sound: left.sound,
        }
        for (const [way, count] of Object.entries(went) as [Way, number][]) {
          if (count > 0 && !mayReach({ mode }, way))
            forbidden.push(`${name} by ${role} under ${mode}: ${way}`)
          if (count > 0) letOut.add(`${mode} ${way}`)
        }
      }
  expect(forbidden).toEqual([])
  // It would be no proof if nothing ever went out.
  expect([...letOut].toSorted()).toEqual([
    'call-ok call',
    'call-ok progress',
    'call-ok sms',
    'call-ok sound',
    'call-only call',
    'chat-only progress',
  ])
}, 240_000)

test('[RE9] [RE7] [RE8] an override without a reason, or above level 1 without a second person, opens nothing; with them one way', async () => {
  const strays: string[] = []
  for (const level of [1, 2, 3, 4])
    for (const way of ways)
      for (const how of ['no reason', 'alone', 'same person', 'two'] as const) {
        const to = await reporterUnder('silent', level)
        const reason = how === 'no reason' ? '' : '核实是否需要救护'
        const asked = await 赵敏.call(contact.override, {
          params: { report: to.report },
          body: { way, reason },
        })
        const [waiting] = granted(await 赵敏.call(contact.ofDesk, { params: { desk: 'lishui' } })).filter(
          (one) => one.report === to.report,
        )
        const confirmer = how === 'two' ? 值班长 : how === 'same person' ? 赵敏 : undefined
        if (confirmer && waiting) await confirmer.call(contact.confirm, { params: { override: waiting.id } })
        const opened = granted(await 赵敏.call(contact.ofReport, { params: { report: to.report } }))
          .ways.filter(({ isOpen, way: each }) => isOpen && !mayReach({ mode: 'silent' }, each))
          .map(({ way: each }) => each)
        const isOpen =
          !mayReach({ mode: 'silent' }, way) && how !== 'no reason' && (level === 1 || how === 'two')
        if (opened.join() !== (isOpen ? way : ''))
          strays.push(`${way} at ${level} with ${how}: ${opened.join()}`)
        if (how === 'no reason' && !isRefusal(asked)) strays.push(`${way} at ${level} without a reason`)
      }
  expect(strays).toEqual([])
}, 240_000)

test('[RE3] every way that has a port is pressed here', () => {
  const withPort = ways.filter((way) => outgoing[way].some((port) => !port.startsWith('contact/')))
  const pressed = new Set(Object.values(acts).flatMap((act) => act.ways))
  expect(withPort.filter((way) => way !== 'quiet-message' && !pressed.has(way))).toEqual([])
})
