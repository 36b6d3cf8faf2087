/**
 * 视频通话 — two real browsers with made-up cameras and the program itself: from the press that turns the camera on to the
 * second frame at the desk, and from the end of a cut to the next frames. `--calls`, `--cuts`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { asked, keepRun, quantile, round, row, say } from '../machine.ts'
import { openStand } from '../stand.ts'
import { openScreens } from './screens.ts'

const calls = asked('calls', 30)
const cuts = asked('cuts', 5)
const cutSeconds = 5

const stand = await openStand({ withClients: true })
let exitCode = 0
try {
  const screens = await openScreens(stand.server.base)
  const firstMs: number[] = []
  for (let n = 0; n < calls; n++) {
    firstMs.push(await screens.call())
    if (n < calls - 1) {
      // Some film, so that each call is one.
      await wait(500)
      await screens.hangUp()
    }
  }
  const backMs: number[] = []
  for (let n = 0; n < cuts; n++) {
    await wait(2_000)
    backMs.push(await screens.cut(cutSeconds))
  }
  const faults = screens.faults()
  await screens.close()
  const figures = {
    calls,
    firstFrameMs: { p50: round(quantile(firstMs, 0.5)), p99: round(quantile(firstMs, 0.99)) },
    cuts,
    backAfterCutMs: { p50: round(quantile(backMs, 0.5)), max: round(quantile(backMs, 1)) },
    faults,
  }
  const widths = [44, 12, 12, 16] as const
  say(row(['', 'p50', 'p99/最长', '要求'], widths))
  say(
    row(
      [
        `按下到台上画面动起来,${calls} 通,毫秒`,
        figures.firstFrameMs.p50,
        figures.firstFrameMs.p99,
        '≤ 800 / 2000',
      ],
      widths,
    ),
  )
  say(
    row(
      [
        `断网 ${cutSeconds} 秒,恢复到画面,${cuts} 次,毫秒`,
        figures.backAfterCutMs.p50,
        figures.backAfterCutMs.max,
        '≤ 2000',
      ],
      widths,
    ),
  )
  if (faults.length > 0) say(faults.join('\n'))
  keepRun(import.meta.url, figures)
  if (faults.length > 0) exitCode = 1
} catch (fault) {
  say(String(fault))
  exitCode = 1
} finally {
  await stand.close()
}
process.exit(exitCode)
