import { sitDown } from '../../town/page/acts.ts'
import { closeBrowser, person, wall } from '../../town/page/browser.ts'
import { quantile, round } from '../machine.ts'

/** 席位地图 — a desk in a browser whose map shows about so many units, dragged to and fro while they move. */
export async function watchMap(base: string, wanted: number) {
  const desk = await person({ base, screen: wall })
  const { page } = desk
  await sitDown(page, 'wangtao@lishui', 2)
  const count = page.locator('.map-count')
  const shown = async () => Number(/(\d+)/.exec((await count.textContent()) ?? '')?.[1] ?? 0)
  // The map fits itself to what is opened, in the middle of the town; from there it is backed away from.
  await page.getByRole('option').first().click()
  await page.getByText('推荐警力').first().waitFor()
  await page.waitForTimeout(1_000)
  const zoomOut = page.locator('.leaflet-control-zoom-out')
  for (let presses = 0; presses < 8 && (await shown()) < wanted; presses++) {
    await zoomOut.click()
    await page.waitForTimeout(500)
  }
  const box = await page.locator('.map-box').boundingBox()
  if (!box) throw new Error('the desk has no map')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }

  return {
    async frames(seconds: number) {
      await page.evaluate(() => {
        const here = globalThis as unknown as {
          frameMs: number[]
          isWatching: boolean
          requestAnimationFrame(see: (now: number) => void): void
        }
        here.frameMs = []
        here.isWatching = true
        let last = performance.now()
        const see = (now: number) => {
          here.frameMs.push(now - last)
          last = now
          if (here.isWatching) here.requestAnimationFrame(see)
        }
        here.requestAnimationFrame(see)
      })
      const until = performance.now() + seconds * 1_000
      const visible: number[] = []
      for (let n = 0; performance.now() < until; n++) {
        await page.mouse.move(middle.x, middle.y)
        await page.mouse.down()
        const way = n % 2 === 0 ? 60 : -60
        await page.mouse.move(middle.x + way, middle.y + way / 2, { steps: 30 })
        await page.mouse.up()
        visible.push(await shown())
      }
      const frameMs = await page.evaluate(() => {
        const here = globalThis as unknown as { frameMs: number[]; isWatching: boolean }
        here.isWatching = false
        return here.frameMs.slice(2)
      })
      return {
        visible: Math.round(quantile(visible, 0.5)),
        frames: frameMs.length,
        p50Ms: round(quantile(frameMs, 0.5)),
        p95Ms: round(quantile(frameMs, 0.95)),
        maxMs: round(quantile(frameMs, 1)),
      }
    },
    async close() {
      if (desk.faults.length > 0) throw new Error(desk.faults.join('\n'))
      await desk.close()
      await closeBrowser()
    },
  }
}
