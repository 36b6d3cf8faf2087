import { afterAll, beforeAll, expect, test } from 'vitest'
import { get } from '@open110/modules/incident/api'
import { granted, type StaffHere } from '../town.ts'
import { openIncident, sitDown } from './acts.ts'
import { barriers, closeBrowser, hasChromium, laptop, type Watcher } from './browser.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
let pages: Pages
let 王涛: StaffHere
let 赵敏: Watcher
let 值班长: Watcher

beforeAll(async () => {
  if (!canRun) return
  pages = await openPages()
  王涛 = await pages.town.staff('wangtao@lishui')
  await 王涛.sits(3)
  赵敏 = await pages.person({ screen: laptop })
  值班长 = await pages.person({ screen: laptop, theme: 'dark' })
  await sitDown(赵敏.page, 'zhaomin@lishui', 1)
  await sitDown(值班长.page, 'officer@lishui', 2)
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

const slowly = { timeout: 20_000 }
const crossing = { lng: 119.9231, lat: 28.4538, crs: 'wgs84', accuracyMetres: 20 }

/** Somebody at the crossing reports, and it is taken on as an incident of its own. */
async function accepted(name: string, words: string, callSafe = true): Promise<string> {
  const who = await pages.town.citizen(name)
  const report = await who.sends({ words, fix: crossing, callSafe })
  await 王涛.receives(report)
  return 王涛.accepts(report, { category: '3001', level: 2 })
}
const whole = async (incident: string) => granted(await 王涛.call(get, { params: { incident } }))

test.skipIf(!canRun)(
  '[IN16, TH20] two incidents become one, all are answered at once, who must not be told is counted first, and the officer parts them again',
  async () => {
    const one = await accepted('陈国强', '中山街口两辆车相撞,有人受伤')
    const two = await accepted('李想', '中山街口货车撞了小车,有人受伤', false)
    const { page } = 赵敏
    await openIncident(page, '货车撞了小车')
    const similar = page.getByRole('region', { name: '相似警情' })
    await similar.getByRole('button', { name: '并入警情' }).click()
    const fused = page.getByRole('region', { name: '并案' })
    await fused.getByText('同案 2 条报警').waitFor()
    expect((await whole(two)).state).toBe('merged')

    await fused.getByRole('button', { name: '统一回复' }).click()
    const words = '民警已在路上,请让出路口'
    await page.getByLabel('发给同案 2 人,其中 1 人不可惊动').fill(words)
    expect.soft(await barriers(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await fused.getByText('已发出:1 人收到原文,1 人收到静默提示。').waitFor()

    await openIncident(值班长.page, '两辆车相撞')
    const parts = 值班长.page.getByRole('region', { name: '并案' })
    await parts.getByRole('button', { name: '拆开并案' }).click()
    await 值班长.page.keyboard.type('核对后是两起')
    expect.soft(await barriers(值班长.page)).toEqual([])
    await 值班长.page.keyboard.press('Enter')
    await expect.poll(async () => (await whole(two)).state, slowly).toBe('accepted')
    expect((await whole(one)).reports).toHaveLength(1)
    await fused.getByText('同案 2 条报警').waitFor({ state: 'detached' })
    expect([...赵敏.faults, ...值班长.faults]).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[IN18, IN8, CS8] who edits is named on the other screen; taken over, the first one is told who has it, and what she typed stays',
  async () => {
    const words = '有人翻墙进了厂房'
    const incident = await accepted('周晓燕', words)
    await openIncident(赵敏.page, words)
    await openIncident(值班长.page, words)
    const narrative = ({ page }: Watcher) => page.getByRole('textbox', { name: /^接警叙述/ })
    await narrative(赵敏).fill('两人翻墙,一人望风')
    const line = 值班长.page.getByText(/^赵敏 正在编辑,到/)
    await line.waitFor()
    expect(await 值班长.page.getByRole('button', { name: '接管编辑' }).count()).toBe(0)
    await narrative(值班长).fill('三人翻墙')
    expect.soft(await barriers(值班长.page)).toEqual([])
    await 值班长.page.getByRole('button', { name: '接管编辑' }).click()
    await narrative(值班长).press('Control+Enter')
    await expect.poll(async () => (await whole(incident)).narrative, slowly).toBe('三人翻墙')

    await 赵敏.page.getByText('叙述已被他人改为:“三人翻墙”').waitFor()
    expect(await narrative(赵敏).inputValue()).toBe('两人翻墙,一人望风')
    expect.soft(await barriers(赵敏.page)).toEqual([])
    expect((await whole(incident)).narrative).toBe('三人翻墙')
    expect([...赵敏.faults, ...值班长.faults]).toEqual([])
  },
  60_000,
)
