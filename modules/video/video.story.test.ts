import { afterAll, beforeAll, expect, test } from 'vitest'
import { granted, openTown, refusedBy, type CitizenHere, type StaffHere, type Town } from '@open110/town'
import { inCall, offerOf } from '@open110/town/town.video'
import * as channel from '@open110/modules/channel/api'
import * as report from '@open110/modules/report/api'
import * as incident from '@open110/modules/incident/api'
import * as video from './video.api.ts'

let town: Town
let 赵敏: StaffHere
let 值班长: StaffHere
let 城东2: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  值班长 = await town.staff('officer@lishui')
  城东2 = await town.staff('unit-2@lishui')
  await 赵敏.sits(3)
})
afterAll(() => town.close())

async function reported() {
  const who = await town.citizen('林秋')
  const id = await who.sends({ mode: 'text', callSafe: true })
  await 赵敏.receives(id)
  return { who, report: id }
}
const start = async (who: CitizenHere, report: string) =>
  granted(await who.call(video.start, { params: { report }, body: { warningVersion: 1 } }))
async function started() {
  const { who, report } = await reported()
  const { video: call, me } = await start(who, report)
  await inCall(who.call, call.id).sends(me.id)
  town.media.comesUp(call.id, me.id)
  await town.settle()
  return { who, report, id: call.id, me: me.id }
}
const policy = (said: object) =>
  town.db.pool.query(
    `insert into desk_policy (desk, valid_from, policy) values ('lishui', $1, $2)
       on conflict (desk, valid_from) do update set policy = excluded.policy`,
    ['2026-11-21T02:00:00.000Z', { video: said }],
  )

test('[VC1] 林秋 starts by herself, reloads, breaks off and comes back: one session, one participant', async () => {
  const { who, report, id, me } = await started()
  const again = await start(who, report)
  expect([again.video.id, again.me.id]).toEqual([id, me])
  expect(granted(await who.call(video.join, { params: { video: id }, body: {} })).me.id).toBe(me)
  const { generation } = await inCall(who.call, id).sends(me)
  expect(generation).toBe(2)
  const [one, two] = await Promise.all([start(who, report), start(who, report)])
  expect([one.me.id, two.me.id]).toEqual([me, me])
  await town.restart()
  await town.settle()
  const back = await start(who, report)
  expect([back.video.id, back.me.id]).toEqual([id, me])
  // What flowed before the process was started anew flows no more, and its number is not given twice.
  expect(back.me.feed).toBeUndefined()
  expect((await inCall(who.call, id).sends(me)).generation).toBe(3)
})

test('[VC1] two presses at once of somebody who starts are one call', async () => {
  const { who, report } = await reported()
  const entries = await Promise.all([start(who, report), start(who, report), start(who, report)])
  expect(new Set(entries.map((entry) => entry.video.id)).size).toBe(1)
  expect(new Set(entries.map((entry) => entry.me.id)).size).toBe(1)
})

test('[VC3] nobody, whom the desk invites, or everybody: the policy says, and the warning stands before it', async () => {
  const { who, report } = await reported()
  const asks = () => who.call(video.start, { params: { report }, body: {} })
  const invites = () => 赵敏.call(video.invite, { params: { report }, body: { by: 'app' } })
  const rules = async () => granted(await who.call(video.rules, { params: { report } }))
  const here = async (lng: string) =>
    granted(await town.caller()(video.here, { query: { lng, lat: '28.45', crs: 'wgs84' } })).mode
  await policy({ mode: 'off' })
  // Another bureau's policy is its own, and so is the duty desk's, which a report without a place reaches.
  expect([await here('119.92'), await here('x')]).toEqual(['off', 'self'])
  expect([refusedBy(await asks()), refusedBy(await invites())]).toEqual(['video.off', 'video.off'])
  await policy({ mode: 'invite' })
  expect(await rules()).toMatchObject({ mode: 'invite', warning: { version: 1 } })
  expect(await here('119.92')).toBe('invite')
  expect(refusedBy(await asks())).toBe('video.invite-only')
  const { video: call } = granted(await invites())
  expect(refusedBy(await invites())).toBe('video.open-already')
  expect((await rules()).video).toMatchObject({ id: call.id, state: 'invited' })
  // Invited, the same button takes it up.
  expect((await start(who, report)).video).toMatchObject({ id: call.id, state: 'live' })
  await policy({ mode: 'sometimes', stillSeconds: 5 })
  expect(await rules()).toMatchObject({ mode: 'self' })
  expect((await start(who, report)).stillSeconds).toBe(5)
  await policy({})
})

test('[VC4] the phone receives nobody until 喊话 is on, and nothing from the moment it is off', async () => {
  const { who, id, me } = await started()
  const desk = inCall(赵敏.call, id)
  const phone = inCall(who.call, id)
  const seat = await desk.joins()
  await desk.watches(seat, me)
  expect(refusedBy(await desk.asksToSend(seat, ['audio']))).toBe('video.talk-off')
  expect(refusedBy(await phone.asksToWatch(me, seat))).toBe('video.talk-off')
  granted(await desk.talks(true))
  await desk.sends(seat, ['audio'])
  await phone.watches(me, seat)
  expect(town.media.flows(id)).toContain(`${seat}>${me} audio+video`)
  granted(await desk.talks(false))
  await town.settle()
  expect(town.media.flows(id)).toEqual([`${me}>${seat} audio+video`])
  expect(town.media.sends(id)).toEqual([me])
  expect(refusedBy(await phone.asksToWatch(me, seat))).toBe('video.talk-off')
  expect((await desk.sees()).participants.find((one) => one.id === seat)?.feed).toBeUndefined()
})

test('[VC4] an interpreter is heard by the phone without 喊话, and hears the desk', async () => {
  const { who, id, me } = await started()
  const seat = await inCall(赵敏.call, id).joins()
  const link = granted(await 赵敏.call(video.link, { params: { video: id }, body: { role: 'interpreter' } }))
  const 翻译 = await town.citizen('叶素琴')
  const token = link.path.slice('/v/'.length)
  const guest = granted(await 翻译.call(video.redeem, { params: { token } })).me.id
  await inCall(翻译.call, id).sends(guest, ['audio'])
  await inCall(who.call, id).watches(me, guest)
  await inCall(赵敏.call, id).sends(seat, ['audio'])
  await inCall(翻译.call, id).watches(guest, seat)
  expect(town.media.flows(id)).toEqual([`${guest}>${me} audio+video`, `${seat}>${guest} audio`])
})

test('[VC6] 值班长 watches unseen: no answer and no event for the reporter, a guest or a unit knows of it', async () => {
  const { who, report: reportId, id, me } = await started()
  const incidentId = await 赵敏.accepts(reportId)
  const slip = await 赵敏.sends(incidentId, '城东-2')
  await 城东2.moves(slip, 'sign')
  const seat = await inCall(赵敏.call, id).joins()
  const unit = await inCall(城东2.call, id).joins()
  const link = granted(await 赵敏.call(video.link, { params: { video: id }, body: { role: 'sign-relay' } }))
  const 翻译 = await town.citizen('叶素琴')
  const guest = granted(await 翻译.call(video.redeem, { params: { token: link.path.slice(3) } })).me.id
  expect(refusedBy(await 赵敏.call(video.join, { params: { video: id }, body: { as: 'supervisor' } }))).toBe(
    'video.role-invalid',
  )
  const unseen = await inCall(值班长.call, id).joins('supervisor')
  expect(refusedBy(await inCall(值班长.call, id).asksToSend(unseen, ['audio']))).toBe('video.role-invalid')
  await inCall(值班长.call, id).watches(unseen, me)
  granted(
    await 值班长.call(video.step, { params: { video: id }, body: { participant: unseen, step: 'reduced' } }),
  )
  granted(await 值班长.call(video.finding, { params: { video: id }, body: { words: '处置规范' } }))
  expect((await inCall(赵敏.call, id).sees()).participants.map((one) => one.id)).toContain(unseen)
  // Somebody unseen is nobody to leave, to watch or to show out.
  const leaves = (whose: StaffHere | CitizenHere) =>
    whose.call(video.leave, { params: { video: id, participant: unseen } })
  expect(refusedBy(await leaves(赵敏))).toBe('video.not-found')
  for (const [person, own] of [
    [who, me],
    [翻译, guest],
    [城东2, unit],
  ] as const) {
    expect(refusedBy(await leaves(person))).toBe('video.not-found')
    expect(refusedBy(await inCall(person.call, id).asksToWatch(own, unseen))).toBe('video.feed-away')
  }
  const read = [
    await who.call(video.get, { params: { video: id } }),
    await who.call(video.rules, { params: { report: reportId } }),
    await who.call(video.ofReport, { params: { report: reportId } }),
    await who.call(report.get, { params: { report: reportId } }),
    await start(who, reportId),
    await 翻译.call(video.get, { params: { video: id } }),
    await 翻译.call(video.join, { params: { video: id }, body: {} }),
    await 城东2.call(video.get, { params: { video: id } }),
    await 城东2.call(video.ofIncident, { params: { incident: incidentId } }),
    await 城东2.call(video.join, { params: { video: id }, body: {} }),
  ]
  granted(await leaves(值班长))
  granted(await inCall(who.call, id).moves('end'))
  await town.settle()
  const { rows } = await town.db.pool.query<{
    type: string
    data: object
    topics: string[]
    hearers: string[]
  }>(`select type, data, topics, hearers from event where type like 'video.%'`)
  const outside = rows.filter(({ hearers }) => hearers.some((one) => !one.startsWith('org:')))
  expect(outside.length).toBeGreaterThan(10)
  const secrets = [unseen, 值班长.id, 'supervisor']
  for (const told of [...read, ...outside])
    for (const secret of secrets) expect(JSON.stringify(told)).not.toContain(secret)
  const inside = rows.filter(({ data }) => JSON.stringify(data).includes(unseen))
  expect(inside.length).toBeGreaterThan(2)
  expect(inside.every(({ topics }) => topics.join() === 'desk:lishui')).toBe(true)
  const { rows: looks } = await town.db.pool.query(
    `select from audit where act = 'video.join' and actor = $1 and facts->>'role' = 'supervisor'`,
    [值班长.id],
  )
  expect(looks).toHaveLength(1)
  expect(seat).not.toBe(unseen)
})

test('[VC7] a link is good once and for one browser; a guest sees the call and nothing else of the report', async () => {
  const { report: reportId, id, me } = await started()
  const linkFor = async () =>
    granted(
      await 赵敏.call(video.link, {
        params: { video: id },
        body: { role: 'interpreter', name: '意大利语翻译 罗西' },
      }),
    ).path.slice('/v/'.length)
  const [翻译, 路人] = [await town.citizen('叶素琴'), await town.citizen('陈国强')]
  const token = await linkFor()
  const redeem = (who: CitizenHere, by = token) => who.call(video.redeem, { params: { token: by } })
  const looks = (who: CitizenHere, by = token) => who.call(video.lookAtLink, { params: { token: by } })
  // Looking uses nothing up, and says no more than whose call it is.
  for (const who of [路人, 翻译])
    expect(granted(await looks(who))).toEqual({ desk: '丽水市公安局110', role: 'interpreter' })
  const { me: guest, video: seen } = granted(await redeem(翻译))
  expect(guest).toMatchObject({ role: 'interpreter', name: '意大利语翻译 罗西' })
  expect(granted(await redeem(翻译)).me.id).toBe(guest.id)
  expect(granted(await looks(翻译)).role).toBe('interpreter')
  for (const no of [await redeem(路人), await looks(路人), await looks(路人, 'no-such-token')])
    expect(refusedBy(no)).toBe('video.link-invalid')
  expect(refusedBy(await redeem(路人, 'no-such-token'))).toBe('video.link-invalid')
  expect(refusedBy(await 路人.call(video.get, { params: { video: id } }))).toBe('video.not-found')
  expect([seen.incident, seen.still, seen.openMoves]).toEqual([undefined, undefined, []])
  for (const asked of [
    await 翻译.call(report.get, { params: { report: reportId } }),
    await 翻译.call(video.ofReport, { params: { report: reportId } }),
    await 翻译.call(video.rules, { params: { report: reportId } }),
  ])
    expect(refusedBy(asked)).toBe('report.not-found')
  await inCall(翻译.call, id).watches(guest.id, me)
  expect(refusedBy(await inCall(翻译.call, id).moves('end', '结束'))).toBe('move.denied')
  // Shown out, and the way back is shut.
  granted(await 赵敏.call(video.leave, { params: { video: id, participant: guest.id } }))
  await town.settle()
  expect(town.media.flows(id)).toEqual([])
  for (const no of [await redeem(翻译), await looks(翻译)]) expect(refusedBy(no)).toBe('video.link-invalid')
  expect(refusedBy(await 翻译.call(video.join, { params: { video: id }, body: {} }))).toBe('video.not-found')
  const late = await linkFor()
  await town.after(1_801)
  for (const no of [await redeem(路人, late), await looks(路人, late)])
    expect(refusedBy(no)).toBe('video.link-invalid')
})

test('[VC7] who rang is sent the link by text, with a permit, and joins as the reporter', async () => {
  await town.cti.ring({ number: '13800138777', desk: 'lishui' })
  const [rung] = granted(await 赵敏.call(channel.calls, { params: { desk: 'lishui' } }))
  const { report: reportId } = granted(await 赵敏.call(channel.answerCall, { params: { call: rung!.id } }))
  granted(await 赵敏.call(channel.statement, { params: { report: reportId }, body: { words: '有人落水' } }))
  const { video: call } = granted(
    await 赵敏.call(video.invite, { params: { report: reportId }, body: { by: 'sms' } }),
  )
  await town.settle()
  const [text] = town.texts.sent
  expect(text).toMatchObject({ to: '13800138777' })
  const token = /https:\/\/110\.lishui\.example\/v\/([\w-]+)/.exec(text!.words)?.[1] ?? ''
  const phone = await town.citizen('陈国强')
  const { me, video: seen } = granted(await phone.call(video.redeem, { params: { token } }))
  expect([me.role, seen.state]).toEqual(['reporter', 'invited'])
  await inCall(phone.call, call.id).sends(me.id)
  expect((await inCall(phone.call, call.id).sees()).state).toBe('live')
})

test('[VC8] a unit is in the call as long as it is sent, and no longer', async () => {
  const { report: reportId, id, me } = await started()
  const unit = inCall(城东2.call, id)
  expect(refusedBy(await 城东2.call(video.join, { params: { video: id }, body: {} }))).toBe('video.not-found')
  const incidentId = await 赵敏.accepts(reportId)
  const slip = await 赵敏.sends(incidentId, '城东-2')
  await 城东2.moves(slip, 'sign')
  const own = await unit.joins()
  await unit.watches(own, me)
  expect((await unit.sees()).participants.map(({ role, name }) => [role, name])).toEqual([
    ['reporter', '报警人'],
    ['unit', '出警民警'],
  ])
  await 赵敏.moves(slip, 'stand-down', { reason: '已撤销' })
  await town.settle()
  expect(town.media.flows(id)).toEqual([])
  expect(refusedBy(await 城东2.call(video.get, { params: { video: id } }))).toBe('video.not-found')
})

test('[VC15] the incident is closed: so is the call', async () => {
  const { who, report: reportId, id } = await started()
  const incidentId = await 赵敏.accepts(reportId)
  granted(
    await 赵敏.call(incident.moveIncident, {
      params: { incident: incidentId },
      body: { move: 'close', reason: '当事人已自行离开' },
    }),
  )
  await town.settle()
  expect((await inCall(who.call, id).sees()).state).toBe('ended')
  expect(town.media.sends(id)).toEqual([])
})

test('[VC15] an incident that is merged into another takes its call along', async () => {
  const { report: reportId, id } = await started()
  const { report: other } = await reported()
  const [from, into] = [await 赵敏.accepts(reportId), await 赵敏.accepts(other)]
  granted(await 赵敏.call(incident.mergeIncident, { params: { incident: from }, body: { into } }))
  await town.settle()
  expect(await inCall(赵敏.call, id).sees()).toMatchObject({ state: 'live', incident: into })
})

test('[VC16] however long the engine takes, no connection to the database waits for it', async () => {
  const { who, id, me } = await started()
  const goOn = town.media.holds()
  const many = Array.from({ length: 30 }, () =>
    who.call(video.publish, { params: { video: id }, body: { participant: me, offer: offerOf(['video']) } }),
  )
  await expect.poll(() => town.media.held()).toBe(30)
  const { rows } = await town.db.pool.query(
    `select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
  )
  expect(rows).toEqual([])
  await 赵敏.writes((await inCall(赵敏.call, id).sees()).report, '请对准门口')
  goOn()
  for (const answer of await Promise.all(many)) granted(answer)
})

test('[VC15] another desk receives the report: the call is that desk’s, and this one knows of it no more', async () => {
  await policy({})
  await town.db.pool.query(
    `update desk_policy set policy = policy || '{"overflowDesk": "shaoxing"}' where desk = 'lishui'`,
  )
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  await 绍兴.sits(1)
  const who = await town.citizen('林秋')
  const id = await who.sends({ mode: 'text', callSafe: true })
  const { video: call } = await start(who, id)
  expect((await inCall(赵敏.call, call.id).sees()).state).toBe('live')
  await town.after(15)
  await 绍兴.receives(id)
  expect((await inCall(绍兴.call, call.id).sees()).state).toBe('live')
  const open = granted(await 绍兴.call(video.ofDesk, { params: { desk: 'shaoxing' } }))
  expect(open.map((one) => one.id)).toEqual([call.id])
  expect(refusedBy(await 赵敏.call(video.get, { params: { video: call.id } }))).toBe('video.not-found')
})

test('[VC11] where the disk has no room for a film it is refused by name, and the call goes on', async () => {
  const full = await openTown({ keepFreeBytes: 2 ** 60 })
  const who = await full.citizen('林秋')
  const id = await who.sends({ mode: 'text', callSafe: true })
  const { video: call, me } = await start(who, id)
  expect(refusedBy(await inCall(who.call, call.id).asksToSend(me.id, ['video']))).toBe('video.engine-away')
  expect((await inCall(who.call, call.id).sees()).state).toBe('live')
  await full.close()
})
