import { afterAll, beforeAll, expect, test } from 'vitest'
import { queue } from '@open110/modules/desk/api'
import * as dispatch from '@open110/modules/dispatch/api'
import { granted, type StaffHere } from '../town.ts'
import { goOnDuty, hold, openIncident, sendReport, sitDown } from './acts.ts'
import { barriers, closeBrowser, hasChromium, laptop, type Watcher } from './browser.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
let pages: Pages
let 王涛: StaffHere
let 赵敏: Watcher

beforeAll(async () => {
  if (!canRun) return
  pages = await openPages()
  王涛 = await pages.town.staff('wangtao@lishui')
  await 王涛.sits(2)
  赵敏 = await pages.person({ screen: laptop })
  await sitDown(赵敏.page, 'zhaomin@lishui', 1)
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

const near = { lng: 119.93, lat: 28.46 }
const slowly = { timeout: 20_000 }
const notices = () => 赵敏.page.getByRole('region', { name: '提示' })

/** A phone of this account with a slip that it has signed. */
async function signed(account: string, words: string): Promise<{ phone: Watcher; incident: string }> {
  const phone = await pages.person({ at: near, theme: 'dark' })
  await goOnDuty(phone.page, account)
  await phone.page.getByText('现在没有处警单').waitFor()
  const 陈国强 = await pages.town.citizen('陈国强')
  const report = await 陈国强.sends({ words, fix: { ...near, crs: 'wgs84' }, callSafe: true })
  await 王涛.receives(report)
  const incident = await 王涛.accepts(report, { level: 2 })
  const { unit } = granted(await (await pages.town.staff(account)).call(dispatch.myUnit))
  granted(await 王涛.call(dispatch.issue, { params: { incident }, body: { unit: unit.id } }))
  await phone.page.getByRole('button', { name: '签收', exact: true }).click()
  await phone.page.getByRole('button', { name: '出警', exact: true }).waitFor()
  return { phone, incident }
}

test.skipIf(!canRun)(
  '[CS24, CS50, FD12] an officer holds 求援: it rings at the desk, F9 says that somebody has it, and the phone reads so',
  async () => {
    const { phone } = await signed('unit-1@lishui', '有人持刀拦路')
    await hold(phone.page, /^求援/, 1_700)
    const cry = notices().getByRole('article').filter({ hasText: '紧急求援 · 城东-1' })
    await cry.waitFor()
    const head = async () => (await 赵敏.page.locator('.zones').boundingBox())!.y
    const end = async () => {
      const { y, height } = (await notices().boundingBox())!
      return y + height
    }
    await expect.poll(async () => (await head()) >= (await end()), slowly).toBe(true)
    expect.soft(await barriers(赵敏.page)).toEqual([])
    await 赵敏.page.keyboard.press('F9')
    await cry.getByText('赵敏已知悉').waitFor()
    await phone.page.getByText('接警台已看到求援').waitFor()
    expect.soft(await barriers(phone.page)).toEqual([])
    await cry.getByRole('button', { name: '解除' }).click()
    await cry.getByRole('button', { name: '误触' }).click()
    await cry.waitFor({ state: 'detached' })
    await phone.page.getByText('接警台已看到求援').waitFor({ state: 'detached' })
    expect([...phone.faults, ...赵敏.faults]).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[CS24, CS18, DI14] backup asked at the scene is answered by a further slip, which the unit reads; the second is declined with a reason',
  async () => {
    const { phone, incident } = await signed('unit-2@lishui', '多人斗殴')
    await phone.page.getByRole('button', { name: '增援' }).click()
    await hold(phone.page, /^增派警力/, 2_300)
    const asked = notices().getByRole('article').filter({ hasText: '城东-2请求' })
    await asked.waitFor()
    expect.soft(await barriers(赵敏.page)).toEqual([])
    await asked.getByRole('button', { name: '派增援' }).click()
    await 赵敏.page.getByText('作为对城东-2增援请求的答复').waitFor()
    await 赵敏.page.locator('[data-issue]:focus').waitFor()
    await 赵敏.page.keyboard.press('Enter')
    await asked.waitFor({ state: 'detached' })
    const slips = async () => granted(await 王涛.call(dispatch.slipsOf, { params: { incident } }))
    await expect.poll(async () => (await slips()).length, slowly).toBe(2)
    expect((await slips()).flatMap(({ backups }) => backups)).toMatchObject([{ state: 'answered' }])
    await phone.page.getByText('已派增援').first().waitFor()

    await hold(phone.page, /^急救/, 2_300)
    await asked.getByRole('button', { name: '不派' }).click()
    await 赵敏.page.keyboard.type('120已在现场')
    await 赵敏.page.keyboard.press('Enter')
    await asked.waitFor({ state: 'detached' })
    await phone.page.getByText('120已在现场').waitFor()
    expect([...phone.faults, ...赵敏.faults]).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[RP40] nobody has come: the reporter presses, the desk answers with one press, and the unit is urged in the same one',
  async () => {
    const 报警人 = await pages.person({ at: near })
    const words = '楼下有人砸车玻璃'
    await sendReport(报警人.page, { words })
    const waiting = async () =>
      granted(await 王涛.call(queue, { params: { desk: 王涛.org } })).find(({ gist }) => gist.includes(words))
    await expect.poll(waiting, slowly).toBeDefined()
    const { report } = (await waiting())!
    await 王涛.receives(report)
    const incident = await 王涛.accepts(report, { level: 3 })
    await 王涛.sends(incident, '城西-1')
    await openIncident(赵敏.page, words)
    await 报警人.page.getByRole('button', { name: '还没有人来,催一下' }).click()
    const urged = notices().getByRole('article').filter({ hasText: '报警人催促' })
    await urged.waitFor()
    expect.soft(await barriers(赵敏.page)).toEqual([])
    await urged.getByRole('button', { name: /^答复/ }).click()
    await urged.waitFor({ state: 'detached' })
    await 报警人.page
      .getByText(/已催促民警/)
      .first()
      .waitFor()
    const talk = async () =>
      granted(await 王涛.call(dispatch.slipsOf, { params: { incident } })).flatMap(({ dialogue }) =>
        dialogue.map(({ kind }) => kind),
      )
    await expect.poll(talk, slowly).toEqual(['urge'])
    expect([...报警人.faults, ...赵敏.faults]).toEqual([])
  },
  60_000,
)
