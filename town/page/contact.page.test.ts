import { afterAll, beforeAll, expect, test } from 'vitest'
import { setPins } from '@open110/modules/person/api'
import { askWithdraw } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { receive, sitDown } from './acts.ts'
import { barriers, closeBrowser, hasChromium, laptop, wall, type Watcher } from './browser.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
let pages: Pages
let 赵敏: Watcher
let 值班长: Watcher

beforeAll(async () => {
  if (!canRun) return
  pages = await openPages()
  赵敏 = await pages.person({ screen: laptop })
  值班长 = await pages.person({ screen: wall, theme: 'dark' })
  await sitDown(赵敏.page, 'zhaomin@lishui', 1)
  await sitDown(值班长.page, 'officer@lishui', 2)
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

const crossing = { lng: 119.9231, lat: 28.4538, crs: 'wgs84', accuracyMetres: 20 }
const pane = ({ page }: Watcher) => page.getByRole('region', { name: '联络', exact: true })

test.skipIf(!canRun)(
  '[CS80, CS81, RE7, RE8] made silent by a press; one way is opened by two people, for its reason and its minutes, and taken back',
  async () => {
    const 陈国强 = await pages.town.citizen('陈国强')
    const words = '楼下两个人在吵架'
    await 陈国强.sends({ words, fix: crossing, callSafe: true })
    await receive(赵敏.page, words)
    const contact = pane(赵敏)
    await contact.getByText('可以联系').waitFor()
    await contact.getByRole('button', { name: '收紧为静默' }).click()
    await contact.getByText('静默 · 只留静默消息').waitFor()
    await contact.getByText('现在可用:静默消息').waitFor()
    await contact.getByRole('button', { name: /^暗语/ }).click()
    await contact.getByLabel('暗语', { exact: true }).fill('送煤气的')
    await contact.getByRole('button', { name: '保存' }).click()
    await contact.getByRole('button', { name: /送煤气的/ }).waitFor()
    await contact.getByRole('button', { name: '破例联系' }).click()
    await contact.getByLabel('方式').selectOption({ label: '电话' })
    await contact.getByLabel('理由').fill('核实是否有人受伤')
    expect.soft(await barriers(赵敏.page)).toEqual([])
    await 赵敏.page.keyboard.press('Enter')
    await contact.getByText('等第二人确认').waitFor()
    // Somebody else's hand; whoever asked is not offered it.
    expect(await contact.getByRole('button', { name: '确认破例' }).count()).toBe(0)
    const notice = 值班长.page.getByRole('article').filter({ hasText: '核实是否有人受伤' })
    await notice.getByRole('button', { name: '确认破例' }).click()
    await contact.getByText('生效中').waitFor()
    await contact.getByRole('button', { name: '回拨' }).waitFor()
    expect.soft(await barriers(值班长.page)).toEqual([])
    await contact.getByRole('button', { name: '收回' }).click()
    await contact.getByText('生效中').waitFor({ state: 'detached' })
    expect([...赵敏.faults, ...值班长.faults]).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[CS82, RP60] under duress every desk is alarmed in words; the report offers no agreement, and goes on',
  async () => {
    const 陈国强 = await pages.town.citizen('陈国强')
    granted(await 陈国强.call(setPins, { body: { pin: '2580', duressPin: '1470' } }))
    const words = '有人堵在店门口不让走路'
    const report = await 陈国强.sends({ words, fix: crossing, callSafe: true })
    await receive(赵敏.page, words)
    granted(await 陈国强.call(askWithdraw, { params: { report }, body: { pin: '1470' } }))
    const alarm = 值班长.page.getByRole('article').filter({ hasText: '被迫申请撤回' })
    await alarm.getByRole('button', { name: '打开' }).click()
    for (const who of [赵敏, 值班长]) {
      const contact = pane(who)
      await contact.getByText('胁迫密码:视为被胁迫,不得撤回').waitFor()
      expect(await contact.getByRole('button', { name: '同意撤回' }).count()).toBe(0)
      expect.soft(await barriers(who.page)).toEqual([])
    }
    const contact = pane(赵敏)
    await contact.getByRole('button', { name: '不撤回,继续处置' }).click()
    await 赵敏.page.keyboard.type('已派城东所')
    await 赵敏.page.keyboard.press('Enter')
    await contact.getByText(/赵敏 决定继续处置:已派城东所/).waitFor()
    await alarm.waitFor({ state: 'detached' })
    expect([...赵敏.faults, ...值班长.faults]).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[CS82, RP62] with the right PIN a person still decides, with a reason',
  async () => {
    const 陈国强 = await pages.town.citizen('陈国强')
    granted(await 陈国强.call(setPins, { body: { pin: '2580', duressPin: '1470' } }))
    const words = '门口的车挡住了路口'
    const report = await 陈国强.sends({ words, fix: crossing, callSafe: true })
    await receive(赵敏.page, words)
    granted(await 陈国强.call(askWithdraw, { params: { report }, body: { pin: '2580' } }))
    const contact = pane(赵敏)
    await contact.getByText('密码正确').waitFor()
    await contact.getByRole('button', { name: '同意撤回' }).click()
    await 赵敏.page.keyboard.type('本人撤回,已核实')
    await 赵敏.page.keyboard.press('Enter')
    await contact.getByText(/赵敏 已同意/).waitFor()
    expect((await 陈国强.view(report)).state).toBe('declined')
    expect(赵敏.faults).toEqual([])
  },
  60_000,
)
