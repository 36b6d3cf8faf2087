import { afterAll, beforeAll, expect, test } from 'vitest'
import * as desk from '@open110/modules/desk/api'
import * as report from '@open110/modules/report/api'
import * as thread from '@open110/modules/thread/api'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import * as channel from './channel.api.ts'

let town: Town
let 赵敏: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(3)
})
afterAll(() => town.close())

const writes = (number: string, words: string, called = '12110578') =>
  town.texts.write({ number, called, words })
const queue = async (who = 赵敏) =>
  granted(await who.call(desk.queue, { params: { desk: who.org } })).filter(({ mode }) => mode === 'sms')
const view = async (id: string) => granted(await 赵敏.call(report.get, { params: { report: id } }))
const line = async (id: string) => granted(await 赵敏.call(channel.line, { params: { report: id } }))
/** The reports of one number are found by what they say. */
const about = async (word: string) =>
  (await queue()).filter(({ gist }) => gist.includes(word)).map((row) => row.report)
const sentTo = (number: string) => town.texts.sent.filter(({ to }) => to === number).map(({ words }) => words)

test('[CH7] [CH6] the same text twice, once more with news, and one about something else: two reports', async () => {
  const number = '13900139001'
  await town.texts.write({
    ref: 'carrier-1',
    number,
    called: '12110578',
    words: '灯塔街农贸市场门口,有人偷电动车',
  })
  await town.texts.write({
    ref: 'carrier-1',
    number,
    called: '12110578',
    words: '灯塔街农贸市场门口,有人偷电动车',
  })
  await writes(number, '灯塔街农贸市场门口,有人偷电动车!')
  town.passes(240)
  await writes(number, '灯塔街农贸市场门口,有人偷电动车,往东跑了,穿黑衣服')
  await writes(number, '楼上住户又在半夜敲地板,能不能来管一管')
  const [thief] = await about('电动车')
  expect((await about('电动车')).length).toBe(1)
  expect((await about('敲地板')).length).toBe(1)
  const seen = await view(thief!)
  expect(seen.words).toBe('灯塔街农贸市场门口,有人偷电动车')
  expect(seen.placeWords).toBe('灯塔街农贸市场门口')
  expect(seen.supplements.map(({ words }) => words)).toEqual([
    '灯塔街农贸市场门口,有人偷电动车,往东跑了,穿黑衣服',
  ])
  expect((await line(thief!)).textsIn.map(({ how }) => how)).toEqual(['report', 'repeat', 'supplement'])
  town.passes(700)
  await writes(number, '灯塔街农贸市场门口,有人偷电动车')
  expect((await about('电动车')).length).toBe(2)
})

test('[CH6] a long text in pieces, out of order, is one; a piece that is lost is not waited for', async () => {
  const piece = (words: string, number: number, of: number, group: string) =>
    town.texts.write({ number: '13900139002', called: '12110578', words, piece: { group, number, of } })
  await piece('现在往大桥方向去了。', 2, 2, '17')
  expect(await about('黑色轿车')).toEqual([])
  await piece('括苍路口,一辆黑色轿车撞了护栏,司机弃车走了,', 1, 2, '17')
  const [whole] = await about('黑色轿车')
  expect((await view(whole!)).words).toBe('括苍路口,一辆黑色轿车撞了护栏,司机弃车走了,现在往大桥方向去了。')
  await piece('城北街幼儿园旁边围墙倒了一截,', 1, 3, '18')
  expect(await about('围墙')).toEqual([])
  await town.after(12)
  expect((await about('围墙')).length).toBe(1)
})

test('[CH8] by the place the carrier knows, else by the area code it was sent to, else at the duty desk', async () => {
  const 绍兴 = await town.staff('zhaomin@shaoxing')
  const 杭州 = await town.staff('zhaomin@hangzhou')
  await 杭州.sits(1)
  await writes('13900139003', '解放路邮局门口有人散发传单骗老人', '12110575')
  await town.texts.write({
    number: '13900139004',
    called: '12110571',
    words: '这里有个孩子和家人走散了',
    place: { lng: 119.9231, lat: 28.4538, accuracyMetres: 500, source: 'cell' },
  })
  await writes('13900139005', '我要反映一个骗人的电话', '12110999')
  expect((await queue(绍兴)).map(({ gist }) => gist)).toEqual(['解放路邮局门口有人散发传单骗老人'])
  expect((await about('走散')).length).toBe(1)
  const own = (await queue(杭州)).filter(({ overflowedAt }) => overflowedAt === undefined)
  expect(own.map(({ gist }) => gist)).toEqual(['我要反映一个骗人的电话'])
})

test('[CH9] one neutral line and never a second; none to who hides or is in danger', async () => {
  const number = '13900139006'
  await writes(number, '水东路菜场,两个人在推搡吵架')
  await writes(number, '水东路菜场,两个人在推搡吵架,围了很多人')
  await town.settle()
  expect(sentTo(number)).toEqual(['已收到。'])
  await writes('13900139007', '阳光小区3幢,有人撬门,我躲在衣柜里')
  await writes('13900139008', '阳光小区5幢,隔壁有人喊救命')
  await town.settle()
  for (const silent of ['13900139007', '13900139008']) expect(sentTo(silent)).toEqual([])
  const [hidden] = await about('衣柜')
  expect((await line(hidden!)).textsOut).toMatchObject([{ kind: 'receipt', state: 'held', why: 'covert' }])
  expect((await view(hidden!)).staff?.urgency.level).toBe(1)
  for (const { words } of town.texts.sent) expect(words).not.toMatch(/110|警|公安|报/)
})

test('[CH10] what the desk writes goes out only to who said that it may, and stops when they ask for silence', async () => {
  const [open, covert] = ['13900139009', '13900139010']
  await writes(open, '中山街12号楼道漏水,电表箱冒水,可以回短信')
  await writes(covert, '中山街66号二楼有人在赌博')
  const [openId, covertId] = [(await about('电表箱'))[0]!, (await about('赌博'))[0]!]
  for (const id of [openId, covertId]) {
    await 赵敏.receives(id)
    await 赵敏.writes(id, '请告诉我们几楼,我们派人过去看。')
  }
  granted(await 赵敏.call(thread.ask, { params: { report: openId }, body: { question: 'floor' } }))
  await town.settle()
  expect(sentTo(open)).toEqual([
    '在几楼? 一楼/2至5楼/5楼以上/地下/不确定',
    '请告诉我们几楼,我们派人过去看。',
    '已收到。',
  ])
  expect(sentTo(covert)).toEqual(['已收到。'])
  expect((await line(covertId)).textsOut.at(-1)).toMatchObject({
    kind: 'dialogue',
    state: 'held',
    why: 'covert',
    seq: 1,
  })

  await 赵敏.writes(openId, '民警五分钟后到。')
  await writes(open, '中山街12号楼道漏水,别打电话,别出声,他回来了')
  await town.settle()
  expect(sentTo(open)).not.toContain('民警五分钟后到。')
})

test('[CH11] a text is queued, sent, delivered or failed as it happened; a gateway that is away is asked again', async () => {
  const number = '13900139011'
  await writes(number, '大洋路6号店铺着了点小烟已经灭了,请回电')
  await town.settle()
  const [id] = await about('大洋路')
  const out = async () => (await line(id!)).textsOut.map(({ kind, state }) => `${kind} ${state}`)
  expect(await out()).toEqual(['receipt sent'])
  await town.texts.confirm(town.texts.sent.find(({ to }) => to === number)!.refs[0]!)
  expect(await out()).toEqual(['receipt delivered'])
  await 赵敏.receives(id!)
  town.texts.cut(true)
  await 赵敏.writes(id!, '请')
  await town.settle()
  expect(await out()).toEqual(['receipt delivered', 'dialogue queued'])
  town.texts.cut(false)
  await town.after(31)
  expect(await out()).toEqual(['receipt delivered', 'dialogue sent'])
  await 赵敏.writes(id!, '请在门口等民警。'.repeat(20))
  await town.settle()
  const long = town.texts.sent[0]!
  expect(long.refs.length).toBe(3)
  for (const ref of long.refs.slice(0, 2)) await town.texts.confirm(ref)
  expect((await out()).at(-1)).toBe('dialogue sent')
  await town.texts.confirm(long.refs[2]!, false)
  expect((await line(id!)).textsOut.at(-1)).toMatchObject({ state: 'failed', why: 'not-delivered' })
})

test('[CH6] what no database takes is left out, and the words around it are kept', async () => {
  await writes('13900139012', '后庆街9号\0有人砸车\ud800窗')
  expect((await about('砸车')).length).toBe(1)
})

test('[CH9] a line that is still waiting to go out stays here when its reporter asks for silence meanwhile', async () => {
  const number = '13900139013'
  town.texts.cut(true)
  await writes(number, '丽阳街20号三楼,有人在吵架')
  await town.settle()
  await writes(number, '丽阳街20号三楼,有人在吵架,别打电话,他听得到')
  town.texts.cut(false)
  await town.after(31)
  expect(sentTo(number)).toEqual([])
})
