import { openEmbeddedEngine } from '@open110/media/server'
import { pushFilm } from '@open110/media/pusher'
import { push, recording, start } from '@open110/modules/video/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { granted, type StaffHere } from '../town.ts'
import { inCall } from '../town.video.ts'
import { closeBrowser, hasChromium } from './browser.ts'
import { clientScript, moreFrames, watchAtDesk } from './desk.watch.ts'
import { openPages, type Pages } from './pages.ts'

/** A house whose own engine takes pushers; the mini-program is played by ffmpeg, the desk is a browser. */
const canRun = await hasChromium()
let pages: Pages
let script = ''
let 赵敏: StaffHere

beforeAll(async () => {
  if (!canRun) return
  const rtmp = { bindAddress: '127.0.0.1', port: 0 }
  pages = await openPages({ engine: () => openEmbeddedEngine({ onFault: () => {}, rtmp }) })
  script = await clientScript()
  赵敏 = await pages.town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
}, 180_000)
afterAll(async () => {
  await pages?.close()
  await closeBrowser()
})

test.skipIf(!canRun)(
  '[VC1] [VC13] a mini-program pushes: the desk sees it move, and the recording is sealed and as long as the film',
  async () => {
    const 林秋 = await pages.town.citizen('林秋')
    const report = await 林秋.sends({ mode: 'text', callSafe: true })
    await 赵敏.receives(report)
    const { video, me } = granted(await 林秋.call(start, { params: { report }, body: {} }))
    const params = { video: video.id }
    const { url } = granted(await 林秋.call(push, { params, body: { participant: me.id } }))
    const desk = await pages.person()
    await desk.page.goto('/console/')
    const seconds = 12
    const film = pushFilm(url, seconds)
    const kinds = async () =>
      (await inCall(赵敏.call, video.id).sees()).participants
        .find((one) => one.id === me.id)
        ?.feed?.kinds.toSorted()
    await expect.poll(kinds, { timeout: 15_000 }).toEqual(['audio', 'video'])
    await watchAtDesk(desk.page, script, 赵敏.token, video.id)
    await moreFrames(desk.page)
    expect(await film).toBe(0)

    granted(await inCall(林秋.call, video.id).moves('end'))
    await pages.town.settle()
    const sealed = granted(await 赵敏.call(recording, { params }))
    expect(sealed.state).toBe('sealed')
    const own = sealed.objects.filter(({ participant }) => participant === me.id)
    expect(own).toHaveLength(1)
    expect(Math.abs(own[0]!.durationMs - seconds * 1_000)).toBeLessThan(1_500)
    // Nobody pushes into what is over.
    expect(await pushFilm(url, 1)).not.toBe(0)
  },
  90_000,
)
