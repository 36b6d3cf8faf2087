import { afterAll, beforeAll, expect, test } from 'vitest'
import { policy as policyOf, setPolicy } from '@open110/modules/deadline/api'
import { myUnit, slipsOf } from '@open110/modules/dispatch/api'
import { fixes, units } from '@open110/modules/unit/api'
import { granted } from '../town.ts'
import { sitDown, way } from './acts.ts'
import { barriers, closeBrowser, hasChromium, laptop, type Watcher } from './browser.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
let pages: Pages

beforeAll(async () => {
  if (!canRun) return
  pages = await openPages()
  const officer = await pages.town.staff('officer@lishui')
  const limits = { targetSeconds: 2, warnSeconds: 3, dueSeconds: 5 }
  const sign = { limits, escalates: [] }
  const { policy: had } = granted(await officer.call(policyOf)).now
  const policy = { ...had, clocks: { ...had.clocks, sign } }
  granted(await officer.call(setPolicy, { body: { policy } }))
  // The units of the seed were last seen long before the real clock's now: one of them comes on the air.
  const unit = await pages.town.staff('unit-1@lishui')
  await tellPlace(unit)
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

async function tellPlace(unit: Awaited<ReturnType<Pages['town']['staff']>>): Promise<void> {
  const mine = granted(await unit.call(myUnit)).unit
  const fix = { lng: 119.93, lat: 28.46, crs: 'wgs84', at: new Date().toISOString() }
  granted(await unit.call(fixes, { params: { unit: mine.id }, body: { fixes: [fix] } }))
}

/** An accepted incident without anybody sent. */
async function accepted(words: string): Promise<string> {
  const 林秋 = await pages.town.citizen('林秋')
  const 赵敏 = await pages.town.staff('zhaomin@lishui')
  const report = await 林秋.sends({ words, place: { words } })
  await 赵敏.sits(2).catch(() => undefined)
  await 赵敏.receives(report)
  return 赵敏.accepts(report, { level: 2 })
}

async function slipStates(incident: string): Promise<string[]> {
  const officer = await pages.town.staff('officer@lishui')
  return granted(await officer.call(slipsOf, { params: { incident } })).map(({ state }) => state)
}

async function unitNames(): Promise<string[]> {
  const officer = await pages.town.staff('officer@lishui')
  return granted(await officer.call(units)).map(({ name }) => name)
}

/** Counts what the hands press. */
function pressing({ page }: Watcher) {
  let count = 0
  return {
    async key(name: string) {
      count++
      await page.keyboard.press(name)
    },
    count: () => count,
  }
}

test.skipIf(!canRun)(
  '[CS18] from an open incident the first suggested unit is sent with two keys, and taken back while nobody has signed',
  async () => {
    const incident = await accepted('紫金路口有人打架')
    const 值班长 = await pages.person({ screen: laptop })
    await sitDown(值班长.page, 'officer@lishui', 1)
    await way(值班长.page, '警情列表').click()
    await 值班长.page.getByText('紫金路口有人打架').first().click()
    await 值班长.page.locator('ol.offers [data-issue]').first().waitFor()
    const hands = pressing(值班长)
    await hands.key('Control+Shift+D')
    await hands.key('Enter')
    await 值班长.page.getByText('已下达:').waitFor()
    expect(hands.count()).toBeLessThanOrEqual(3)
    await expect.poll(() => slipStates(incident), { timeout: 20_000 }).toEqual(['issued'])
    await 值班长.page.getByRole('button', { name: '撤销' }).first().click()
    await expect.poll(() => slipStates(incident), { timeout: 20_000 }).toEqual(['cancelled'])
    expect(值班长.faults).toEqual([])
  },
  90_000,
)

test.skipIf(!canRun)(
  '[CS19] [CS23] [CS28] a unit dragged onto an incident is sent, and the keyboard sends another; an unsigned slip turns red by itself; the officer urges it with two keys',
  async () => {
    const incident = await accepted('丽青路口车辆相撞')
    const 值班长 = await pages.person({ screen: laptop })
    const { page } = 值班长
    let heard = 0
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('"type"')) heard++
      }),
    )
    await sitDown(page, 'officer@lishui', 1)
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    const names = await unitNames()
    const lane = (name: string) => page.locator(`[data-lane="${name}"]`)
    const card = lane('pending').getByRole('option').filter({ hasText: '丽青路口车辆相撞' })
    await card.waitFor()
    const [first, second] = names
    await lane('units').getByRole('option').filter({ hasText: first! }).first().dragTo(card)
    await expect.poll(() => slipStates(incident), { timeout: 20_000 }).toEqual(['issued'])
    const slip = lane('active').getByRole('option').filter({ hasText: first! })
    await slip.waitFor()

    await lane('units').getByRole('option').filter({ hasText: second! }).first().click()
    await slip.click()
    await page.keyboard.press('Enter')
    await expect.poll(() => slipStates(incident), { timeout: 20_000 }).toEqual(['issued', 'issued'])

    // From here on the board can fetch nothing: what turns red does so by the moments that it already has.
    let asked = 0
    const heardBefore = heard
    await page.route('**/api/v1/deadlines', (route) => {
      asked++
      return route.abort()
    })
    await slip.locator('[data-tone="overdue"]').waitFor()
    // It asks when it hears that something has happened, and at no other time.
    expect(asked).toBeLessThanOrEqual(heard - heardBefore)
    await page.unroute('**/api/v1/deadlines')
    expect.soft(await barriers(page)).toEqual([])
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.getByRole('button', { name: '催办' }).first().click()
    await page.getByText('已催办').first().waitFor()
    expect.soft(await barriers(page)).toEqual([])
    await page.keyboard.press('g')
    await page.keyboard.press('v')
    const unsigned = page.locator('[data-panel="unsigned"]')
    await unsigned.getByRole('button', { name: '催办' }).first().waitFor()
    await page.keyboard.press('5')
    await page.keyboard.press('Enter')
    await unsigned.getByText('已催办').waitFor()
    expect(值班长.faults).toEqual([])
  },
  90_000,
)

test.skipIf(!canRun)(
  '[CS20] the open-loop board empties when the last incident is closed, and every view has no barrier',
  async () => {
    const 值班长 = await pages.person({ screen: laptop })
    const { page } = 值班长
    const incident = await accepted('楼上漏水滴到楼下')
    await sitDown(page, 'officer@lishui', 1)
    await page.goto('/console/#/loops')
    const line = page.locator('[data-row]').filter({ hasText: '楼上漏水' })
    await line.getByText('未派警').waitFor({ timeout: 60_000 })
    const officer = await pages.town.staff('officer@lishui')
    await officer.closes(incident, '远程处置完毕,报警人确认')
    await expect.poll(() => line.count(), { timeout: 30_000 }).toBe(0)
    const found: Record<string, string[]> = {}
    for (const view of [
      'board',
      'overdue',
      'loops',
      'duty',
      'escalations',
      'handover',
      'follow-ups',
      'figures',
    ]) {
      await page.goto(`/console/#/${view}`)
      await page.locator('.page').waitFor()
      await page.waitForTimeout(400)
      found[view] = await barriers(page)
    }
    expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([])
    expect(值班长.faults).toEqual([])
  },
  120_000,
)
