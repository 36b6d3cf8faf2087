import { afterAll, beforeAll, expect, test } from 'vitest'
import { myUnit } from '@open110/modules/dispatch/api'
import { get as getReport } from '@open110/modules/report/api'
import { drawPicture } from '../replay.picture.ts'
import { granted } from '../town.ts'
import {
  accept,
  addWords,
  giveFeedback,
  goOnDuty,
  issue,
  receive,
  rungs,
  seesInQueue,
  sendReport,
  sitDown,
  way,
} from './acts.ts'
import { barriers, closeBrowser, hasChromium, laptop, phone } from './browser.ts'
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

const inLishui = { lng: 119.9231, lat: 28.4538 }
const inShaoxing = { lng: 120.5802, lat: 30.0301 }

test.skipIf(!canRun)(
  'the whole life of a report in 丽水, while one in 绍兴 runs beside it and neither desk sees the other',
  async () => {
    const 林秋 = await pages.person({ at: inLishui })
    const 赵敏 = await pages.person({ screen: laptop })
    const 绍兴报警人 = await pages.person({ at: inShaoxing })
    const 绍兴赵敏 = await pages.person({ screen: laptop })
    await Promise.all([
      sitDown(赵敏.page, 'zhaomin@lishui', 1),
      sitDown(绍兴赵敏.page, 'zhaomin@shaoxing', 1),
    ])

    const photo = { name: '门锁.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await drawPicture('lock')) }
    const words = '有人在撬我家的门,手里有刀'
    const pressed = await sendReport(林秋.page, {
      words,
      photo,
      placeWords: '紫金路18号2幢',
      isCallUnsafe: true,
    })
    await seesInQueue(赵敏.page, words)
    const cardAfterMs = Date.now() - pressed
    await sendReport(绍兴报警人.page, { words: '电动车和小车撞了,有人腿动不了' })
    await seesInQueue(绍兴赵敏.page, '电动车和小车撞了')
    process.stdout.write(`    press of 发送 → card at the desk: ${cardAfterMs} ms\n`)

    expect(await 赵敏.page.getByRole('option').filter({ hasText: '电动车和小车撞了' }).count()).toBe(0)
    expect(await 绍兴赵敏.page.getByRole('option').filter({ hasText: '撬我家的门' }).count()).toBe(0)
    expect(await rungs(林秋.page)).toEqual(['已送达'])
    expect(await barriers(林秋.page)).toEqual([])

    await receive(赵敏.page, words)
    await expect.poll(() => rungs(林秋.page)).toEqual(['已送达', '已接收'])
    await 赵敏.page.getByLabel('回复报警人').fill('已看到,正在安排民警。门锁好,不要出声。')
    await 赵敏.page.getByLabel('回复报警人').press('Control+Enter')
    await 林秋.page.getByText('正在安排民警').waitFor()
    await 林秋.page.getByLabel('写给接警员').fill('他还在门外')
    await 林秋.page.getByRole('button', { name: '发送' }).click()
    await 赵敏.page.getByRole('log').getByText('他还在门外').waitFor()
    expect.soft(await barriers(赵敏.page)).toEqual([])

    // The units' seeded positions are old by the real clock, so the nearest one is the one that has just come on duty.
    const unit = await pages.person({ at: { lng: 119.93, lat: 28.46 }, screen: phone, theme: 'dark' })
    await goOnDuty(unit.page, 'unit-1@lishui')
    const officer = await pages.town.staff('unit-1@lishui')
    const mine = async () => granted(await officer.call(myUnit)).unit
    await expect.poll(async () => Date.now() - Date.parse((await mine()).fixAt ?? '')).toBeLessThan(60_000)
    await accept(赵敏.page)
    await expect.poll(() => rungs(林秋.page)).toContain('已受理')
    await issue(赵敏.page, (await mine()).name)
    await unit.page.getByText(words).waitFor()
    await unit.page.getByText('不可回拨').waitFor()
    const step = (name: string) => unit.page.getByRole('button', { name, exact: true }).click()
    await step('签收')
    await step('出警')
    const added = await addWords(林秋.page, '他们进来了')
    await unit.page.getByRole('button', { name: '已读' }).waitFor()
    process.stdout.write(`    press of 发送补充 → read-back on the unit's phone: ${Date.now() - added} ms\n`)
    expect(await unit.page.title()).toBe('(1) 处警端')
    await step('已读')
    await step('到场')
    await step('处置完毕')
    await giveFeedback(unit.page, '嫌疑人已带离,报警人安全。')
    await unit.page.getByText('已反馈,等接警台办结。').waitFor()
    await expect
      .poll(() => rungs(林秋.page))
      .toEqual(expect.arrayContaining(['已派警', '民警已出发', '民警已到场']))

    await 绍兴赵敏.page.getByRole('option').filter({ hasText: '电动车和小车撞了' }).waitFor()
    expect(await rungs(绍兴报警人.page)).toEqual(['已送达'])
    for (const { faults } of [林秋, 赵敏, 绍兴报警人, 绍兴赵敏, unit]) expect(faults).toEqual([])
  },
  120_000,
)

test.skipIf(!canRun)(
  'a report pressed in a dead spot is one report, however often the phone tries',
  async () => {
    const 林秋 = await pages.person({ at: inLishui })
    await 林秋.page.goto('/')
    await way(林秋.page, '快速报警').click()
    const words = '楼道里有人晕倒了,没有意识'
    await 林秋.page.getByLabel('发生了什么').fill(words)
    await 林秋.context.setOffline(true)
    await 林秋.page.getByRole('button', { name: '发送' }).click()
    await 林秋.page.getByText('还没有发出去').first().waitFor()
    expect(await rungs(林秋.page)).toEqual([])
    await 林秋.context.setOffline(false)
    await expect.poll(() => rungs(林秋.page), { timeout: 30_000 }).toContain('已送达')
    const 值班长 = await pages.town.staff('officer@lishui')
    const rows = await Promise.all(
      (await 值班长.queue()).map((id) => 值班长.call(getReport, { params: { report: id } })),
    )
    expect(rows.filter((report) => 'words' in report && report.words === words)).toHaveLength(1)
  },
  60_000,
)
