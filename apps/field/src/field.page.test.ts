import { afterAll, beforeAll, expect, test } from 'vitest'
import { barriers, closeBrowser, hasChromium } from '@open110/town/page/browser'
import { myUnit, slipsOf } from '@open110/modules/dispatch/api'
import { openPages, type Pages } from '@open110/town/page/pages'

const canRun = await hasChromium()
let pages: Pages

beforeAll(async () => {
  if (canRun) pages = await openPages()
}, 120_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

const signIn = async (account: string, theme: 'light' | 'dark' = 'dark') => {
  const unit = await pages.person({ at: { lng: 119.93, lat: 28.46 }, theme })
  const { page } = unit
  await page.goto('/field/')
  await page.getByLabel('账号').fill(account)
  await page.getByLabel('密码').fill('open110-demo')
  await page.getByRole('button', { name: '登录' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  return unit
}

test.skipIf(!canRun)(
  '[FD1] [FD3] 城东-1 drives through a tunnel: steps pressed without network reach the desk afterwards, once',
  async () => {
    const { town } = pages
    const 林秋 = await town.citizen('林秋')
    const 赵敏 = await town.staff('zhaomin@lishui')
    await 赵敏.sits(1)
    const report = await 林秋.sends({ mode: 'silent', tag: 'burglary', words: '门外有人撬锁' })
    await 赵敏.receives(report)
    const incident = await 赵敏.accepts(report)

    const unit = await signIn('unit-1@lishui')
    const { page, context } = unit
    await page.getByText('现在没有处警单').waitFor()
    expect(await barriers(page)).toEqual([])
    const slip = await 赵敏.sends(incident, await unitNameOf('unit-1@lishui'))
    await page.getByRole('heading', { name: '入室盗窃' }).waitFor()
    await page.getByText('不可回拨').waitFor()
    expect(await page.title()).toMatch(/^\(1\)/)
    expect(await barriers(page)).toEqual([])

    await context.setOffline(true)
    await page.getByRole('button', { name: '签收' }).click()
    await page.getByRole('button', { name: '出警' }).click()
    await page.getByText('2 项待发').waitFor()
    await page.getByRole('alert').filter({ hasText: '与接警台断开' }).waitFor()
    expect(await barriers(page)).toEqual([])

    await context.setOffline(false)
    await page.getByText('2 项待发').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '到场' }).click()
    await page.getByRole('button', { name: '处置完毕' }).click()
    await page.getByRole('button', { name: '反馈', exact: true }).click()
    expect(await barriers(page)).toEqual([])
    await page.getByText('救助完成').click()
    await page.getByLabel('处置情况', { exact: true }).fill('到场时嫌疑人已离开,报警人安全。')
    await page.getByLabel('出动人次', { exact: true }).fill('2')
    await page.getByRole('button', { name: '提交反馈' }).click()
    await page.getByText('已反馈,等接警台办结。').waitFor()
    await expect.poll(async () => (await slipOf(incident, slip)).state, { timeout: 15_000 }).toBe('reported')
    const kept = await slipOf(incident, slip)
    expect(kept.times.map(({ move }) => move).filter((move) => move !== 'issue')).toEqual([
      'sign',
      'depart',
      'arrive',
      'settle',
      'report',
    ])
    expect(kept.feedback).toMatchObject({ outcome: 'helped', officers: 2 })
    expect(unit.faults).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[FD1] [FD3] the phone restarts in the dead zone: the card and the waiting step are still there',
  async () => {
    const { town } = pages
    const 赵敏 = await town.staff('zhaomin@shaoxing')
    await 赵敏.sits(1)
    const 陈国强 = await town.citizen('陈国强')
    const report = await 陈国强.sends({ words: '两辆车撞在一起' })
    await 赵敏.receives(report)
    const incident = await 赵敏.accepts(report, { category: '3001', level: 2 })
    const { page, context, faults } = await signIn('unit-1@shaoxing')
    const slip = await 赵敏.sends(incident, await unitNameOf('unit-1@shaoxing'))
    await page.getByText('两辆车撞在一起').waitFor()
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))

    await context.setOffline(true)
    await page.getByRole('button', { name: '签收' }).click()
    await page.getByText('1 项待发').waitFor()
    await page.reload()
    await page.getByText('两辆车撞在一起').waitFor()
    await page.getByText('1 项待发').waitFor()
    await page.getByText('与接警台断开').waitFor()
    await page.getByRole('link', { name: '高德导航' }).waitFor()

    await context.setOffline(false)
    await page.getByText('1 项待发').waitFor({ state: 'detached' })
    expect((await slipOf(incident, slip, 'officer@shaoxing')).state).toBe('signed')
    expect(faults).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[FD17] 城西-1 goes home and comes again: nobody is on duty without a name, and without network nobody comes or goes',
  async () => {
    const { page, context, faults } = await signIn('unit-3@hangzhou', 'light')
    await page.getByRole('button', { name: '更多' }).click()
    await context.setOffline(true)
    await page.getByRole('button', { name: '下岗' }).click()
    await page.getByText('没有网络,状态没有改。').waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: '下岗' }).click()
    await page.getByRole('heading', { name: '上岗登记' }).waitFor()
    expect(await barriers(page)).toEqual([])
    const name = page.getByLabel('第 1 人姓名')
    const own = await name.inputValue()
    await name.fill(' ')
    const start = page.getByRole('button', { name: '上岗', exact: true })
    await expect.poll(() => start.getAttribute('aria-disabled')).toBe('true')
    await name.fill(own)
    await page.getByLabel('对讲机').check()
    await start.click()
    await page.getByText('现在没有处警单').waitFor()
    const unit = await pages.town.staff('unit-3@hangzhou')
    const mine = await unit.call(myUnit)
    expect('unit' in mine && mine.unit.state).toBe('ready')
    expect(faults).toEqual([])
  },
  60_000,
)

async function unitNameOf(account: string): Promise<string> {
  const unit = await pages.town.staff(account)
  const mine = await unit.call(myUnit)
  if ('refused' in mine) throw new Error(mine.refused)
  return mine.unit.name
}

async function slipOf(incident: string, slip: string, account = 'officer@lishui') {
  const officer = await pages.town.staff(account)
  const slips = await officer.call(slipsOf, { params: { incident } })
  if ('refused' in slips) throw new Error(slips.refused)
  return slips.find(({ id }) => id === slip)!
}
