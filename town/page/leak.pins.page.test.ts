import { afterAll, beforeAll, expect, test } from 'vitest'
import { queue } from '@open110/modules/desk/api'
import { setPins } from '@open110/modules/person/api'
import { withdrawals } from '@open110/modules/report/api'
import { granted, type StaffHere } from '../town.ts'
import { callerAt } from '../town.server.ts'
import { rungs } from './acts.ts'
import { closeBrowser, hasChromium } from './browser.ts'
import { keptIn } from './leak.kept.ts'
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

const pins = { pin: '1379', duressPin: '2468' }
const typed = { right: '1379', duress: '2468', wrong: '5050', none: undefined } as const
const kinds = Object.keys(typed) as (keyof typeof typed)[]
const facts = { right: 'pin', duress: 'duress', wrong: 'wrong', none: 'wrong' } as const

test.skipIf(!canRun)(
  '[CI40] on the phone the screen after right, wrong, duress and no PIN is the same to the letter, offline too, and so is what lies in the store',
  async () => {
    const { page, context, faults } = await pages.person({ at: { lng: 119.9231, lat: 28.4538 } })
    const sent: string[] = []
    page.on('request', (request) => {
      const token = request.headers()['authorization']
      if (token) sent.push(token.slice('Bearer '.length))
    })
    await page.goto('/')
    await page.getByRole('button', { name: '静默报警' }).click()
    await page.getByRole('button', { name: '家暴' }).click()
    await eventually(() => rungs(page)).toEqual(['已送达'])
    granted(await callerAt(pages.base, sent.at(-1))(setPins, { body: pins, key: 'pins-2' }))
    const rows = granted(await 赵敏.call(queue, { params: { desk: 赵敏.org } }))
    const { report } = rows.find(({ tag }) => tag === 'domestic-violence')!
    await 赵敏.receives(report)
    await eventually(() => rungs(page)).toEqual(['已送达', '已接收'])

    const again = async () => {
      await page.reload()
      await page.getByRole('button', { name: /家暴.*\d:\d/ }).click()
      await eventually(() => rungs(page)).toEqual(['已送达', '已接收'])
    }
    const type = async (pin: string | undefined) => {
      await page.getByRole('button', { name: '撤回', exact: true }).click()
      for (const figure of pin ?? '') await page.getByRole('button', { name: figure, exact: true }).click()
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByText('已提出撤回').waitFor()
    }
    const isGone = () =>
      eventually(async () => (await keptIn(page)).keys.filter((key) => key.startsWith('outbox/'))).toEqual([])
    const screens: string[] = []
    const stored: string[] = []
    for (const kind of kinds) {
      await again()
      await context.setOffline(true)
      await type(typed[kind])
      const { keys, sizes, text } = await keptIn(page)
      const [waiting = ''] = keys.filter((key) => key.startsWith('outbox/'))
      stored.push(`${keys.length} ${sizes[waiting]}`)
      expect(text).not.toMatch(/1379|2468|5050|withdrawal|pin"/)
      screens.push(await page.locator('.withdraw').innerHTML())
      await context.setOffline(false)
      await isGone()
      await eventually(() => page.locator('.lines').innerText()).toBe('')
      screens.push(await page.locator('.withdraw').innerHTML())
    }
    expect(new Set(screens).size).toBe(1)
    expect(new Set(stored).size).toBe(1)
    const bodies: string[] = []
    for (const kind of kinds) {
      await again()
      await type(typed[kind])
      await isGone()
      bodies.push(await page.locator('body').innerHTML())
    }
    expect(new Set(bodies).size).toBe(1)
    const told = granted(await 赵敏.call(withdrawals, { params: { report } })).map(({ how }) => how)
    expect(told.toSorted()).toEqual(kinds.flatMap((kind) => [facts[kind], facts[kind]]).toSorted())
    expect(faults).toEqual([])
  },
  180_000,
)
