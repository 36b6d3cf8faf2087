import { afterAll, beforeAll, expect, test } from 'vitest'
import { queue } from '@open110/modules/desk/api'
import { get as getReport } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { barriers, closeBrowser, hasChromium, laptop, type Screen } from './browser.ts'
import { openPages, type Pages } from './pages.ts'
import { rungs, seesInQueue, sitDown, way } from './acts.ts'

const canRun = await hasChromium()
const eventually = <T>(see: () => T) => expect.poll(see, { timeout: 20_000 })
let pages: Pages

beforeAll(async () => {
  if (canRun) pages = await openPages()
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

const at = { lng: 119.9231, lat: 28.4538 }
const small: Screen = { width: 360, height: 640 }

test.skipIf(!canRun)(
  "[RP52, CI31] a tap on one of the bureau's own tags is a unit on its way after four keys of the desk, with no word typed",
  async () => {
    const 赵敏 = await pages.person({ screen: laptop })
    await sitDown(赵敏.page, 'zhaomin@lishui', 1)
    const phone = await pages.person({ at, screen: small })
    await phone.page.goto('/')
    await phone.page.getByRole('button', { name: '静默报警' }).click()
    await phone.page.getByRole('button', { name: '校园欺凌' }).click()
    await seesInQueue(赵敏.page, '校园欺凌')
    const { keyboard } = 赵敏.page
    await keyboard.press('a')
    const form = 赵敏.page.getByRole('form', { name: '受理单' })
    await form.getByText('按静默标签“校园欺凌”').waitFor()
    await form.getByText('默认指令:先派辖区派出所与校园警务站').waitFor()
    expect.soft(await barriers(赵敏.page)).toEqual([])
    await keyboard.press('Control+Enter')
    await form.waitFor({ state: 'detached' })
    await keyboard.press('Control+Shift+KeyD')
    await 赵敏.page.locator('[data-issue]:focus').waitFor()
    await keyboard.press('Enter')
    await eventually(() => rungs(phone.page)).toEqual(['已送达', '已接收', '已受理', '已派警'])
    expect([...赵敏.faults, ...phone.faults]).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[CI34, CI33] beside a phone call two taps send the place; the page shows four letters that the desk sees, and goes on telling where it is',
  async () => {
    const phone = await pages.person({ at, screen: small })
    const { page } = phone
    await page.goto('/')
    await way(page, '位置').click()
    await page.getByRole('button', { name: '发送位置' }).click()
    const code = await page.locator('.beside-code').innerText()
    expect(code).toMatch(/^[0-9A-Z]{4}$/)
    const 赵敏 = await pages.town.staff('zhaomin@lishui')
    const rows = granted(await 赵敏.call(queue, { params: { desk: 赵敏.org } }))
    const { report, mode } = rows.find(({ receiptCode }) => receiptCode.endsWith(code))!
    expect(mode).toBe('location')
    const fixes = async () =>
      granted(await 赵敏.call(getReport, { params: { report } })).staff?.fixes.map(({ raw }) => raw.lng)
    await phone.context.setGeolocation({ longitude: 119.9261, latitude: 28.4538, accuracy: 9 })
    await eventually(fixes).toContain(119.9261)
    // From another page, and in the next life of this one, as well.
    await page.goto('/')
    await phone.context.setGeolocation({ longitude: 119.9301, latitude: 28.4538, accuracy: 9 })
    await eventually(fixes).toContain(119.9301)
    expect.soft(await barriers(page)).toEqual([])
    expect(phone.faults).toEqual([])
  },
  60_000,
)
