/**
 * 洪水 — thousands of reports a second are due for one desk, and every fifth of a second somebody else in hiding sends
 * a silent alarm there, on a connection of their own. What counts is when it is on the call-taker's screen.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { alone, family, startMeter } from '../cpu.ts'
import { openDesk, openGenerator, type Order, type Outcome } from '../generator/index.ts'
import { asked, keepRun, round, row, say, spread } from '../machine.ts'
import { insist, newRun, openStand, reportsPath, truthOf } from '../stand.ts'

const seconds = asked('seconds', 15)
const rate = asked('rate', 10_000)
const phones = asked('phones', 2_000)
const citizens = 500
const alarmsASecond = 5

const stand = await openStand()
const crowd = await stand.citizens(citizens)
/** Each alarm is somebody else's, on a connection that is opened for it: nobody sends five a second. */
const hiding = await stand.citizens(alarmsASecond * seconds)
const flood = await openGenerator()
const prober = await openGenerator()
const desk = await openDesk({
  base: stand.server.base,
  token: await stand.staff('zhaomin@lishui'),
  desk: 'lishui',
})
const to = { host: stand.host, port: stand.port, path: reportsPath }
const alarms = (span: number): Order => ({
  ...to,
  ...{
    mode: 'silent',
    tokens: hiding,
    run: newRun(),
    rate: alarmsASecond,
    phones: alarmsASecond * span,
    seconds: span,
  },
})

/** From the press to the frame, for each alarm of a run; one that is not on the screen yet is waited for. */
async function toScreen(outcome: Outcome): Promise<{ toFrameMs: number[]; unheard: number; gaps: number }> {
  const shown = new Map<string, number>()
  let gaps = 0
  for (let tries = 0; tries < 20; tries++) {
    const heard = await desk.heard()
    gaps += heard.gaps
    heard.ids.forEach((id, n) => shown.set(id, shown.get(id) ?? heard.atMs[n] ?? Number.NaN))
    if (outcome.ids.every((id) => shown.has(id))) break
    await wait(500)
  }
  const toFrameMs = outcome.ids.map((id, n) => (shown.get(id) ?? Number.NaN) - (outcome.pressedMs[n] ?? 0))
  const heardMs = toFrameMs.filter((ms) => !Number.isNaN(ms))
  return { toFrameMs: heardMs, unheard: toFrameMs.length - heardMs.length, gaps }
}

async function measured(outcome: Outcome, run: string) {
  const { toFrameMs, unheard, gaps } = await toScreen(outcome)
  insist(await truthOf(stand.sql, run, outcome), outcome)
  return {
    alarms: outcome.sent,
    refused: Object.values(outcome.refused).reduce((sum, count) => sum + count, 0),
    unanswered: outcome.unanswered,
    unheard,
    deskFetchedAgain: gaps,
    toReceipt: spread(outcome.latencyMs),
    toScreen: spread(toFrameMs),
  }
}

const warm: Order = { ...to, mode: 'text', tokens: crowd, run: newRun(), phones: 8, seconds: 3 }
await flood.run(warm)
await prober.run(alarms(2))
await desk.heard()

const calm = alarms(seconds)
const idle = await measured(await prober.run(calm), calm.run)

const junk: Order = { ...to, mode: 'text', tokens: crowd, run: newRun(), rate, phones, seconds }
const read = startMeter({ server: alone(stand.server.pid), postgres: family(stand.database.postmaster) })
const flooding = flood.run(junk)
await wait(1_000)
const during = alarms(Math.max(1, seconds - 1))
const alarmed = await prober.run(during)
const drowned = await flooding
const reading = read()
const inFlood = await measured(alarmed, during.run)
const truth = await truthOf(stand.sql, junk.run, drowned)
insist(truth, drowned)

const boundMs = round(2 * idle.toScreen.p99Ms + 50)
const reports = {
  due: rate * seconds,
  acknowledged: drowned.ids.length,
  perSecond: Math.round((drowned.ids.length / drowned.elapsedMs) * 1_000),
  refused: drowned.refused,
  lostConnections: drowned.lost,
  unanswered: drowned.unanswered,
  waitingInThePhones: drowned.unsent,
  toReceipt: spread(drowned.latencyMs),
  truth,
}
const widths = [26, 8, 9, 9, 10, 10, 10]
say(row(['silent alarms', 'sent', 'refused', 'unheard', 'p50 ms', 'p99 ms', 'max ms'], widths))
for (const [name, of] of [
  ['idle', idle],
  ['in the flood', inFlood],
] as const) {
  const { p50Ms, p99Ms, maxMs } = of.toScreen
  say(row([name, of.alarms, of.refused, of.unheard, p50Ms, p99Ms, maxMs], widths))
}
say(`press to screen; good is p99 in the flood within 2 × idle + 50 ms = ${boundMs} ms`)
const refusals = Object.entries(reports.refused).map(([status, count]) => `${count} × ${status}`)
say(`\nreports due ${reports.due}, acknowledged ${reports.acknowledged} (${reports.perSecond}/s)`)
say(`refused tries ${refusals.join(', ') || 0}, lost connections ${reports.lostConnections}`)
say(`never sent for want of a free phone ${reports.waitingInThePhones}, no receipt ${reports.unanswered}`)
say(`acknowledged and lost ${truth.lost}, there twice ${truth.doubled}`)
if (reading) say(`cores that others used meanwhile ${round(reading.foreignCores, 2)}`)
keepRun(import.meta.url, { seconds, rate, phones, citizens, idle, inFlood, boundMs, reports, cpu: reading })

flood.close()
prober.close()
desk.close()
await stand.close()
process.exit()
