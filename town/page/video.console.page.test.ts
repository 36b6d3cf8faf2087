import { openEmbeddedEngine } from '@open110/media/server'
import { ofDesk, recording } from '@open110/modules/video/api'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { granted } from '../town.ts'
import { receive, seesInQueue, sendReport, sitDown, way } from './acts.ts'
import { barriers, closeBrowser, hasChromium, laptop, type Watcher } from './browser.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
let pages: Pages

beforeAll(async () => {
  if (canRun) pages = await openPages({ engine: () => openEmbeddedEngine({ onFault: () => {} }) })
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

const pane = (page: Page) => page.getByRole('region', { name: '视频', exact: true })

/** How many frames the desk's picture has shown. */
const frames = (page: Page) =>
  page.evaluate<number>(
    `document.querySelector('.video-picture video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0`,
  )
const filter = (page: Page) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('.video-picture video')).filter`)
const moves = async (page: Page) => {
  await page.locator('.video-picture video').waitFor()
  const before = await frames(page)
  await expect.poll(() => frames(page), { timeout: 30_000 }).toBeGreaterThan(before + 10)
}
const isMuted = (page: Page) => page.evaluate<boolean>(`document.querySelector('.video-picture video').muted`)

async function filming(): Promise<Watcher> {
  const 林秋 = await pages.person({ at: { lng: 119.9231, lat: 28.4538 } })
  await 林秋.context.grantPermissions(['camera', 'microphone', 'geolocation'])
  return 林秋
}

test.skipIf(!canRun)(
  '[CS60] [CS64] [CS65] [CS66] [CS67] [CS71] 赵敏 invites, 林秋 accepts; the picture is covered until it is opened, a frame becomes evidence, 喊话 is red, a reload comes back, and the recording plays',
  async () => {
    const 林秋 = await filming()
    const 赵敏 = await pages.person({ screen: laptop })
    await 赵敏.context.grantPermissions(['microphone'])
    const { page } = 赵敏
    await sitDown(page, 'zhaomin@lishui', 1)
    await sendReport(林秋.page, { words: '有人在撬隔壁的门,两个人', placeWords: '紫金路66号' })
    await seesInQueue(page, '有人在撬隔壁的门')
    await receive(page, '有人在撬隔壁的门')

    const video = pane(page)
    await video.getByRole('button', { name: '应用内' }).click()
    await video.getByText('已邀请(应用内)').waitFor()
    await way(林秋.page, '开视频').click()
    await way(林秋.page, '继续').click()

    // Covered and silent until somebody opens it on purpose.
    const covered = video.getByRole('button', { name: '打开现场画面和声音' })
    await covered.waitFor()
    await moves(page)
    expect(await filter(page)).toContain('blur')
    expect(await isMuted(page)).toBe(true)
    await expect.poll(() => video.getByRole('button', { name: /^听现场/ }).count()).toBe(1)
    await covered.click()
    await video.getByRole('button', { name: /^正在听/ }).waitFor()
    expect(await filter(page)).toBe('none')
    expect(await barriers(page)).toEqual([])

    // The work goes on beside it.
    await page
      .getByRole('form', { name: '受理单' })
      .getByRole('button', { name: '采用', exact: true })
      .click()

    await page.keyboard.press('F9')
    await video.getByText(/已存证 [0-9a-f]{8}/).waitFor({ timeout: 30_000 })

    await video.getByRole('button', { name: '定位到图' }).click()
    await video.getByRole('button', { name: /^用手机最新位置/ }).click()
    await page
      .getByRole('form', { name: '受理单' })
      .getByText(/119\.92310/)
      .waitFor()

    await video.getByRole('button', { name: '定位到图' }).click()
    await video.getByRole('button', { name: '在图上点选' }).click()
    await page.locator('.map-box').click({ position: { x: 90, y: 60 } })
    await page
      .getByRole('form', { name: '受理单' })
      .getByText(/已采用接警员填写/)
      .waitFor()

    await video.getByRole('button', { name: /^喊话/ }).click()
    await video.getByText('现场所有人都会听到').waitFor()
    await video.getByRole('button', { name: '确认喊话' }).click()
    await video.getByText('正在喊话,现场能听到').waitFor()
    await video.getByRole('button', { name: /^停止喊话/ }).click()
    await video.getByText('正在喊话,现场能听到').waitFor({ state: 'detached' })

    await page.locator('[data-picture]').focus()
    await page.keyboard.press('Escape')
    await covered.waitFor()
    await video.getByRole('button', { name: /^听现场/ }).waitFor()

    // A reload returns into the same call, to the same report.
    await page.reload()
    await covered.waitFor()
    await moves(page)

    await video.getByRole('button', { name: '结束通话' }).click()
    await video.getByRole('textbox').fill('现场已到警')
    await video.getByRole('button', { name: '确认结束通话' }).click()
    await video.getByRole('button', { name: '回放' }).click()
    await video.getByText('已封存').waitFor({ timeout: 60_000 })
    await video.getByRole('button', { name: '打开录像' }).click()
    await video.getByRole('button', { name: /^播放/ }).click()
    const shown = () => page.evaluate<number>(`document.querySelector('.playback video').currentTime`)
    await expect.poll(shown, { timeout: 20_000 }).toBeGreaterThan(0.5)
    await video.getByText('开始喊话').waitFor()
    expect(await barriers(page)).toEqual([])
    expect(赵敏.faults).toEqual([])
    await Promise.all([林秋.close(), 赵敏.close()])
  },
  180_000,
)

test.skipIf(!canRun)(
  '[CS62] [CS70] who films by themselves stands in the notices until somebody comes; an interpreter joins by a link, 值班长 sees into the call and nobody in it knows',
  async () => {
    const 林秋 = await filming()
    const 赵敏 = await pages.person({ screen: laptop })
    const 黄海波 = await pages.person({ screen: laptop })
    await sitDown(赵敏.page, 'zhaomin@lishui', 2)
    await sitDown(黄海波.page, 'officer@lishui', 3)
    await 林秋.page.goto('/')
    await way(林秋.page, '视频报警').click()
    await way(林秋.page, '继续').click()

    const notice = 赵敏.page.getByRole('region', { name: /^视频报警/ })
    await notice.waitFor({ timeout: 30_000 })
    await notice.getByRole('button', { name: '接看' }).click()
    await notice.waitFor({ state: 'detached' })
    await 赵敏.page.getByRole('form', { name: '受理单' }).waitFor()
    await moves(赵敏.page)

    // A third one by a link, without any account.
    await pane(赵敏.page)
      .getByRole('button', { name: /^参与人/ })
      .click()
    await pane(赵敏.page).getByRole('button', { name: '翻译链接' }).click()
    const 周译 = await filming()
    await 周译.page.goto(await pane(赵敏.page).getByRole('textbox', { name: '视频链接' }).inputValue())
    await way(周译.page, '加入').click()
    await pane(赵敏.page).getByRole('listitem').filter({ hasText: '翻译' }).first().waitFor()
    await expect.poll(() => 赵敏.page.locator('.video-others video').count(), { timeout: 30_000 }).toBe(1)

    await way(黄海波.page, '视频').click()
    await 黄海波.page.getByRole('button', { name: '督察收看' }).first().click()
    await moves(黄海波.page)
    await pane(黄海波.page).getByText('督察收看中,对方不知情').waitFor()
    const words = pane(黄海波.page).getByRole('textbox', { name: '督察意见' })
    await words.fill('接看及时')
    await words.press('Control+Enter')
    await pane(黄海波.page).getByText('已记录').waitFor()
    await 林秋.page.getByText('接警员正在看').waitFor()
    expect(await 林秋.page.getByText('督察').count()).toBe(0)

    const 值班长 = await pages.town.staff('officer@lishui')
    const open = granted(await 值班长.call(ofDesk, { params: { desk: 'lishui' } }))
    const kept = granted(
      await 值班长.call(recording, { params: { video: open.find(({ state }) => state === 'live')!.id } }),
    )
    expect(kept.index.filter(({ kind }) => kind === 'finding')).toMatchObject([{ isHidden: true }])
    expect([...赵敏.faults, ...黄海波.faults]).toEqual([])
  },
  120_000,
)
