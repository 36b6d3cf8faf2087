import { expect, test } from 'vitest'
import { Unanswered, type Call } from '@open110/kit/client/call'
import { refuse } from '@open110/kit/refuse'
import { handTurned } from './fake/timers.fake.ts'
import { openWatch } from './watch.ts'

const at = '2026-11-21T19:11:00.000Z'
const view = (steps: string[]) => ({
  id: 'rp_a',
  state: steps.includes('received') ? 'received' : 'delivered',
  deliveredAt: at,
  ladder: steps.map((step) => ({ step, at })),
  messages: [],
  attachments: [],
})

/** A server with one report, a live line that the test speaks on, and a session that may be lost. */
function openPhone() {
  const clock = handTurned()
  const asked: string[] = []
  const line = { isUp: true, steps: ['delivered'], isSignedOut: false, isSlow: false }
  let waiting: (() => void)[] = []
  const call = (async (contract: { name: string }) => {
    asked.push(contract.name)
    if (line.isSlow) await new Promise<void>((done) => waiting.push(done))
    if (!line.isUp) throw new Unanswered('line lost')
    if (line.isSignedOut) return refuse('session.signed-out')
    return contract.name === 'report.get' ? view(line.steps) : [{ ...view(line.steps), mode: 'text' }]
  }) as unknown as Call
  const sockets: { open(): void; message(text: string): void; close(): void; sent: string[] }[] = []
  let renewed = 0
  const watch = openWatch({
    call,
    session: {
      token: () => 'token',
      citizen: () => 'ct_1',
      ready: async () => {},
      renew: async () => {
        renewed += 1
        line.isSignedOut = false
        watch.reconnect()
      },
    },
    timers: clock.timers,
    open: (on) => {
      const sent: string[] = []
      sockets.push({ ...on, sent })
      return { send: (text) => sent.push(text), close: () => {} }
    },
    isVisible: () => true,
    isRead: () => true,
    answered: () => {},
  })
  const say = (frame: unknown) => sockets.at(-1)?.message(JSON.stringify(frame))
  const greet = () => {
    sockets.at(-1)?.open()
    say({ head: 10 })
  }
  const free = () => {
    line.isSlow = false
    for (const done of waiting) done()
    waiting = []
  }
  return { clock, asked, line, sockets, watch, say, greet, free, renewed: () => renewed }
}
const steps = (sight: { report?: { ladder: readonly { step: string }[] } }) =>
  sight.report?.ladder.map(({ step }) => step)

test('[CI6] an event makes the page ask, and the answer is what is shown', async () => {
  const { clock, line, watch, say, greet } = openPhone()
  watch.look('rp_a')
  await clock.settle()
  greet()
  await clock.settle()
  expect(steps(watch.sight('rp_a').get())).toEqual(['delivered'])
  line.steps = ['delivered', 'received']
  say({ cursor: 11, type: 'report.received', at, data: { report: 'rp_a' } })
  await clock.settle()
  expect(steps(watch.sight('rp_a').get())).toEqual(['delivered', 'received'])
})

test('[CI6] ten events during one answer make one more question', async () => {
  const { clock, asked, line, watch, say, greet, free } = openPhone()
  watch.look('rp_a')
  await clock.settle()
  greet()
  await clock.settle()
  line.isSlow = true
  asked.length = 0
  for (let cursor = 11; cursor < 21; cursor++)
    say({ cursor, type: 'message.sent', at, data: { report: 'rp_a' } })
  await clock.settle()
  free()
  await clock.settle()
  expect(asked.filter((name) => name === 'report.get')).toHaveLength(2)
})

test('[CI6] with a line that never says a word the truth still comes while nobody has received', async () => {
  const { clock, line, watch } = openPhone()
  watch.look('rp_a')
  await clock.settle()
  line.steps = ['delivered', 'received']
  await clock.pass(10_500)
  expect(steps(watch.sight('rp_a').get())).toEqual(['delivered', 'received'])
})

test('[CI11] the server is away: the last truth stays and is called old; back again, it is true by itself', async () => {
  const { clock, line, watch, greet, sockets } = openPhone()
  watch.look('rp_a')
  await clock.settle()
  greet()
  await clock.settle()
  line.isUp = false
  sockets.at(-1)?.close()
  await clock.pass(20_000)
  expect(watch.link.get()).toBe('stale')
  expect(watch.sight('rp_a').get()).toMatchObject({ problem: 'unanswered', report: { id: 'rp_a' } })
  line.isUp = true
  line.steps = ['delivered', 'received']
  greet()
  await clock.pass(11_000)
  expect(steps(watch.sight('rp_a').get())).toEqual(['delivered', 'received'])
  expect(watch.sight('rp_a').get().problem).toBeUndefined()
})

test('[CI11] a lost session is renewed and the line opened anew', async () => {
  const { clock, line, watch, greet, say, sockets, renewed } = openPhone()
  watch.look('rp_a')
  await clock.settle()
  greet()
  await clock.settle()
  line.isSignedOut = true
  say({ refused: 'session.signed-out' })
  await clock.pass(1_000)
  expect(renewed()).toBeGreaterThan(0)
  const before = sockets.length
  expect(before).toBeGreaterThan(1)
  greet()
  await clock.settle()
  expect(watch.link.get()).toBe('live')
})

test('[CO25] a page that shows more than a report hears its events, and that some may have been missed', async () => {
  const { watch, say, greet, sockets, clock } = openPhone()
  watch.look('rp_a')
  await clock.pass(0)
  const heard: (string | undefined)[] = []
  const stop = watch.hear((frame) => heard.push(frame?.type))
  const leave = watch.attend('video:vc_1')
  greet()
  expect(sockets.at(-1)?.sent.join()).toContain('video:vc_1')
  say({ cursor: 11, type: 'video.hint', at, data: { video: 'vc_1', hint: 'closer' } })
  say({ gap: true })
  expect(heard).toContain('video.hint')
  expect(heard).toContain(undefined)
  stop()
  leave()
  const before = heard.length
  say({ cursor: 12, type: 'video.moved', at, data: {} })
  watch.look('rp_b')
  expect(heard).toHaveLength(before)
  expect(sockets.at(-1)?.sent.at(-1)).not.toContain('video:vc_1')
})
