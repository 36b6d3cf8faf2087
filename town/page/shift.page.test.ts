import { afterAll, beforeAll, expect, test } from 'vitest'
import * as report from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { sitDown, way } from './acts.ts'
import { barriers, closeBrowser, hasChromium, laptop } from './browser.ts'
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
  '[CS30] [CS33] an urge stands in the queue after a reload too, and who closes without a visit is told who reads the reason',
  async () => {
    const 林秋 = await pages.town.citizen('林秋')
    const id = await 林秋.sends({ words: '中山街有人醉酒闹事', callSafe: true })
    const 值班长 = await pages.person({ screen: laptop })
    const { page } = 值班长
    await sitDown(page, 'officer@lishui', 1)
    const officer = await pages.town.staff('officer@lishui')
    await officer.receives(id)
    await officer.accepts(id, { level: 3 })
    granted(await 林秋.call(report.urge, { params: { report: id } }))
    const chip = page.getByRole('option').filter({ hasText: '醉酒闹事' }).getByText('催促未答')
    await chip.waitFor()
    await page.reload()
    await chip.waitFor()
    const notice = page.getByText('报警人催促')
    await notice.waitFor()
    await page.getByRole('option').filter({ hasText: '醉酒闹事' }).first().click()
    await page.getByRole('button', { name: '办结' }).first().click()
    await page.getByText('报警人会看到这条理由').waitFor()
    expect.soft(await barriers(page)).toEqual([])
    granted(await officer.call(report.answerUrge, { params: { report: id }, body: {} }))
    await chip.waitFor({ state: 'detached' })
    await notice.waitFor({ state: 'detached' })
    expect(值班长.faults).toEqual([])
  },
  90_000,
)

test.skipIf(!canRun)(
  '[CS31] [CS32] after an update a page that cannot be fetched says so and the desk goes on; leaving asks once about what is open',
  async () => {
    const 值班长 = await pages.person({ screen: laptop })
    const { page } = 值班长
    // As if an update had taken the files of the pages that come later.
    await page.route(/\/console\/assets\/Figures-.*\.js$/, (route) => route.fulfill({ status: 404 }))
    await sitDown(page, 'officer@lishui', 2)
    await way(page, '统计').click()
    await page.getByText('页没有取到').waitFor()
    expect.soft(await barriers(page)).toEqual([])
    await way(page, '接警').click()
    await page.locator('[data-queue]').waitFor()
    await page.unroute(/\/console\/assets\/Figures-.*\.js$/)
    await way(page, '统计').click()
    await page.getByRole('button', { name: '重新载入' }).click()
    await page.getByRole('heading', { name: '统计' }).waitFor()
    expect(值班长.faults.filter((fault) => !/dynamically imported module|Figures/.test(fault))).toEqual([])

    const officer = await pages.town.staff('officer@lishui')
    const 林秋 = await pages.town.citizen('林秋')
    const id = await 林秋.sends({ words: '大洋路有人丢包', callSafe: true })
    await officer.receives(id)
    const out = page.getByRole('button', { name: '退出登录' })
    await out.click()
    await page.getByText('项未了').waitFor()
    await page.getByRole('button', { name: '去交接班' }).click()
    await page.getByRole('heading', { name: '我要交出的' }).waitFor()
    await out.click()
    await page.getByText('项未了').waitFor()
    await out.click()
    await page.getByLabel('账号').waitFor()
  },
  90_000,
)
