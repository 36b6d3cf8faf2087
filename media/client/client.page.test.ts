import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBrowser, hasChromium, person, type Watcher } from '@open110/town/page/browser'
import { openCuttable, type Cuttable } from '@open110/town/page/cut'
import { clientScript, moreFrames } from '@open110/town/page/desk.watch'
import { openEmbeddedEngine } from '../embedded/supervisor.ts'
import type { MediaEngine, Transport } from '../port.ts'

/** Two plain pages with nothing but this part of the product, against the real engine. */
const page = `<!doctype html><title>line</title><script type="module">
  import { openSender, openWatcher } from '/client.js'
  const ask = async (what, body) => {
    const answer = await fetch(what, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(5000) })
    return answer.json()
  }
  const timers = {
    nowMs: () => performance.now(),
    after: (ms, act) => { const id = setTimeout(act, ms); return () => clearTimeout(id) },
    random: Math.random,
  }
  const signals = {
    publish: (offer, transport) => ask('/publish', { offer, transport }),
    watch: (of, offer, transport) => ask('/watch', { of, offer, transport }),
    answerWatch: () => ask('/answer', {}),
    still: (jpeg) => ask('/still', { jpeg }),
    step: (step) => ask('/step', { step }),
  }
  const common = { signals, iceServers: () => [], timers }
  window.steps = []
  window.phases = []
  window.send = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } })
    window.sender = openSender({ ...common, stream, maxKbps: 1500, stillSeconds: 1,
      onState: ({ step, phase }) => { steps.push(step); phases.push(phase) } })
    addEventListener('online', () => sender.nudge())
  }
  window.watchPhone = () => {
    const picture = document.createElement('video')
    Object.assign(picture, { autoplay: true, muted: true })
    document.body.replaceChildren(picture)
    window.watcher = openWatcher({ ...common, of: 'phone', kinds: ['audio', 'video'],
      onStream: (stream) => { picture.srcObject = stream }, onState: (phase) => phases.push(phase) })
  }
  window.seen = () => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0
  window.isReady = true
</script><body></body>`

const canRun = await hasChromium()
const asked: { what: string; body: Record<string, unknown> }[] = []
let code = ''
let server: Server
let folder: string
let engine: MediaEngine
let way: Cuttable
const people: Watcher[] = []
const room = 'room'

const read = async (request: IncomingMessage) => {
  let text = ''
  for await (const part of request) text += String(part)
  return JSON.parse(text || '{}') as Record<string, unknown>
}
const answerOf = async (what: string, body: Record<string, unknown>): Promise<unknown> => {
  const transport = body['transport'] as Transport | undefined
  const offer = String(body['offer'])
  const by = transport ? { transport } : {}
  if (what === '/publish') {
    const { answer, generation } = await engine.publish({ room, peer: 'phone', offer, ...by })
    return { answer: await way.through(answer), generation }
  }
  if (what === '/watch') {
    const kinds = ['audio', 'video'] as const
    return engine.watch({ room, peer: 'desk', of: 'phone', offer, kinds, ...by })
  }
  return {}
}

beforeAll(async () => {
  if (!canRun) return
  code = await clientScript()
  folder = await mkdtemp(join(tmpdir(), 'open110-client-'))
  engine = openEmbeddedEngine({ onFault: () => {} })
  way = openCuttable()
  await engine.open({ room, journal: folder, maxVideoKbps: 1_500 })
  server = createServer((request, response) => {
    const what = request.url ?? '/'
    if (request.method === 'GET') {
      response.setHeader('content-type', what === '/client.js' ? 'text/javascript' : 'text/html')
      return response.end(what === '/client.js' ? code : page)
    }
    void read(request)
      .then((body) => (asked.push({ what, body }), answerOf(what, body)))
      .then(
        (answer) => response.end(JSON.stringify(answer)),
        () => response.writeHead(503).end('no'),
      )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
}, 60_000)
afterAll(async () => {
  await Promise.all(people.map((each) => each.close()))
  await closeBrowser()
  await engine?.end()
  way?.close()
  server?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

async function somebody(): Promise<Watcher> {
  const each = await person({ base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await each.context.grantPermissions(['camera', 'microphone'])
  await each.page.goto('/')
  await each.page.waitForFunction('window.isReady')
  people.push(each)
  return each
}
const count = (what: string) => asked.filter((each) => each.what === what).length

test.skipIf(!canRun)(
  '[ME65] a film is sent and watched; cut short it comes back, cut long it comes back as single pictures first',
  async () => {
    const [phone, desk] = await Promise.all([somebody(), somebody()])
    await phone.page.evaluate('send()')
    await expect.poll(() => count('/publish'), { timeout: 10_000 }).toBe(1)
    await desk.page.evaluate('watchPhone()')
    await moreFrames(desk.page)
    expect(await phone.page.evaluate('sender.step()')).toBe('video')

    way.cut()
    await phone.context.setOffline(true)
    await phone.page.waitForFunction("sender.step() === 'stills'")
    await phone.page.waitForTimeout(3_000) // what is cut is time itself: the line must have been away
    const before = { stills: count('/still'), lines: count('/publish') }
    way.heal()
    await phone.context.setOffline(false)
    await expect.poll(() => count('/still')).toBeGreaterThan(before.stills)
    await phone.page.waitForFunction("sender.phase() === 'up'")
    await moreFrames(desk.page)

    way.cut()
    await phone.context.setOffline(true)
    await phone.page.waitForFunction("sender.step() === 'voice'")
    const long = asked.length
    way.heal()
    await phone.context.setOffline(false)
    await phone.page.waitForFunction("sender.phase() === 'up'")
    const came = asked.slice(long).map(({ what }) => what)
    expect(came.indexOf('/still')).toBeLessThan(came.indexOf('/publish'))
    await moreFrames(desk.page)
    await phone.page.waitForFunction("sender.step() === 'video'", undefined, { timeout: 40_000 })
    expect(await phone.page.evaluate<string[]>('steps')).not.toContain('text')
  },
  120_000,
)

test.skipIf(!canRun)(
  '[ME66] single pictures are small JPEGs, and asked for by the desk they replace the film until it is lifted',
  async () => {
    const phone = await somebody()
    await phone.page.evaluate('send()')
    await phone.page.waitForFunction("sender.phase() === 'up'")
    const before = count('/still')
    await phone.page.evaluate("sender.level('stills')")
    await expect.poll(() => count('/still'), { timeout: 10_000 }).toBeGreaterThan(before + 1)
    const jpeg = Buffer.from(String(asked.findLast(({ what }) => what === '/still')?.body['jpeg']), 'base64')
    expect([jpeg.length <= 60_000, jpeg.subarray(0, 3).toString('hex')]).toEqual([true, 'ffd8ff'])
    await phone.page.evaluate("sender.level('video')")
    await phone.page.waitForFunction("sender.step() === 'video'")
  },
  60_000,
)
