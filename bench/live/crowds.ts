/** 万人 — ten thousand at once: what each costs while nothing happens, and how soon all are back when all are cut off. */
import { setTimeout as wait } from 'node:timers/promises'
import { openGenerator } from '../generator/index.ts'
import { quantile, round, row, say, spread } from '../machine.ts'
import { newRun, reportsPath } from '../stand.ts'
import type { Member, Verdict } from './crowd.ts'
import type { Tell } from './hall.ts'
import { openCrowd, openHall } from './parts.ts'

const wanted = 10_000
/** What a process has open besides, and sockets that are still closing while their successors come. */
const spareDescriptors = 4_000
const atDesks = 500
const persons = 1_000
const idleMs = 10_000
const alarmsASecond = 10

/** As many as this machine lets one process have open; Node takes all that it may by itself. */
function socketsHere(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard?: number | string } } }
  const limit = Number(report.userLimits?.open_files?.hard)
  if (Number.isNaN(limit) || limit >= wanted + spareDescriptors) return wanted
  const sockets = Math.max(1_000, limit - spareDescriptors)
  say(
    `\n文件描述符上限 ${limit},只测 ${sockets} 个连接 ulimit -n is ${limit}: ${sockets} sockets instead of ${wanted}, which need ${wanted + spareDescriptors}`,
  )
  return sockets
}

export async function measureCrowds() {
  const sockets = socketsHere()
  const hall = await openHall()
  const people = await hall.citizens(persons)
  const staff = await hall.staff('zhaomin@lishui')
  const members = Array.from({ length: sockets }, (_, n): Member => {
    const { token, id } = people[n % persons]!
    return n < atDesks
      ? { token: staff, topic: 'desk:lishui', heartbeatMs: 1_000 }
      : { token, topic: `report:bench-${id}`, heartbeatMs: 5_000 }
  })
  const tellAll = (n: number): Tell => [
    { n, topic: 'desk:lishui', hearer: 'org:lishui' },
    ...people.map(({ id }) => ({ n, topic: `report:bench-${id}`, hearer: `citizen:${id}` })),
  ]

  const empty = await hall.cost()
  const crowd = await openCrowd(hall.port, members)
  await wait(6_000) // every first sign of life has been noted, every session looked at again
  const full = await hall.cost()
  await wait(idleMs)
  const later = await hall.cost()
  const each = (bytes: number) => round(bytes / sockets / 1024, 2)
  const idle = {
    sockets: full.lines,
    rssKiBEach: each(full.rssBytes - empty.rssBytes),
    heapKiBEach: each(full.heapBytes - empty.heapBytes),
    busyCores: round((later.cpuSeconds - full.cpuSeconds) / ((later.atMs - full.atMs) / 1_000), 3),
  }

  let n = 0
  let isTelling = true
  const telling = (async () => {
    while (isTelling) {
      await hall.tell({ tell: tellAll(n++) })
      await wait(1_000)
    }
  })()
  await wait(3_000)
  const prober = await openGenerator()
  const [hiding] = await hall.citizens(1)
  const alarms = prober.run({
    ...{ host: '127.0.0.1', port: hall.port, path: reportsPath, mode: 'silent', run: newRun() },
    ...{ tokens: [hiding!.token], rate: alarmsASecond, phones: 40, seconds: 8 },
  })
  await wait(1_000)
  await hall.cost()
  const backMs = await crowd.cut()
  const { heldUpMs } = await hall.cost()
  await alarms
  isTelling = false
  await telling
  const allHeardMs = await crowd.heard(n - 1)
  const verdict: Verdict = await crowd.verdict()
  const { latencyMs, unanswered } = await alarms
  const back = {
    allCaughtUpMs: Math.round(quantile(backMs, 1)),
    halfCaughtUpMs: Math.round(quantile(backMs, 0.5)),
    gaps: verdict.gaps,
    doubled: verdict.doubled,
    toldToFetchAgain: verdict.refetches,
    live: verdict.live,
    heardTheLast: verdict.wrong.length === 0 && allHeardMs > 0,
    serverHeldUpMs: Math.round(heldUpMs),
    alarms: { ...spread(latencyMs), unanswered },
  }
  prober.close()
  crowd.close()
  await hall.close()

  const widths = [34, 14, 14, 14]
  say(`\n${row([`${sockets} idle`, 'RSS KiB each', 'heap KiB each', 'busy cores'], widths)}`)
  say(row(['', idle.rssKiBEach, idle.heapKiBEach, idle.busyCores], widths))
  say(row([`${sockets} cut off at once`, 'all back, ms', 'gaps', 'doubled'], widths))
  say(row(['', back.allCaughtUpMs, back.gaps, back.doubled], widths))
  say(row(['  alarms meanwhile', 'p50 ms', 'p99 ms', 'max ms'], widths))
  say(row(['', back.alarms.p50Ms, back.alarms.p99Ms, back.alarms.maxMs], widths))
  return { sockets, idle, back }
}
