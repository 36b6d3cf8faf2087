import { afterAll, beforeAll, expect, test } from 'vitest'
import * as staff from '@open110/modules/staff/api'
import * as fleet from '@open110/modules/unit/api'
import { granted } from '../town.ts'
import { sitDown } from './acts.ts'
import { barriers, closeBrowser, hasChromium, wall } from './browser.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
let pages: Pages
beforeAll(async () => {
  if (canRun) pages = await openPages()
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

test.skipIf(!canRun)(
  '[CS40] a unit is found by name: the card says who and with what, follows it, shows its way; the filter leaves others out',
  async () => {
    const { town } = pages
    const { page, faults } = await pages.person({ screen: wall })
    await sitDown(page, 'officer@lishui', 3)
    const count = page.locator('.map-count')
    await expect.poll(() => count.textContent(), { timeout: 20_000 }).toMatch(/7 \/ 7/)
    await page.getByRole('button', { name: '筛选警力' }).click()
    await page.getByLabel('种类').selectOption({ label: '联动单位' })
    await expect.poll(() => count.textContent(), { timeout: 20_000 }).toMatch(/1 \/ 7/)
    await page.getByLabel('种类').selectOption({ label: '全部' })
    await page.getByLabel('查找警力').fill('城东-1')
    await page.keyboard.press('Enter')
    const card = page.getByRole('region', { name: '警力 城东-1' })
    await card.getByText('执法记录仪').waitFor()
    await page.keyboard.press('Escape')
    await card.getByRole('button', { name: '跟随' }).click()
    const 城东1 = await town.staff('unit-1@lishui')
    const unit = granted(await 城东1.call(staff.me)).unit!
    for (const lng of [119.96, 119.97]) {
      const fix = { lng, lat: 28.47, crs: 'wgs84', at: town.clock.now() }
      granted(await 城东1.call(fleet.fixes, { params: { unit }, body: { fixes: [fix] } }))
    }
    await card.getByText(/^位置 0:0\d 前$/).waitFor()
    await card.getByRole('button', { name: '轨迹(1小时)' }).click()
    await card.getByRole('button', { name: '收起轨迹' }).waitFor()
    expect(await barriers(page)).toEqual([])
    await page.setViewportSize(wall)
    await card.getByRole('button', { name: '关闭' }).click()
    await page.getByRole('button', { name: '下一个警力' }).press('Enter')
    await page.getByRole('region', { name: /^警力 / }).waitFor()
    expect(faults).toEqual([])
  },
  90_000,
)
