/**
 * 人群 — many clients in one process of their own, each the product's own live client on a bare socket, and a look at
 * every frame beneath it: is one missing, is one there twice?
 */
import { setTimeout as wait } from 'node:timers/promises'
import { openLive, type Live, type OpenSocket } from '../../kit/client/live.ts'
import { wallClock } from '../../town/town.server.ts'
import { machineMs } from '../generator/moment.ts'
import { openBareWire, type BareWire } from './wire.ts'

export type Member = { readonly token: string; readonly topic: string; readonly heartbeatMs: number }
export type Order =
  | { readonly port: number; readonly members: readonly Member[] }
  /** Cut all sockets at once; answered when everybody is live again. */
  | { readonly cut: true }
  /** Wait until everybody has heard this number. */
  | { readonly heard: number }
  | { readonly verdict: true }
export type Verdict = { gaps: number; doubled: number; refetches: number; live: number; wrong: string[] }

type One = { live: Live; wire: BareWire | undefined; last: number | undefined; backMs: number }
const crowd: One[] = []
const verdict: Verdict = { gaps: 0, doubled: 0, refetches: 0, live: 0, wrong: [] }
let cutMs = Infinity

function note(one: One, n: number): void {
  if (one.last === undefined || n === one.last + 1) one.last = n
  else if (n <= one.last) verdict.doubled += 1
  else {
    verdict.gaps += n - one.last - 1
    one.last = n
  }
}

function join(port: number, { token, topic, heartbeatMs }: Member): void {
  const one: One = { live: undefined as unknown as Live, wire: undefined, last: undefined, backMs: 0 }
  const open: OpenSocket = (on) => {
    const wire = openBareWire(
      { port, path: '/api/v1/live' },
      {
        open: () => on.open(),
        frame(bytes) {
          const text = bytes.toString()
          const n = /"n": ?(\d+)/.exec(text)?.[1]
          if (n !== undefined) note(one, Number(n))
          on.message(text)
        },
        close: () => on.close(),
      },
    )
    one.wire = wire
    return { send: (text) => wire.say(text), close: () => wire.cut() }
  }
  one.live = openLive(
    {
      open,
      timers: wallClock,
      token: () => token,
      topics: [topic],
      heartbeatMs: Math.max(1_000, heartbeatMs),
    },
    {
      event: () => {},
      refetch: () => (verdict.refetches += 1),
      state: (state) => {
        if (state === 'live') one.backMs = machineMs()
      },
    },
  )
  crowd.push(one)
}
const isLive = (one: One) => one.live.state() === 'live'
const until = async (all: (one: One) => boolean) => {
  while (!crowd.every(all)) await wait(20)
}

async function follow(order: Order): Promise<unknown> {
  if ('members' in order) {
    for (const [n, member] of order.members.entries()) {
      join(order.port, member)
      if (n % 100 === 99) await wait(30)
    }
    await until(({ backMs }) => backMs > 0)
    verdict.refetches = 0
    return 'live'
  }
  if ('cut' in order) {
    cutMs = machineMs()
    for (const one of crowd) one.wire?.cut()
    await until(({ backMs }) => backMs > cutMs)
    return Float64Array.from(crowd, ({ backMs }) => backMs - cutMs)
  }
  if ('heard' in order) {
    await Promise.race([until((one) => one.last === order.heard), wait(30_000)])
    return machineMs()
  }
  const late = crowd.filter((one) => one.last !== crowd[0]?.last)
  return {
    ...verdict,
    live: crowd.filter(isLive).length,
    wrong: late.slice(0, 5).map(({ last }) => String(last)),
  }
}
process.on('message', (order: Order) => {
  void follow(order).then((answer) => process.send?.(answer))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
