import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { granted, type StaffHere } from '../town.ts'
import { get } from '@open110/modules/incident/api'
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
const whole = async (incident: string) => granted(await 王涛.call(get, { params: { incident } }))

async function accepted(words: string, taker: StaffHere, level = 1): Promise<string> {
  const 陈国强 = await pages.town.citizen('陈国强')
  const fix = { lng: 119.9231, lat: 28.4538, crs: 'wgs84' }
  const report = await 陈国强.sends({ words, fix, callSafe: true })
  await taker.receives(report)
  return taker.accepts(report, { level })
}

test.skipIf(!canRun)(
  '[CS28, ES1, ES3] a call-taker asks, the officer answers in three keys and the words, and the desk says that it was carried out',
  async () => {
    await accepted('有人挟持了店员', 王涛)
    await openIncident(赵敏.page, '有人挟持了店员')
    await 赵敏.page.keyboard.press('/')
    await 赵敏.page.keyboard.type('请示')
    await 赵敏.page.keyboard.press('Enter')
    await 赵敏.page.getByLabel('请示内容').fill('一人持刀挟持店员,已派两组,请示是否调谈判组')
    expect.soft(await barriers(赵敏.page)).toEqual([])
    await 赵敏.page.keyboard.press('Control+Enter')
    const asked = 赵敏.page.getByRole('region', { name: '请示与批示' })
    await asked.getByText('待阅').first().waitFor()
    expect(await asked.getByText('待阅').count()).toBe(1)

    const { page } = 值班长
    await page.keyboard.press('g')
    await page.keyboard.press('v')
    await page.locator('[data-panel="escalations"]').getByText('请示是否调谈判组').waitFor()
    expect.soft(await barriers(page)).toEqual([])
    await page.keyboard.press('3')
    await page.keyboard.press('Enter')
    await page.keyboard.type('调谈判组,不得强攻')
    await page.keyboard.press('Enter')
    await asked.getByText('批示 调谈判组,不得强攻').waitFor()
    await asked.getByRole('button', { name: '已按批示执行' }).click()
    await asked.getByText('已执行').first().waitFor()
    await expect.poll(() => page.locator('[data-panel="escalations"] li').count(), slowly).toBe(0)
    expect([...赵敏.faults, ...值班长.faults]).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[DE20, DE21, IN2, CS15] the sheet is signed by another person and on paper has room for two names; the list is a file without a formula',
  async () => {
    const 赵敏本人 = await pages.town.staff('zhaomin@lishui')
    const words = '=HYPERLINK("http://x.example","领奖")'
    const incident = await accepted(words, 赵敏本人, 3)
    const { page } = 赵敏
    await page.keyboard.press('Escape')
    await page.goto('/console/#/handover')
    const mine = page.getByRole('region', { name: '我要交出的' })
    await mine.getByRole('row').filter({ hasText: 'HYPERLINK' }).waitFor()
    await page.getByLabel('交代事项').fill('报警人在等回话')
    expect.soft(await barriers(page)).toEqual([])
    await page.getByRole('button', { name: '提出交接' }).click()
    await page.getByRole('region', { name: '待签收' }).getByRole('button', { name: '撤回' }).waitFor()

    await 值班长.page.goto('/console/#/handover')
    const waiting = 值班长.page.getByRole('region', { name: '待签收' })
    await waiting.getByText('报警人在等回话').waitFor()
    expect.soft(await barriers(值班长.page)).toEqual([])
    await 值班长.page.emulateMedia({ media: 'print' })
    expect(await waiting.getByText('接班人签字').isVisible()).toBe(true)
    expect(await waiting.getByText('报警人在等回话').isVisible()).toBe(true)
    expect(await waiting.getByRole('button', { name: '签收,由我负责' }).isVisible()).toBe(false)
    expect(await 值班长.page.locator('.bar').isVisible()).toBe(false)
    await 值班长.page.emulateMedia({ media: 'screen' })
    await waiting.getByRole('button', { name: '签收,由我负责' }).click()
    await expect.poll(async () => (await whole(incident)).owner?.name, slowly).not.toBe('赵敏')
    await page
      .getByText(/^赵敏 → |已签收/)
      .first()
      .waitFor()

    await page.goto('/console/#/incidents')
    await page.getByRole('row').filter({ hasText: 'HYPERLINK' }).waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '导出表格' }).click(),
    ])
    const text = await readFile(await file.path(), 'utf8')
    const [head = '', ...lines] = text.split('\r\n')
    expect(head.startsWith('\uFEFF接警单号,级别,类别,状态')).toBe(true)
    const line = lines.find((one) => one.includes('HYPERLINK')) ?? ''
    expect(line).toContain(`"'=HYPERLINK(""http://x.example"",""领奖"")"`)
    expect(line).toContain((await whole(incident)).number)
    expect([...赵敏.faults, ...值班长.faults]).toEqual([])
  },
  60_000,
)
