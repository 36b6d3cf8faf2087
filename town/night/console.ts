import { openCall } from '@open110/kit/client/call'
import { openLive, type Live } from '@open110/kit/client/live'
import { isRefusal } from '@open110/kit/refuse'
import { defaultPolicy } from '@open110/modules/desk'
import { queue, signIn } from '@open110/modules/desk/api'
import { accept } from '@open110/modules/incident/api'
import { isOffered, type QueueRow } from '@open110/modules/report'
import { receive, take } from '@open110/modules/report/api'
import { sendMessage } from '@open110/modules/thread/api'
import { asTransport, openLink, type Link, type Serving } from './network.ts'
import type { DeskName } from './place.ts'
import { openDevice, type Device, type Life, type World } from './world.ts'

export type CallTaker = { readonly name: string; readonly desk: DeskName; readonly seat: number }

/** 接警席 — a call-taker who takes the head of the queue, writes to its reporter and accepts it, again and again. */
export type Console = {
  readonly name: string
  readonly desk: DeskName
  readonly device: Device
  readonly link: Link
  launch(): void
  kill(): void
  readonly isUp: () => boolean
  readonly live: () => Live | undefined
  /** What the screen shows. */
  readonly rows: () => readonly QueueRow[]
}

export function openConsole(world: World, who: CallTaker, listening: () => Serving | undefined): Console {
  const { name, desk, seat } = who
  const device = openDevice(world, name)
  const link = openLink(world, name, listening)
  const chance = world.chance(`console ${name}`)
  let life: Life | undefined
  let live: Live | undefined
  let rows: readonly QueueRow[] = []
  let serial = 0

  function launch() {
    world.say(() => `${name} opens the console`)
    const mine = device.begin()
    const page = `${name}/${++serial}`
    life = mine
    rows = []
    const token = () => `staff:${name}:${desk}`
    const call = openCall({
      base: '',
      transport: asTransport(link.transport(mine, page, () => {})),
      token,
      language: () => 'zh-CN',
    })
    const pause = (ms: number) => new Promise<void>((go) => mine.after(ms, go))
    /** One press: the same key until there is an answer. */
    const insist = async <Answer>(ask: (key: string) => Promise<Answer>): Promise<Answer> => {
      const key = `${page}-${world.newSerial()}`
      for (;;) {
        try {
          return await ask(key)
        } catch {
          await pause(chance.between(500, 2_500))
        }
      }
    }
    let isFetching = false
    let isAsked = false
    const fetch = async () => {
      isAsked = true
      if (isFetching) return
      isFetching = true
      while (isAsked) {
        isAsked = false
        try {
          const found = await call(queue, { params: { desk } })
          if (!isRefusal(found)) rows = found
        } catch {
          await pause(1_000)
          isAsked = true
        }
      }
      isFetching = false
    }
    const sit = () => insist((key) => call(signIn, { params: { desk, seat: String(seat) }, key }))
    const work = async (row: QueueRow) => {
      const params = { report: row.report }
      const got =
        row.state === 'delivered'
          ? await insist((key) => call(receive, { params, key }))
          : await insist((key) => call(take, { params, body: {}, key }))
      void fetch()
      if (isRefusal(got)) {
        if (got.refused === 'desk.not-signed-in') await sit()
        return
      }
      await finish(row)
    }
    const finish = async ({ report }: QueueRow) => {
      await pause(chance.between(500, 4_000))
      const body = { words: '请告诉我们您在哪里', clientId: `${page}-${report}` }
      await insist((key) => call(sendMessage, { params: { report }, body, key }))
      await pause(chance.between(500, 4_000))
      await insist((key) => call(accept, { body: { report, category: '010000', level: 'A' } as never, key }))
      isDone.add(report)
      void fetch()
    }
    const isDone = new Set<string>()
    const shift = async () => {
      await sit()
      for (;;) {
        await pause(chance.between(300, 1_500))
        // Nobody works on a screen that says it is stale.
        if (live?.state() !== 'live') continue
        const left = rows.find(
          ({ report, owner, state }) => owner?.staff === name && state === 'received' && !isDone.has(report),
        )
        const next = left ?? rows.find((row) => row.state === 'delivered' || isOffered(row))
        if (!next) continue
        await (left ? finish(left) : work(next))
      }
    }
    live = openLive(
      {
        open: link.socket(mine, page),
        timers: { nowMs: mine.nowMs, after: mine.after, random: chance.next },
        token,
        topics: [`desk:${desk}`],
        beatMs: defaultPolicy.beatSeconds * 1_000,
      },
      {
        event: () => void fetch(),
        refetch: () => void fetch(),
        state: (state) => world.say(() => `${page} is ${state}`),
      },
    )
    // Read again even if no event came, as the console does (lessons d4).
    const reread = () =>
      mine.after(20_000, () => {
        if (live?.state() === 'live') void fetch()
        reread()
      })
    reread()
    void shift()
  }

  return {
    name,
    desk,
    device,
    link,
    launch,
    kill() {
      if (!life) return
      world.say(() => `${name}'s console dies`)
      life.end()
      life = live = undefined
      link.drop()
    },
    isUp: () => life !== undefined,
    live: () => live,
    rows: () => rows,
  }
}
