import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { isRefusal } from '@open110/kit/refuse'
import * as desk from '@open110/modules/desk/api'
import * as report from '@open110/modules/report/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'

let town: Town
let base: string
beforeAll(async () => {
  town = await openTown()
  base = await town.listen()
})
afterAll(() => town.close())

const people = async (city: string) => ({
  赵敏: await town.staff(`zhaomin@${city}`),
  王涛: await town.staff(`wangtao@${city}`),
})
const seatOf = async (who: StaffHere, whose = who) => {
  const { seats } = granted(await who.call(desk.seats, { params: { desk: who.org } }))
  return seats.find(({ staff }) => staff === whose.id)
}
const queueOf = async (who: StaffHere) => granted(await who.call(desk.queue, { params: { desk: who.org } }))
const ownerOf = async (who: StaffHere, id: string) =>
  granted(await who.call(report.get, { params: { report: id } })).staff?.owner

/** A console answers one heartbeat of the live connection. */
async function beats(who: StaffHere): Promise<void> {
  const before = (await seatOf(who))?.lastBeatAt
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/live`)
  await once(socket, 'open')
  socket.send(JSON.stringify({ auth: who.token, topics: [] }))
  socket.send('{"beat":true}')
  await expect.poll(async () => (await seatOf(who))?.lastBeatAt).not.toBe(before)
  socket.terminate()
}

test('[RP30] sixty-four receive one report at once: one owns it, and sixty-three are told who', async () => {
  const { 赵敏, 王涛 } = await people('huzhou')
  const 值班长 = await town.staff('officer@huzhou')
  const hands = [赵敏, 王涛, 值班长]
  for (const [n, who] of hands.entries()) await who.sits(n + 1)
  const fix = { lng: 120.0868, lat: 30.8936, crs: 'wgs84', accuracyMetres: 10, at: town.clock.now() }
  const id = await (await town.citizen('林秋')).sends({ fix })
  const tries = Array.from({ length: 64 }, (_, n) => hands[n % 3]!)
  const answers = await Promise.all(
    tries.map((who) =>
      who.call(report.receive, { params: { report: id } }).then((answer) => ({ who, answer })),
    ),
  )
  const won = answers.filter(({ answer }) => !isRefusal(answer))
  expect(won).toHaveLength(1)
  const { name } = (await ownerOf(赵敏, id))!
  for (const { who, answer } of answers.filter((one) => one !== won[0])) {
    expect(refusedBy(answer)).toBe('report.already-received')
    expect(answer).toMatchObject({ facts: { by: name, isMine: who === won[0]!.who } })
  }
  for (const [n, who] of hands.entries()) await who.leaves(n + 1)
})

test('[DE8] [RP30] a console dies: within ten seconds its report is at the head again with its own age and whose it was, and one press takes it', async () => {
  const { 赵敏, 王涛 } = await people('lishui')
  const 林秋 = await town.citizen('林秋')
  await 赵敏.sits(1)
  await 王涛.sits(2)
  const dropped = await 林秋.sends({ words: '楼上装修很吵' })
  await 赵敏.receives(dropped)
  await town.after(30)
  const waiting = await 林秋.sends({ words: '电瓶车丢了' })
  for (const who of [赵敏, 王涛]) await beats(who)
  await town.after(4)
  await beats(王涛)
  expect((await queueOf(王涛))[0]?.report).toBe(waiting)

  await town.after(5)
  await beats(王涛)
  expect((await seatOf(赵敏))?.state).toBe('stale')
  const [head, next] = await queueOf(王涛)
  expect(head).toMatchObject({
    report: dropped,
    state: 'received',
    owner: { name: '赵敏', seat: 1, state: 'stale' },
  })
  expect(head!.waitedSeconds).toBeGreaterThanOrEqual(39)
  expect(next?.report).toBe(waiting)
  expect(await 林秋.sees(dropped)).toEqual(['已送达', '已接收'])

  const alarm = await 林秋.sends({ mode: 'silent', words: '有人拿刀砍人' })
  expect((await queueOf(王涛)).map((row) => row.report).slice(0, 3)).toEqual([alarm, dropped, waiting])

  expect(granted(await 王涛.call(report.take, { params: { report: dropped } }))).toMatchObject({
    how: 'reclaim',
  })
  expect(await ownerOf(王涛, dropped)).toMatchObject({ name: '汪韬', state: 'live' })
  expect((await queueOf(王涛)).map((row) => row.report).slice(0, 2)).toEqual([alarm, waiting])
  expect(await 林秋.sees(dropped)).toEqual(['已送达', '已接收'])
})

test('[DE8] a console that only listens is held to the moment at which its line ends', async () => {
  const { 赵敏, 王涛 } = await people('jinhua')
  await 赵敏.sits(1)
  const before = (await seatOf(王涛, 赵敏))?.lastBeatAt
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/live`)
  await once(socket, 'open')
  socket.send(JSON.stringify({ auth: 赵敏.token, topics: ['desk:jinhua'] }))
  await once(socket, 'message')
  await town.after(20)
  expect((await seatOf(王涛, 赵敏))?.state).toBe('live')
  socket.terminate()
  await expect.poll(async () => (await seatOf(王涛, 赵敏))?.lastBeatAt).not.toBe(before)
  await town.after(8)
  expect((await seatOf(王涛, 赵敏))?.state).toBe('stale')
})

test('[DE8] a console that is heard before its seat is taken is held to its beat from then on', async () => {
  const { 赵敏, 王涛 } = await people('quzhou')
  await 赵敏.sits(1)
  await beats(赵敏)
  await 赵敏.leaves(1)
  await 赵敏.sits(2)
  await town.after(9)
  expect((await seatOf(王涛, 赵敏))?.state).toBe('stale')
})

test('[DE8] a console that comes back in time keeps everything, and one that comes back later has its reports again', async () => {
  const { 赵敏, 王涛 } = await people('shaoxing')
  const 陈国强 = await town.citizen('陈国强')
  await 赵敏.sits(1)
  await beats(赵敏)
  const id = await 陈国强.sends()
  await 赵敏.receives(id)
  const waiting = await 陈国强.sends({ words: '还在敲门' })
  for (let n = 0; n < 4; n++) {
    await town.after(6)
    await beats(赵敏)
  }
  expect((await queueOf(王涛))[0]?.report).toBe(waiting)
  await town.after(9)
  expect((await queueOf(王涛))[0]?.report).toBe(id)
  await beats(赵敏)
  expect((await queueOf(王涛))[0]?.report).toBe(waiting)
  expect(await ownerOf(王涛, id)).toMatchObject({ name: '赵敏', state: 'live' })
})

test.each([2 * 3_600, -2 * 3_600, 30 * 86_400, -30 * 86_400])(
  '[DE7] the date jumps by %i s: who beats stays, who is silent goes, and nobody is signed out',
  async (jump) => {
    const { 赵敏, 王涛 } = await people('ningbo')
    await 赵敏.sits(1)
    await 王涛.sits(2)
    for (const who of [赵敏, 王涛]) await beats(who)
    await town.after(1)
    town.jumps(jump)
    await town.after(5)
    expect([(await seatOf(赵敏))?.state, (await seatOf(王涛))?.state]).toEqual(['live', 'live'])
    await beats(赵敏)
    await town.after(4)
    expect([(await seatOf(赵敏))?.state, (await seatOf(王涛))?.state]).toEqual(['live', 'stale'])
    town.jumps(-jump)
    await beats(王涛)
    await town.after(5)
    expect((await seatOf(王涛))?.state).toBe('live')
    await 赵敏.leaves(1)
    await 王涛.leaves(2)
  },
)

test('[DE7] the server is away and comes back: seats and claims are as they were, and who does not come back is found silent', async () => {
  const { 赵敏, 王涛 } = await people('jiaxing')
  const 沈佳宁 = await town.citizen('沈佳宁')
  await 赵敏.sits(1)
  await 王涛.sits(2)
  for (const who of [赵敏, 王涛]) await beats(who)
  const id = await 沈佳宁.sends()
  await 赵敏.receives(id)
  await town.after(6)
  await town.restart()
  base = await town.listen()
  await town.after(8)
  expect(await ownerOf(王涛, id)).toMatchObject({ staff: 赵敏.id, seat: 1, state: 'live' })
  await beats(赵敏)
  await town.after(6)
  await beats(赵敏)
  await town.after(5)
  expect([(await seatOf(赵敏))?.state, (await seatOf(王涛))?.state]).toEqual(['live', 'stale'])
})
