/** 送达到台 — from the press of a citizen's button to the frame at a call-taker's desk, alone and among 32 writers. */
import { setTimeout as wait } from 'node:timers/promises'
import { openDesk, openGenerator, type Desk, type Generator, type Order } from '../generator/index.ts'
import { median, quantile, round, row, say } from '../machine.ts'
import { insist, newRun, openStand, reportsPath, truthOf } from '../stand.ts'
import { openFloor } from './parts.ts'

const writers = 32
/** Alone: one press after the other with quiet between them. */
const calm = { phones: 8, rate: 20 }
const busy = { phones: writers }
const patienceMs = 15_000

type Where = { readonly host: string; readonly port: number }
type Side = {
  readonly name: string
  readonly to: Where
  readonly tokens: readonly string[]
  readonly desk: Desk
}
type Sample = {
  readonly receiptMs: number[]
  readonly frameMs: number[]
  readonly perSecond: number
  readonly gaps: number
}

/** Every acknowledged report must be on the desk's screen before the sample counts. */
async function sample(
  generator: Generator,
  { to, tokens, desk, name }: Side,
  how: typeof calm | typeof busy,
  seconds: number,
  check: (order: Order, ids: Parameters<typeof insist>[1]) => Promise<void>,
): Promise<Sample> {
  const order: Order = { ...to, path: reportsPath, mode: 'text', tokens, run: newRun(), seconds, ...how }
  const outcome = await generator.run(order)
  const shown = new Map<string, number>()
  let gaps = 0
  for (const began = performance.now(); !outcome.ids.every((id) => shown.has(id)); await wait(50)) {
    const heard = await desk.heard()
    // What the desk fetches again it has seen before.
    heard.ids.forEach((id, n) => shown.set(id, shown.get(id) ?? heard.atMs[n]!))
    gaps += heard.gaps
    if (performance.now() - began > patienceMs) throw new Error(`${name}: a report never came to the desk`)
  }
  await check(order, outcome)
  return {
    receiptMs: [...outcome.latencyMs],
    frameMs: outcome.ids.map((id, n) => shown.get(id)! - outcome.pressedMs[n]!),
    perSecond: (outcome.ids.length / outcome.elapsedMs) * 1_000,
    gaps,
  }
}

export async function measurePress(rounds: number, seconds: number) {
  const stand = await openStand()
  const generator = await openGenerator()
  const tokens = await stand.citizens(writers)
  const token = await stand.staff('zhaomin@lishui')
  const floor = await openFloor(stand.database.url)
  const deskAt = (base: string) => openDesk({ base, token, desk: 'lishui' })
  const own: Side = {
    name: 'open110',
    to: { host: stand.host, port: stand.port },
    tokens,
    desk: await deskAt(stand.server.base),
  }
  const least: Side = {
    name: 'floor',
    to: { host: '127.0.0.1', port: floor.port },
    tokens,
    desk: await deskAt(`http://127.0.0.1:${floor.port}`),
  }
  const rows = [
    { side: own, how: calm, name: 'alone' },
    { side: least, how: calm, name: 'alone, floor' },
    { side: own, how: busy, name: `${writers} writers` },
    { side: least, how: busy, name: `${writers} writers, floor` },
  ].map((one) => ({ ...one, samples: [] as Sample[] }))
  const take = (one: (typeof rows)[number], span: number) =>
    sample(generator, one.side, one.how, span, async (order, outcome) => {
      if (one.side === own) insist(await truthOf(stand.sql, order.run, outcome), outcome)
    })
  for (const one of rows) await take(one, 2) // warm
  for (let turn = 0; turn < rounds; turn++)
    for (let n = 0; n < rows.length; n++) {
      const one = rows[(n + turn) % rows.length]!
      one.samples.push(await take(one, seconds))
    }
  own.desk.close()
  least.desk.close()
  generator.close()
  await floor.close()
  await stand.close()

  const widths = [24, 12, 12, 14, 12, 12, 16]
  say(
    row(['press → frame', 'p50 ms', 'p99 ms', 'receipt p50', 'p99 ms', 'a second', 'fetched again'], widths),
  )
  const figures = rows.map(({ name, samples }) => {
    const of = (what: (one: Sample) => number) => round(median(samples.map(what)), 2)
    const figure = {
      name,
      frameP50Ms: of(({ frameMs }) => quantile(frameMs, 0.5)),
      frameP99Ms: of(({ frameMs }) => quantile(frameMs, 0.99)),
      receiptP50Ms: of(({ receiptMs }) => quantile(receiptMs, 0.5)),
      receiptP99Ms: of(({ receiptMs }) => quantile(receiptMs, 0.99)),
      perSecond: Math.round(of(({ perSecond }) => perSecond)),
      deskFetchedAgain: samples.reduce((sum, { gaps }) => sum + gaps, 0),
    }
    say(row(Object.values(figure), widths))
    return figure
  })
  const ratio = round(figures[2]!.frameP99Ms / figures[3]!.frameP99Ms, 2)
  say(`  at ${writers} writers the frame's p99 is ${ratio} × the floor's`)
  return { figures, p99AgainstFloor: ratio }
}
