import { afterAll, beforeAll, expect, test } from 'vitest'
import { line } from '@open110/modules/channel/api'
import { get } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import { accept, sitDown } from './acts.ts'
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
  '[CH2] [CH4] a telephone rings at the desk, A answers, number and place are there, the words are typed, and it is accepted',
  async () => {
    const 赵敏 = await pages.person({ screen: laptop })
    const { page } = 赵敏
    await sitDown(page, 'zhaomin@lishui', 1)
    const { cti } = pages.town
    const call = await cti.ring({
      number: '13800138001',
      desk: 'lishui',
      place: { lng: 119.9231, lat: 28.4538, accuracyMetres: 300, source: 'cell', words: '莲都区紫金路' },
    })
    const strip = page.getByRole('region', { name: '来电' })
    await strip.getByText('138 0013 8001').waitFor()
    await strip.getByText('基站 莲都区紫金路').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)

    await page.locator('body').press('a')
    const form = page.getByRole('region', { name: '接听登记' })
    await form.getByText('138 0013 8001').waitFor()
    await form.getByText('通话中').waitFor()
    await strip.waitFor({ state: 'detached' })
    await expect.poll(() => page.locator('textarea:focus').getAttribute('placeholder')).toMatch('边听边记')
    expect.soft(await barriers(page)).toEqual([])

    await page.keyboard.type('楼下有人持刀打架,两个人,已经流血')
    await page.keyboard.press('Control+Enter')
    await page.getByLabel('补记').waitFor()
    await page
      .getByRole('region', { name: '警情', exact: true })
      .getByText('楼下有人持刀打架')
      .first()
      .waitFor()
    await accept(page)
    await cti.putDown(call)
    await form.getByText('已挂断').waitFor()
    await form.getByText(`demo-recording-${call}`).waitFor()

    const 王涛 = await pages.town.staff('wangtao@lishui')
    const id = (await 王涛.queue())[0]!
    const view = granted(await 王涛.call(get, { params: { report: id } }))
    expect(view).toMatchObject({
      mode: 'phone',
      state: 'accepted',
      words: '楼下有人持刀打架,两个人,已经流血',
    })
    expect(granted(await 王涛.call(line, { params: { report: id } })).number).toBe('13800138001')
  },
  120_000,
)

test.skipIf(!canRun)(
  '[CH10] [CH11] who wrote to 12110 is shown with what went out and what was held back',
  async () => {
    const 赵敏 = await pages.person({ screen: laptop })
    const { page } = 赵敏
    await sitDown(page, 'zhaomin@lishui', 2)
    await page.getByRole('button', { name: '登记现场报警' }).click()
    await page.keyboard.type('钱包在3路公交车上被偷了')
    await page.getByLabel('报警人姓名').fill('吴梅')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('region', { name: '接听登记' }).getByText('赵敏').waitFor()
    await page.getByRole('form', { name: '受理单' }).waitFor()

    const words = '中山街66号二楼,有人聚众赌博'
    await pages.town.texts.write({ number: '13900139010', called: '12110578', words })
    await page.getByRole('option').filter({ hasText: '聚众赌博' }).first().click()
    const region = page.getByRole('region', { name: '警情', exact: true })
    await region.getByRole('button', { name: /^接收/ }).click()
    const bar = page.getByRole('region', { name: '短信往来' })
    await bar.getByText('已发出').waitFor()
    await page.getByLabel('回复报警人').fill('请说明楼梯位置。')
    await page.getByLabel('回复报警人').press('Control+Enter')
    await bar.getByText('未发,避免暴露').waitFor()
    expect(pages.town.texts.sent.map((text) => text.words)).toEqual(['已收到。'])
    expect.soft(await barriers(page)).toEqual([])
  },
  120_000,
)
