import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toldSteps } from '@open110/kit/even'
import { queue } from '@open110/modules/desk/api'
import { get as getReport } from '@open110/modules/report/api'
import { granted, type StaffHere } from '../town.ts'
import { rungs, sendReport, way } from './acts.ts'
import { barriers, closeBrowser, hasChromium, type Screen, type Watcher } from './browser.ts'
import { keptIn, lightOf } from './leak.kept.ts'
import { spyOn } from './leak.spies.ts'
import { listenTo } from './leak.wire.ts'
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

const at = { lng: 119.9231, lat: 28.4538 }
const small: Screen = { width: 360, height: 640 }
/** The brightest stroke of a quiet page, with what a smooth edge adds; a light page has 255. */
const mostLight = 176
const neutral = '记事'
/** What lies on the phone of everybody who has ever opened any page. */
const ordinary = ['seal', 'session', 'tags', 'video-mode']

/** The newest report of this desk's queue. */
async function newest(): Promise<string> {
  const rows = granted(await 赵敏.call(queue, { params: { desk: 赵敏.org } }))
  return rows.toSorted((a, b) => (a.deliveredAt < b.deliveredAt ? 1 : -1))[0]!.report
}

const isCovered = (phone: Watcher) => phone.page.locator('.cover').isVisible()
const comeBack = (phone: Watcher) => phone.page.getByLabel('搜索').fill('110')

test.skipIf(!canRun)('[CI42] the recorder hears what it is there for', async () => {
  const phone = await pages.person({ at })
  const { page } = phone
  const spies = await spyOn(phone.context)
  await page.goto('/')
  await page.evaluate(`(async () => {
    navigator.vibrate(1)
    new Audio().play().catch(() => {})
    new AudioContext()
    Notification.requestPermission()
    navigator.setAppBadge?.(1)
    navigator.clipboard?.writeText('x').catch(() => {})
    navigator.wakeLock?.request('screen').catch(() => {})
    document.querySelector('link[rel~=icon]').href = '/other.svg'
    document.title = '110'
    history.pushState({}, '', '/told')
    await new Promise((done) => setTimeout(done, 50))
  })()`)
  const heard = new Set(spies.told().map(({ what }) => what))
  for (const what of [
    'vibrate',
    'Audio',
    'sound',
    'AudioContext',
    'ask-notify',
    'badge',
    'clipboard',
    'favicon',
  ])
    expect.soft([...heard]).toContain(what)
  expect(spies.course('title')).toContain('110')
  expect(spies.course('address').at(-1)).toBe('/told {}')
  expect((await lightOf(page)).brightest).toBeGreaterThan(mostLight)
})

test.skipIf(!canRun)(
  '[CI42, CI1, CI30, CI3] the silent flow of somebody new, recorded: two taps, an answer by one, hidden four ways, and 0 tells',
  async () => {
    const phone = await pages.person({ at, screen: small })
    const { page } = phone
    const spies = await spyOn(phone.context)
    const wire = listenTo(page)
    await page.goto('/')
    let taps = 0
    const tap = async (name: string) => {
      taps += 1
      await page.getByRole('button', { name }).click()
    }
    await tap('静默报警')
    expect(await lightOf(page)).toEqual({ brightest: expect.any(Number), reddest: expect.any(Number) })
    const before = await lightOf(page)
    await tap('有人入室')
    await eventually(() => rungs(page)).toEqual(['已送达'])
    expect(taps).toBe(2)
    const report = await newest()
    expect(granted(await 赵敏.call(getReport, { params: { report } }))).toMatchObject({
      mode: 'silent',
      tag: 'burglary',
      callSafe: false,
      staff: { fixes: [{ kind: 'fix' }], tagged: { category: '1003' } },
    })
    await 赵敏.receives(report)
    await 赵敏.asks(report, 'still-there')
    await page.getByRole('button', { name: '还在', exact: true }).click()
    await eventually(
      async () => granted(await 赵敏.call(getReport, { params: { report } })).staff?.answers,
    ).toEqual({ suspectPresent: 'yes' })
    const desk = '门口已经有人,不要开门'
    await 赵敏.writes(report, desk)
    await page.getByText(desk).waitFor()
    await page.getByRole('button', { name: '现在不方便' }).click()
    await eventually(
      async () => (await 赵敏.call(getReport, { params: { report } })) as object,
    ).toMatchObject({
      messages: expect.arrayContaining([expect.objectContaining({ words: '现在不方便' })]),
    })
    const during = await lightOf(page)
    expect.soft(await barriers(page)).toEqual([])

    // Covered within the same turn of the page, before anything is painted again.
    const wasCovered = await page.evaluate<string>(`(async () => {
      document.querySelector('.hide-bar').click()
      await Promise.resolve()
      return document.querySelector('.under').hidden && document.title
    })()`)
    expect(wasCovered).toBe(neutral)
    const covered = await lightOf(page)
    expect(await page.getByText(desk).isVisible()).toBe(false)
    await comeBack(phone)
    await page.getByText(desk).waitFor()
    for (let press = 0; press < 3; press++) await page.keyboard.press('Shift')
    await eventually(() => isCovered(phone)).toBe(true)
    await comeBack(phone)
    await page.getByText(desk).waitFor()
    const { x, y, width, height } = (await page.locator('main.report').boundingBox())!
    for (let press = 0; press < 3; press++)
      await page.mouse.click(x + width - 2, Math.min(y + height / 2, 400))
    await eventually(() => isCovered(phone)).toBe(true)
    await comeBack(phone)
    await page.getByText(desk).waitFor()
    await page.goBack()
    await eventually(() => isCovered(phone)).toBe(true)

    // The cover's own search is the only field that was touched, by the way back.
    const told = spies.told().filter(({ what, detail }) => !(what === 'keyboard' && detail === 'input'))
    expect(told).toEqual([])
    const titles = spies.course('title')
    expect(new Set(titles)).toEqual(new Set([neutral, '互联网110']))
    expect(titles.slice(titles.lastIndexOf('互联网110') + 1)).toEqual([neutral])
    const addresses = new Set(spies.course('address'))
    expect(addresses).toEqual(new Set(['/notes {"quiet":true}', '/n {"quiet":true}']))
    expect(await page.evaluate<number>('history.length')).toBeLessThanOrEqual(3)
    for (const light of [before, during, covered]) {
      expect(light.brightest).toBeLessThanOrEqual(mostLight)
      expect(light.reddest).toBeLessThanOrEqual(24)
    }
    const kept = await keptIn(page)
    expect(kept.text).not.toMatch(
      new RegExp(`${report}|silent|burglary|入室|${desk}|suspect|still-there|rp_|119\\.9|28\\.4`),
    )
    expect(kept.keys.filter((key) => !ordinary.includes(key) && !key.startsWith('outbox/'))).toEqual([])

    // In the next life of the page nothing of the outbox is left either.
    await page.reload()
    await eventually(async () => (await keptIn(page)).keys.some((key) => key.startsWith('outbox/'))).toBe(
      false,
    )
    const pushes = wire.files().filter((file) => /push|notification/.test(file))
    expect(pushes).toEqual([])
    expect(phone.faults).toEqual([])
  },
  120_000,
)

type Flow = readonly [name: string, act: (page: Page) => Promise<unknown>]
/** Each by somebody new: the same person would be told apart by how many reports they already have. */
const text: Flow = ['text', (page) => sendReport(page, { words: '有人在撬我家的门,手里有刀' })]
const silent = ['有人入室', '被跟踪、侵害', '火警', '其他,先发位置', '校园欺凌'].map((name): Flow => [
  name,
  async (page) => {
    await page.goto('/')
    await way(page, '静默报警').click()
    await page.getByRole('button', { name }).click()
  },
])

async function flowOnTheWire(flow: (page: Page) => Promise<unknown>) {
  const phone = await pages.person({ at })
  const { page } = phone
  await page.goto('/')
  await page.evaluate('navigator.serviceWorker.ready.then(() => 1)')
  await page.waitForTimeout(500)
  const wire = listenTo(page)
  await flow(page)
  await eventually(() => rungs(page)).toEqual(['已送达'])
  await eventually(() => wire.frames.length).toBeGreaterThan(0)
  await page.waitForTimeout(1_500)
  const passed = (await wire.passed()).map(
    ({ what, up, down, upHead, downHead }) => `${what} ${up}/${down} head ${upHead}/${downHead}`,
  )
  const frames = wire.frames.filter((frame) => !frame.text.includes('"head"'))
  const said = new Set(frames.filter((frame) => frame.way === 'up').map(({ bytes }) => bytes))
  // Whether its own report is heard of as an event is a matter of moments; how long that is, is not.
  const heard = frames.filter((frame) => frame.way === 'down' && frame.bytes !== toldSteps[0])
  const seen = { passed, said: [...said].toSorted((a, b) => (a < b ? -1 : 1)), heard, files: wire.files() }
  expect(phone.faults).toEqual([])
  await phone.close()
  return seen
}

test.skipIf(!canRun)(
  '[CI36] on the wire a silent report and a text report are alike: what is asked, how long it is, how long the answer is',
  async () => {
    const usual = await flowOnTheWire(text[1])
    process.stdout.write(`    ${usual.passed.join('\n    ')}\n`)
    expect(usual.passed.join()).toMatch(/POST .api.v1.reports 736.1024/)
    for (const [name, flow] of silent) {
      const { files, ...other } = await flowOnTheWire(flow)
      expect.soft(other, name).toEqual({ passed: usual.passed, said: usual.said, heard: [] })
      // A page for words is no part of the first file; the silent page fetches nothing that a text report does not.
      const more = files.filter((file) => !usual.files.includes(file))
      expect.soft(more, name).toEqual([])
    }
  },
  180_000,
)
