import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { receive, seesInQueue, sendReport, sitDown, way } from '../../town/page/acts.ts'
import { closeBrowser, laptop, person } from '../../town/page/browser.ts'
import { openCuttable } from '../../town/page/cut.ts'

/** On the desk's page: the moment at which the second frame of a new picture was shown, by the clock both pages share. */
const watchFrames = `
  window.shown = []
  const followed = new WeakSet()
  const follow = (film) => {
    if (followed.has(film)) return
    followed.add(film)
    const see = (now, { presentedFrames, presentationTime }) => {
      window.shown.push(performance.timeOrigin + presentationTime)
      film.requestVideoFrameCallback(see)
    }
    film.requestVideoFrameCallback(see)
  }
  new MutationObserver(() => document.querySelectorAll('.video-picture video').forEach(follow))
    .observe(document, { childList: true, subtree: true })
`
/** On the phone's page: the moment of the last press. */
const watchPresses = `
  window.pressedAt = 0
  addEventListener('click', (event) => { window.pressedAt = performance.timeOrigin + event.timeStamp }, true)
`

/** 两块屏幕 — a phone that films and a desk that looks, in real browsers; every call is invited, accepted and ended by hand. */
export async function openScreens(base: string) {
  const phone = await person({ base, at: { lng: 119.9231, lat: 28.4538 } })
  await phone.context.grantPermissions(['camera', 'microphone', 'geolocation'])
  const desk = await person({ base, screen: laptop })
  await phone.page.addInitScript(watchPresses)
  await desk.page.addInitScript(watchFrames)
  const line = openCuttable()
  await phone.page.route('**/feeds', async (route) => {
    const answer = await route.fetch().catch(() => undefined)
    if (!answer) return route.abort()
    if (!answer.ok()) return route.fulfill({ response: answer })
    const said = (await answer.json()) as { answer: string }
    await route.fulfill({ response: answer, json: { ...said, answer: await line.through(said.answer) } })
  })
  await sitDown(desk.page, 'zhaomin@lishui', 1)
  const words = '有人在撬隔壁的门,两个人'
  await sendReport(phone.page, { words, placeWords: '紫金路66号' })
  await seesInQueue(desk.page, words)
  await receive(desk.page, words)

  const pane = desk.page.getByRole('region', { name: '视频', exact: true })
  const shown = (page: Page) => page.evaluate<number[]>('window.shown')
  const fresh = async (sinceMs: number, count: number): Promise<number> => {
    const after = async () => (await shown(desk.page)).filter((at) => at > sinceMs)
    const until = Date.now() + 30_000
    while ((await after()).length < count) {
      if (Date.now() > until) throw new Error('the desk saw no picture')
      await wait(20)
    }
    return (await after())[count - 1] ?? Number.NaN
  }

  return {
    /** From the press on the phone that turns the camera on to the second frame at the desk. */
    async call(): Promise<number> {
      await desk.page.evaluate('window.shown.length = 0')
      await pane.getByRole('button', { name: '应用内' }).click()
      await way(phone.page, '开视频').click()
      const on = way(phone.page, '继续')
      await on.click()
      const pressedAt = await phone.page.evaluate<number>('window.pressedAt')
      return (await fresh(pressedAt, 2)) - pressedAt
    },
    /** From the moment at which the network is back after so many seconds to the next frame at the desk. */
    async cut(seconds: number): Promise<number> {
      line.cut()
      await phone.context.setOffline(true)
      await phone.page.waitForTimeout(seconds * 1_000)
      await desk.page.evaluate('window.shown.length = 0')
      line.heal()
      await phone.context.setOffline(false)
      const healedAt = Date.now()
      return (await fresh(healedAt, 2)) - healedAt
    },
    async hangUp() {
      await pane.getByRole('button', { name: '结束通话' }).click()
      await pane.getByRole('textbox').fill('换一路再试')
      await pane.getByRole('button', { name: '确认结束通话' }).click()
      await pane.getByRole('button', { name: '应用内' }).waitFor()
    },
    faults: () => [...phone.faults, ...desk.faults],
    async close() {
      line.close()
      await Promise.all([phone.close(), desk.close()])
      await closeBrowser()
    },
  }
}
