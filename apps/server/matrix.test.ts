import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { override as askOverride } from '@open110/modules/contact/api'
import { askWithdraw, withdrawals } from '@open110/modules/report/api'
import { calls as callsOf } from '@open110/modules/channel/api'
import { open as openFollowUp } from '@open110/modules/followup/api'
import { ofIncident as deadlinesOf } from '@open110/modules/deadline/api'
import { defaultDeadlinePolicy } from '@open110/modules/deadline/policy'
import { handOver } from '@open110/modules/desk/api'
import { ask as askUp } from '@open110/modules/escalation/api'
import { open as openExposure } from '@open110/modules/exposure/api'
import { askBackup, slipsOf } from '@open110/modules/dispatch/api'
import * as staff from '@open110/modules/staff/api'
import * as video from '@open110/modules/video/api'
import { granted, openTown, type Town } from '@open110/town'
import { offerOf } from '@open110/town/town.video'
import { actors, doors, header, type Actor } from './matrix.rows.ts'

let town: Town
let tokens: Record<Actor, string | undefined>
let ids: Readonly<Record<string, string>>
let picture: Buffer
/** What only those who are let in may read, wherever it is printed. */
let secrets: readonly string[]
const words = '有人在撬我家的门'
const strangers: readonly Actor[] = ['陈国强', '绍兴', '绍兴值班长', '城东-2', '12345', '无人']

beforeAll(async () => {
  town = await openTown()
  const [林秋, 陈国强] = [await town.citizen('林秋'), await town.citizen('陈国强')]
  const 赵敏 = await town.staff('zhaomin@lishui')
  const 城东1 = await town.staff('unit-1@lishui')
  const later = [
    'officer@lishui',
    'zhaomin@shaoxing',
    'officer@shaoxing',
    'unit-2@lishui',
    'operator@12345.lishui',
  ]
  const [值班长, 绍兴, 绍兴值班长, 城东2, 热线] = (
    await Promise.all(later.map((one) => town.staff(one)))
  ).map((one) => one.token)
  tokens = {
    林秋: 林秋.token,
    陈国强: 陈国强.token,
    赵敏: 赵敏.token,
    值班长,
    绍兴,
    绍兴值班长,
    '城东-1': 城东1.token,
    '城东-2': 城东2,
    '12345': 热线,
    无人: undefined,
  }
  await 赵敏.sits(1)
  const report = await 林秋.sends({ words })
  const other = await 林秋.sends({ words: '又来了一个人' })
  for (const one of [report, other]) await 赵敏.receives(one)
  await 林秋.writes(report, '他还在门口')
  picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  ids = { report }
  const attachment = (await ask('attachment.attach', '林秋')).json<{ id: string }>().id
  await town.settle()
  const incident = await 赵敏.accepts(report)
  const unit = granted(await 城东1.call(staff.me)).unit ?? ''
  const slip = await 赵敏.sends(incident, '城东-1')
  await 城东1.moves(slip, 'sign')
  const backup = granted(await 城东1.call(askBackup, { params: { slip }, body: {} })).id
  await 城东1.moves(slip, 'arrive')
  const feedback = granted(await 赵敏.call(slipsOf, { params: { incident } }))[0]!.feedbacks[0]!.id
  granted(await 林秋.call(askWithdraw, { params: { report: other }, body: {} }))
  const [asked] = granted(await 赵敏.call(withdrawals, { params: { report: other } }))
  const override = granted(
    await 赵敏.call(askOverride, { params: { report }, body: { way: 'call', reason: '核实位置' } }),
  ).id
  const agreed = { params: { incident }, body: { dueAt: '2026-11-30T02:00:00.000Z' } }
  const followup = granted(await 赵敏.call(openFollowUp, agreed)).id
  const escalation = granted(
    await 赵敏.call(askUp, { params: { incident }, body: { to: 'duty-officer', words: '请示增援' } }),
  ).id
  const exposure = granted(
    await 赵敏.call(openExposure, { body: { kind: 'attachment', object: attachment, report } }),
  ).id
  const handover = granted(
    await 赵敏.call(handOver, { params: { desk: 'lishui' }, body: { notes: '等回话' } }),
  ).id
  const clocks = granted(await 赵敏.call(deadlinesOf, { params: { incident } }))
  const deadline = clocks.find(({ state }) => state === 'running')!.id
  const { receiptCode, incident: known } = await 林秋.view(report)
  const entry = granted(await 林秋.call(video.start, { params: { report }, body: {} }))
  const still = { participant: entry.me.id, jpeg: picture.toString('base64'), takenAt: town.clock.now() }
  const film = { video: entry.video.id, participant: entry.me.id }
  const shot = granted(await 林秋.call(video.still, { params: film, body: still })).still
  await town.cti.ring({ number: '13800138000', desk: 'lishui' })
  const call = granted(await 赵敏.call(callsOf, { params: { desk: 'lishui' } }))[0]!.id
  ids = {
    call,
    ...{ video: film.video, still: shot, me: film.participant },
    report,
    other,
    attachment,
    incident,
    escalation,
    override,
    withdrawal: asked!.id,
    exposure,
    handover,
    deadline,
    unit,
    slip,
    backup,
    feedback,
    followup,
    code: receiptCode,
    desk: 'lishui',
    seat: '4',
  }
  secrets = [report, other, attachment, incident, slip, words, known?.number ?? '']
})
afterAll(() => town.close())

const account = { account: 'wangtao@lishui', password: 'open110-demo' }
const here = { lng: 119.9231, lat: 28.4538, crs: 'wgs84' }
const bodies = (): Readonly<Record<string, object>> => ({
  'staff.login': account,
  'person.save-profile': { language: 'zh-CN' },
  'person.set-pins': { pin: '2580', duressPin: '1470' },
  'report.ask-withdraw': { pin: '2580' },
  'report.decide-withdraw': { decision: 'keep', reason: '继续处置' },
  'contact.set': { mode: 'silent' },
  'contact.override': { way: 'call', reason: '核实位置' },
  'person.request-code': { phone: '19900000099' },
  'person.verify-phone': { phone: '19900000099', code: '000000' },
  'report.send': { mode: 'text', words: '别的事' },
  'report.supplement': { words: '他走了' },
  'report.rate': { stage: 'answer', stars: 5 },
  'report.contest': { words: '不同意' },
  'report.reach': { ways: ['call'], from: '2026-11-21T02:00:00.000Z', until: '2026-11-21T03:00:00.000Z' },
  'report.answer-urge': {},
  'followup.open': { dueAt: '2026-12-01T02:00:00.000Z' },
  'followup.attempt': { channel: 'call', hasReached: false },
  'followup.move': { move: 'settle', reason: '联系不上' },
  'report.move': { move: 'verify' },
  'message.send': { words: '请保持安静' },
  'message.mark': { read: 1 },
  'message.ask': { question: 'hurt' },
  'incident.accept': { report: ids['report'], category: '1003', level: 1 },
  'incident.move': { move: 'resume' },
  'incident.correct': { version: 9_999, level: 2 },
  'incident.merge-report': { report: ids['other'] },
  'incident.unmerge-report': { reason: '不是同一件' },
  'incident.merge': { into: ids['incident'] },
  'incident.unmerge': { reason: '是另一起' },
  'incident.pin-view': { report: null },
  'thread.broadcast': { words: '请保持安静' },
  'escalation.ask': { to: 'chief', words: '请示' },
  'escalation.move': { move: 'no-such-move' },
  'exposure.open': { kind: 'attachment', object: 'ev_x', report: ids['report'] },
  'desk.handover': { notes: '' },
  'desk.move-handover': { move: 'no-such-move' },
  'deadline.pause': { reason: '等家属', until: '2026-11-30T02:00:00.000Z' },
  'deadline.set-policy': { policy: defaultDeadlinePolicy },
  'channel.statement': { words: '有人敲门' },
  'channel.walk-in': { words: '钱包丢了' },
  'channel.alarm': { alarm: '1', at: '2026-11-21T02:00:00.000Z', signature: '0'.repeat(64) },
  'channel.device-beat': { at: '2026-11-21T02:00:00.000Z', signature: '0'.repeat(64) },
  'channel.agency-report': { externalNumber: 'LS-1', words: '转来一件事' },
  'video.start': {},
  'video.join': {},
  'video.invite': { by: 'app' },
  'video.link': { role: 'interpreter' },
  'video.move': { move: 'no-such-move' },
  'video.publish': { participant: ids['me'], offer: offerOf(['video']) },
  'video.push': { participant: ids['me'] },
  'video.watch': { participant: ids['me'], of: ids['me'], offer: offerOf(['video'], 'recvonly') },
  'video.watch-answer': { participant: ids['me'], answer: offerOf(['video']) },
  'video.still': {
    participant: ids['me'],
    jpeg: picture.toString('base64'),
    takenAt: '2026-11-21T02:00:00.000Z',
  },
  'video.step': { participant: ids['me'], step: 'stills' },
  'video.talk': { on: false },
  'video.hint': { hint: 'steady' },
  'video.snapshot': { of: ids['me'] },
  'video.mark-abuse': { kind: 'prank', words: '玩笑' },
  'video.finding': { words: '无异常' },
  'dispatch.issue': { unit: ids['unit'] },
  'dispatch.move': { move: 'no-such-move' },
  'dispatch.backup': {},
  'dispatch.decline-backup': { reason: '暂无' },
  'dispatch.urge': {},
  'dispatch.say': { words: '收到' },
  'dispatch.acknowledge': { what: 'slip', upTo: '2026-11-21T02:00:00.000Z' },
  'dispatch.conclude': {},
  'feedback.write': { type: 'handling', content: { words: '正在处置' } },
  'feedback.move': { move: 'no-such-move' },
  'unit.panic': {},
  'unit.panic-end': { how: 'safe' },
  'unit.fix': { fixes: [here] },
  'unit.state': { state: 'out' },
  'unit.start-shift': { members: [{ name: '周强' }], plannedEndAt: '2026-11-21T12:00:00.000Z' },
})
const queries: Readonly<Record<string, string>> = {
  'place.resolve': '?lng=119.9231&lat=28.4538&crs=wgs84',
  'unit.track': '?from=2026-11-21T01:00:00.000Z&to=2026-11-21T02:00:00.000Z',
  'feedback.sums': '?from=2026-11-21T00:00:00.000Z&to=2026-11-22T00:00:00.000Z',
  'deadline.buckets': '?from=2026-11-21T00:00:00.000Z&to=2026-11-22T00:00:00.000Z',
  'incident.counts': '?from=2026-11-21T00:00:00.000Z&to=2026-11-22T00:00:00.000Z',
}

function ask(name: string, actor: Actor) {
  const contract = town.house.contracts.find((one) => one.name === name)
  if (!contract) throw new Error(`no route is called ${name}`)
  const [method = '', path = ''] = contract.at.split(' ')
  const url =
    path.replace(/:(\w+)/g, (_, param: string) => ids[param] ?? `no-${param}`) + (queries[name] ?? '')
  const token = tokens[actor]
  const headers: Record<string, string> = { 'idempotency-key': randomUUID() }
  if (token) headers['authorization'] = `Bearer ${token}`
  if (!contract.streams) {
    const payload = bodies()[name]
    return town.house.app.inject({ method: method as 'GET', url, headers, ...(payload && { payload }) })
  }
  const edge = 'edge-of-a-part'
  headers['content-type'] = `multipart/form-data; boundary=${edge}`
  const head = `--${edge}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
  const payload = Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${edge}--\r\n`)])
  return town.house.app.inject({ method: method as 'POST', url, headers, payload })
}

/** What the door did: let in, or turned away and how. */
function doorOf(status: number, text: string): string {
  if (status < 400) return '✓'
  const { code } = JSON.parse(text) as { code: string }
  if (code === 'session.signed-out') return '401'
  if (code === 'permission.denied') return '403'
  if (code.endsWith('not-found')) return '404'
  return status < 500 ? '✓' : `fault ${status}`
}

test('[ST5] every route is in the table, and the table has no other rows', () => {
  const routes = town.house.contracts.map(({ name }) => name)
  expect([...doors.keys()].toSorted()).toEqual(routes.toSorted())
  expect(header).toEqual(['operation', ...actors])
  for (const [name, marks] of doors) expect([name, marks.length]).toEqual([name, actors.length])
})

test.each([...doors])('[ST5] %s lets in exactly whom the table names', async (name, expected) => {
  const told: Record<string, string> = {}
  for (const actor of actors) {
    const { statusCode, body } = await ask(name, actor)
    told[actor] = doorOf(statusCode, body)
    if (told[actor] !== '✓') expect(statusCode).toBe(Number(told[actor]))
    if (name === 'report.by-code' || !strangers.includes(actor)) continue
    for (const secret of secrets) expect(body, `${actor} reads ${secret}`).not.toContain(secret)
  }
  expect(told).toEqual(Object.fromEntries(actors.map((actor, index) => [actor, expected[index]])))
})
