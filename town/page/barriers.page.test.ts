import { afterAll, beforeAll, expect, test } from 'vitest'
import { goOnDuty, sitDown, way } from './acts.ts'
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

const at = { lng: 119.9231, lat: 28.4538 }

test.skipIf(!canRun).each(['light', 'dark'] as const)(
  'what a reporter may open has no barrier, %s',
  async (theme) => {
    const { page } = await pages.person({ at, theme })
    const found: Record<string, string[]> = {}
    for (const path of ['/', '/report', '/where', '/mine', '/me', '/check', '/nowhere']) {
      await page.goto(path)
      await page.locator('main').waitFor()
      found[path] = await barriers(page)
    }
    await page.goto('/')
    await way(page, '静默报警').click()
    await page.getByRole('button', { name: '有人入室' }).waitFor()
    found['silent'] = await barriers(page)
    await page.getByRole('button', { name: '隐藏' }).click()
    await page.getByText('记事').first().waitFor()
    found['hidden'] = await barriers(page)
    expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun).each(['light', 'dark'] as const)(
  'what staff open has no barrier, %s',
  async (theme) => {
    const found: Record<string, string[]> = {}
    const desk = await pages.person({ screen: laptop, theme })
    await desk.page.goto('/demo')
    found['demo'] = await barriers(desk.page)
    await desk.page.goto('/console/')
    await desk.page.getByLabel('账号').waitFor()
    found['console sign-in'] = await barriers(desk.page)
    await sitDown(desk.page, 'zhaomin@hangzhou', theme === 'light' ? 1 : 2)
    found['console queue'] = await barriers(desk.page)
    for (const view of ['警情列表', '席位']) {
      await way(desk.page, view).click()
      await desk.page.waitForTimeout(300)
      found[`console ${view}`] = await barriers(desk.page)
    }
    const unit = await pages.person({ at, theme })
    await unit.page.goto('/field/')
    await unit.page.getByLabel('账号').waitFor()
    found['field sign-in'] = await barriers(unit.page)
    await goOnDuty(unit.page, 'unit-1@hangzhou')
    await unit.page.getByRole('button', { name: '更多' }).click()
    found['field'] = await barriers(unit.page)
    expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([])
  },
  60_000,
)
