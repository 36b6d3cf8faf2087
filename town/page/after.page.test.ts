import { afterAll, beforeAll, expect, test } from 'vitest'
import { list } from '@open110/modules/followup/api'
import { granted } from '../town.ts'
import { rungs, sendReport } from './acts.ts'
import { barriers, closeBrowser, hasChromium } from './browser.ts'
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
  '[FU5] [FU7] nobody came: the phone shows why, takes one objection, and stars by the arrow keys',
  async () => {
    const 林秋 = await pages.person({ at: { lng: 119.9231, lat: 28.4538 } })
    const 赵敏 = await pages.town.staff('zhaomin@lishui')
    await 赵敏.sits(1)
    await sendReport(林秋.page, { words: '楼下装修太吵,睡不着' })
    await expect.poll(() => 赵敏.queue()).toHaveLength(1)
    const [report = ''] = await 赵敏.queue()
    await 赵敏.receives(report)
    await 林秋.page.getByRole('button', { name: '还没有人来,催一下' }).click()
    await 林秋.page.getByRole('button', { name: /后可以再催/ }).waitFor()
    await 赵敏.writes(report, '已经联系物业')
    await 林秋.page.getByText('接警员已回复,请看对话。').waitFor()
    const incident = await 赵敏.accepts(report, { level: 3, category: '2002' })
    await 赵敏.closes(incident, '物业已制止,电话里已答复')
    await expect.poll(() => rungs(林秋.page)).toContain('已办结')
    await 林秋.page.getByText('原因:物业已制止,电话里已答复').waitFor()
    expect(await 林秋.page.getByRole('button', { name: /催/ }).count()).toBe(0)

    await 林秋.page.getByText('不同意这个结果').click()
    await 林秋.page.getByLabel('写明情况').fill('现在又开始了')
    await 林秋.page.getByRole('button', { name: '提交异议' }).click()
    await 林秋.page.getByText('您已提出异议').waitFor()

    const form = 林秋.page.getByRole('form', { name: '处警评价' })
    await form.getByRole('radio', { name: '1 星,很不满意' }).focus()
    await 林秋.page.keyboard.press('ArrowRight')
    await form.getByRole('button', { name: '提交评价' }).click()
    await 林秋.page.getByText('您的评价:2 星,不满意').waitFor()
    expect(await barriers(林秋.page)).toEqual([])

    const due = granted(await 赵敏.call(list, { query: { incident } }))
    // Now and then one is drawn as a sample besides.
    const owed = due.filter(({ reason }) => reason !== 'sample')
    expect(owed.map(({ reason }) => reason).toSorted()).toEqual(['contested', 'dissatisfied'])
    expect(林秋.faults).toEqual([])
  },
  90_000,
)
