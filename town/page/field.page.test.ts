import { afterAll, beforeAll, expect, test } from 'vitest'
import * as dispatch from '@open110/modules/dispatch/api'
import { units } from '@open110/modules/unit/api'
import { granted, type StaffHere } from '../town.ts'
import { drawPicture } from '../replay.picture.ts'
import { goOnDuty, hold } from './acts.ts'
import { barriers, closeBrowser, hasChromium, type Watcher } from './browser.ts'
import { openPages, type Pages } from './pages.ts'

const canRun = await hasChromium()
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

/** How long an answer may take on a machine that does other things. */
const slowly = { timeout: 20_000 }
const near = { lng: 119.93, lat: 28.46 }

/** A phone of this account on duty, and a slip for its unit about a report that says these words. */
async function sent(
  account: string,
  words: string,
  look: { theme?: 'light' | 'dark'; instruction?: string } = {},
): Promise<{
  phone: Watcher
  slip: string
  incident: string
  report: string
  adds: (words: string) => Promise<void>
}> {
  const phone = await pages.person({ at: near, theme: look.theme ?? 'dark' })
  await goOnDuty(phone.page, account)
  await phone.page.getByText('现在没有处警单').waitFor()
  const 林秋 = await pages.town.citizen('林秋')
  const report = await 林秋.sends({ words })
  await 赵敏.receives(report)
  const incident = await 赵敏.accepts(report)
  const unit = granted(await (await pages.town.staff(account)).call(dispatch.myUnit)).unit
  const known = granted(await 赵敏.call(units)).some(({ id }) => id === unit.id)
  expect(known).toBe(true)
  const slip = granted(
    await 赵敏.call(dispatch.issue, {
      params: { incident },
      body: { unit: unit.id, ...(look.instruction && { words: look.instruction }) },
    }),
  )
  return { phone, slip: slip.id, incident, report, adds: (more) => 林秋.adds(report, more) }
}

const slipAt = async (incident: string, slip: string) =>
  granted(await 赵敏.call(dispatch.slipsOf, { params: { incident } })).find(({ id }) => id === slip)!

test.skipIf(!canRun)(
  '[FD1] [FD3] [FD11] 城东-1 drives through a tunnel between 签收 and 到场; the desk has the times at which it was true',
  async () => {
    const { phone, slip, incident } = await sent('unit-1@lishui', '有人在撬我家的门')
    const { page, context } = phone
    const step = (name: string) => page.getByRole('button', { name, exact: true }).click()
    await page.getByText('新处警单').waitFor()
    expect(await barriers(page)).toEqual([])
    await step('签收')
    await expect.poll(async () => (await slipAt(incident, slip)).state, slowly).toBe('signed')

    await context.setOffline(true)
    await step('出警')
    await page.getByRole('button', { name: /^撤销/ }).waitFor()
    await page.getByText('已记出警').waitFor()
    await step('到场')
    await page.getByText('无网络').waitFor()
    await page.getByText('2 项待发').waitFor()
    expect(await barriers(page)).toEqual([])
    await page.reload()
    await page.getByText('2 项待发').waitFor()
    const backAt = new Date().toISOString()
    await context.setOffline(false)

    await expect.poll(async () => (await slipAt(incident, slip)).state, slowly).toBe('on-scene')
    const { times } = await slipAt(incident, slip)
    for (const name of ['depart', 'arrive']) {
      const time = times.find(({ move }) => move === name)!
      expect(time.happenedAt).toBe(time.deviceAt)
      expect(time.happenedAt < backAt).toBe(true)
      expect(time.at > backAt).toBe(true)
    }
    expect(phone.faults).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[FD4] “他现在有枪” stands over the next step until it is read back, and the desk sees that it was',
  async () => {
    const { phone, slip, incident, adds } = await sent('unit-2@lishui', '楼下有人打架')
    const { page } = phone
    await page.getByRole('button', { name: '签收', exact: true }).click()
    await expect.poll(async () => (await slipAt(incident, slip)).state, slowly).toBe('signed')
    const written = Date.now()
    await adds('他现在有枪')
    const sheet = page.getByRole('alertdialog')
    await sheet.getByText('他现在有枪').waitFor()
    process.stdout.write(`    supplement sent → on the unit's screen: ${Date.now() - written} ms\n`)
    expect(await page.getByRole('button', { name: '出警', exact: true }).count()).toBe(0)
    expect(await barriers(page)).toEqual([])
    const unread = async () =>
      (await slipAt(incident, slip)).unread.filter(({ what }) => what === 'supplement')
    expect(await unread()).toHaveLength(1)
    await sheet.getByRole('button', { name: '已读', exact: true }).click()
    await page.getByRole('button', { name: '出警', exact: true }).waitFor()
    await expect.poll(unread, slowly).toEqual([])

    granted(await 赵敏.call(dispatch.urge, { params: { slip }, body: { words: '报警人在催,请报位置' } }))
    await sheet.getByText('报警人在催,请报位置').waitFor()
    await sheet.getByRole('button', { name: '已读', exact: true }).click()
    await expect
      .poll(async () => (await slipAt(incident, slip)).dialogue.at(-1)?.readAt, slowly)
      .toBeDefined()
    expect(phone.faults).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[FD12] a short touch calls nobody; held, the call for help is open at the desk, also after a dead zone',
  async () => {
    const { phone, incident, slip } = await sent('unit-3@lishui', '有人持刀')
    const { page, context } = phone
    const open = async () => granted(await 赵敏.call(dispatch.panics)).filter((one) => one.slip === slip)
    await hold(page, /^求援/, 300)
    expect(await page.getByText('求援已发出').count()).toBe(0)
    expect(await open()).toEqual([])
    await context.setOffline(true)
    // The phone is busy with something else for as long as the thumb is on it.
    await page.evaluate(`addEventListener('pointerdown', () => {
      const until = performance.now() + 2_500
      while (performance.now() < until);
    }, { once: true, capture: true })`)
    await hold(page, /^求援/, 1_700)
    await page.getByText('求援待发出,有网络立即发').waitFor()
    await context.setOffline(false)
    await page.getByText('求援已发出').waitFor()
    expect(await open()).toMatchObject([{ state: 'raised', incident, slip }])
    expect(await barriers(page)).toEqual([])
    const [{ unit } = { unit: '' }] = await open()
    granted(await 赵敏.call(dispatch.acknowledgePanic, { params: { unit } }))
    await page.getByText('接警台已看到求援').waitFor()
    await page.getByRole('button', { name: '解除求援' }).click()
    await page.getByRole('button', { name: '误触' }).click()
    await page.getByText('接警台已看到求援').waitFor({ state: 'detached' })
    await expect.poll(open, slowly).toEqual([])
    expect(phone.faults).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[FD14] a picture taken at the scene is sealed with the incident, and backup is asked for with a held thumb',
  async () => {
    const { phone, incident, slip, report } = await sent('unit-4@lishui', '店里被砸')
    const { page } = phone
    await page.getByRole('button', { name: '签收', exact: true }).click()
    await page.getByRole('button', { name: '取证' }).click()
    const file = { name: '现场.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await drawPicture('lock')) }
    await page.locator('input[data-kind=photo]').setInputFiles(file)
    await page.getByText('已存证').waitFor()
    expect(await barriers(page)).toEqual([])
    const view = await fetch(new URL(`/api/v1/reports/${report}/attachments`, pages.base), {
      headers: { authorization: `Bearer ${赵敏.token}` },
    })
    expect(await view.json()).toMatchObject([{ kind: 'photo', bySide: 'unit', takenAt: expect.any(String) }])
    await page.getByRole('button', { name: '收起' }).click()
    await page.getByRole('button', { name: '增援' }).click()
    await hold(page, /^武装增援/, 2_300)
    await page.getByText('已发出,等接警台').waitFor()
    expect(await barriers(page)).toEqual([])
    expect((await slipAt(incident, slip)).backups).toMatchObject([{ kind: 'armed', state: 'asked' }])
    expect(phone.faults).toEqual([])
  },
  60_000,
)

test.skipIf(!canRun)(
  '[FD15] a volunteer is told what to do and where; neither the screen nor what came to the phone says who',
  async () => {
    const words = '陈阿婆在阳台上喊救命,电话19900000003'
    const instruction = '到1号楼下引导救护车'
    const heard: string[] = []
    const { phone, incident, slip } = await (async () => {
      const before = pages.person
      const watched: Pages['person'] = async (look) => {
        const watcher = await before(look)
        watcher.page.on('response', (answer) => {
          if (answer.url().includes('/units/mine'))
            void answer.text().then(
              (text) => heard.push(text),
              () => {},
            )
        })
        watcher.page.on('websocket', (socket) => {
          socket.on('framereceived', ({ payload }) => heard.push(String(payload)))
        })
        return watcher
      }
      pages = { ...pages, person: watched }
      const made = await sent('volunteer-1@lishui', words, { instruction, theme: 'light' })
      pages = { ...pages, person: before }
      return made
    })()
    const { page } = phone
    await page.getByText(instruction).waitFor()
    expect(await barriers(page)).toEqual([])
    const shown = (await page.locator('body').textContent()) ?? ''
    for (const part of [...heard, shown]) {
      expect(part).not.toContain('陈阿婆')
      expect(part).not.toContain('19900000003')
    }
    expect(heard.some((part) => part.includes(instruction))).toBe(true)
    expect(await page.getByRole('button', { name: '取证' }).count()).toBe(0)
    for (const name of ['接受', '到场', '完成']) await page.getByRole('button', { name, exact: true }).click()
    await page.getByText('任务已完成,谢谢。').waitFor()
    await expect.poll(async () => (await slipAt(incident, slip)).state, slowly).toBe('reported')
    expect(phone.faults).toEqual([])
  },
  60_000,
)
