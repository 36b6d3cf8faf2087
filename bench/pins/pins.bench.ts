/**
 * 撤回密码 — how long a phone waits for the answer to a right, a wrong and a duress PIN, to none, and where none was ever set:
 * nobody with a stop watch may learn which it was. `--rounds`.
 */
import { openPinRuns } from '../../town/pins.ts'
import { asked, keepRun, median, quantile, round, row, say } from '../machine.ts'
import { openStand } from '../stand.ts'

const rounds = asked('rounds', 100)
const stand = await openStand()
try {
  const [one = '', other = ''] = await stand.citizens(2)
  const phoneOf = (token: string) => ({ token, call: stand.server.caller(token) })
  const { take } = await openPinRuns(stand.server.base, [phoneOf(one), phoneOf(other)])
  await take(5)
  const { ms, seen } = await take(rounds)
  const kinds = Object.entries(ms).map(([kind, times]) => ({
    kind,
    medianMs: round(median(times)),
    p95Ms: round(quantile(times, 0.95)),
  }))
  const medians = kinds.map(({ medianMs }) => medianMs)
  const apartMs = round(Math.max(...medians) - Math.min(...medians))
  const widths = [16, 12, 12] as const
  say(row(['毫秒', '中位', 'p95'], widths))
  for (const { kind, medianMs, p95Ms } of kinds) say(row([kind, medianMs, p95Ms], widths))
  say(`${rounds} 次,中位数最多相差 ${apartMs} 毫秒(要求 50 以内);不同的回答 ${seen.size} 种(要求 1)`)
  keepRun(import.meta.url, { rounds, kinds, apartMs, answers: seen.size })
  process.exitCode = seen.size === 1 ? 0 : 1
} finally {
  await stand.close()
}
process.exit()
