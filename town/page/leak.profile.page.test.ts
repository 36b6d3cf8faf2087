import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queue } from '@open110/modules/desk/api'
import { get as getReport } from '@open110/modules/report/api'
import { granted, type StaffHere } from '../town.ts'
import { rungs } from './acts.ts'
import { closeBrowser, hasChromium, phoneKeptIn } from './browser.ts'
import { filesWith, keptIn } from './leak.kept.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
const eventually = <T>(see: () => T) => expect.poll(see, { timeout: 20_000 })
let pages: Pages
let 赵敏: StaffHere

beforeAll(async () => {
  if (!canRun) return
  pages = await openPages()
  赵敏 = await pages.town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

test.skipIf(!canRun)(
  '[CI42, CI30] in the files of the browser, after it was closed, no word of a silent report stands: not while it waits, not after',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'open110-profile-'))
    const words = '他在厨房翻东西'
    const open = () => phoneKeptIn(folder, { base: pages.base, at: { lng: 119.923177, lat: 28.453877 } })
    try {
      const first = await open()
      await first.page.goto('/')
      await first.page.evaluate('navigator.serviceWorker.ready.then(() => 1)')
      await first.context.setOffline(true)
      await first.page.getByRole('button', { name: '静默报警' }).click()
      await first.page.getByRole('button', { name: '被跟踪、侵害' }).click()
      await first.page.getByLabel('写给接警员').fill(words)
      await first.page.getByRole('button', { name: '发送', exact: true }).click()
      await first.page.getByText('待发送').first().waitFor()
      await eventually(
        async () => (await keptIn(first.page)).keys.filter((key) => key.startsWith('outbox/')).length,
      ).toBe(2)
      const waiting = (await keptIn(first.page)).keys
        .filter((key) => key.startsWith('outbox/'))
        .map((key) => key.slice(7))
      await first.context.close()
      // The store names its items by numbers that mean nothing; beyond that there is only what is sealed.
      expect(await filesWith(folder, [words, '"silent"', '"followed"', '119.923', '28.453'])).toEqual([])
      const named = await filesWith(folder, waiting)
      expect(named.filter((file) => !/IndexedDB/.test(file))).toEqual([])

      const second = await open()
      await second.page.goto('/')
      const newest = async () => {
        const rows = granted(await 赵敏.call(queue, { params: { desk: 赵敏.org } }))
        return rows.find(({ tag }) => tag === 'followed')?.report
      }
      await eventually(newest).toBeDefined()
      const report = (await newest())!
      await 赵敏.receives(report)
      const desk = '巡逻车两分钟到南门'
      await 赵敏.writes(report, desk)
      await second.page.getByRole('button', { name: '静默报警' }).click()
      await second.page.getByRole('button', { name: '隐藏' }).click()
      await second.page.getByLabel('搜索').fill('110')
      await second.page.getByRole('button', { name: /被跟踪.*\d:\d/ }).click()
      await eventually(() => rungs(second.page)).toEqual(['已送达', '已接收'])
      await second.page.getByText(desk).waitFor()
      await second.page.getByRole('button', { name: '隐藏' }).click()
      const view = granted(await 赵敏.call(getReport, { params: { report } }))
      await second.page.reload()
      await eventually(async () =>
        (await keptIn(second.page)).keys.some((key) => key.startsWith('outbox/')),
      ).toBe(false)
      await second.context.close()
      const traces = [
        report,
        report.slice(3),
        view.receiptCode,
        words,
        desk,
        '119.923',
        '28.453',
        '"silent"',
        '/r/rp',
      ]
      expect(await filesWith(folder, traces)).toEqual([])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
  120_000,
)
