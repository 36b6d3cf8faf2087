import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBrowser, hasChromium, openBrowser, person, type Watcher } from '@open110/town/page/browser'
import { journalsIn } from '../mux/journal.files.ts'
import type { MediaEngine, TrackKind, Transport } from '../port.ts'
import { openEmbeddedEngine } from './supervisor.ts'

/** What the two pages of the test do by themselves, as text: the browser's own words need no types here. */
const page = `<!doctype html><title>line</title><script>
  const gathered = (pc) => pc.iceGatheringState === 'complete' ? undefined : new Promise((done) => setTimeout(done, 50))
  async function offer(pc) {
    await pc.setLocalDescription(await pc.createOffer())
    await gathered(pc)
    return pc.localDescription.sdp
  }
  window.publishing = async (old) => {
    window.camera ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } })
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    for (const track of camera.getTracks()) pc.addTransceiver(track, { direction: 'sendonly', streams: [camera] })
    window.older = window.sender
    window.sender = pc
    return offer(pc)
  }
  window.watching = async (kinds) => {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    window.watcher = pc
    const picture = document.createElement('video')
    Object.assign(picture, { autoplay: true, muted: true, srcObject: new MediaStream() })
    document.body.replaceChildren(picture)
    pc.ontrack = ({ track }) => picture.srcObject.addTrack(track)
    for (const kind of kinds) pc.addTransceiver(kind, { direction: 'recvonly' })
    return offer(pc)
  }
  window.answered = (which, sdp) => window[which].setRemoteDescription({ type: 'answer', sdp })
  window.seen = () => {
    const picture = document.querySelector('video')
    return picture?.getVideoPlaybackQuality().totalVideoFrames ?? 0
  }
  window.measuring = () => setInterval(async () => {
    for (const each of (await sender.getStats()).values())
      if (each.type === 'outbound-rtp' && each.kind === 'video') window.kbps = each.targetBitrate / 1000
  }, 200)
</script><body></body>`

const canRun = await hasChromium()
let server: Server
let folder: string
let engine: MediaEngine
const people: Watcher[] = []
const faults: string[] = []

beforeAll(async () => {
  if (canRun) await openBrowser(20)
  folder = await mkdtemp(join(tmpdir(), 'open110-media-'))
  server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  engine = openEmbeddedEngine({ onFault: (what, cause) => faults.push(`${what}: ${String(cause)}`) })
})
afterAll(async () => {
  await Promise.all(people.map((each) => each.close()))
  await closeBrowser()
  await engine?.end()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

async function somebody(): Promise<Watcher> {
  const each = await person({ base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await each.context.grantPermissions(['camera', 'microphone'])
  await each.page.goto('/')
  people.push(each)
  return each
}

const publishes = async ({ page: on }: Watcher, room: string, peer: string, transport?: Transport) => {
  const offer = await on.evaluate<string>('publishing()')
  const { answer, generation } = await engine.publish({
    room,
    peer,
    offer,
    ...(transport ? { transport } : {}),
  })
  await on.evaluate(`answered('sender', ${JSON.stringify(answer)})`)
  return generation
}
const watches = async (
  { page: on }: Watcher,
  room: string,
  kinds: readonly TrackKind[],
  transport?: Transport,
) => {
  const offer = await on.evaluate<string>(`watching(${JSON.stringify(kinds)})`)
  const asked = { room, peer: 'desk', of: 'phone', offer, kinds, ...(transport ? { transport } : {}) }
  const said = await engine.watch(asked)
  await on.evaluate(`answered('watcher', ${JSON.stringify('answer' in said ? said.answer : '')})`)
  return said.watch
}
const moreFrames = async ({ page: on }: Watcher, count: number) => {
  const from = await on.evaluate<number>('seen()')
  await on.waitForFunction(`seen() >= ${from + count}`)
}

for (const transport of ['native', 'portable'] as const) {
  test.skipIf(!canRun)(
    `[ME20] Chromium publishes its camera and another one sees it move, by the ${transport} transport`,
    async () => {
      const room = `room-${transport}`
      const journal = join(folder, room)
      await engine.open({ room, journal, maxVideoKbps: 1500 })
      const [phone, desk] = await Promise.all([somebody(), somebody()])
      await publishes(phone, room, 'phone', transport)
      await watches(desk, room, ['audio', 'video'], transport)
      await moreFrames(desk, 20)
      // A rebuilt line goes on in the same watch: the picture neither freezes nor begins anew at the desk.
      const generation = await publishes(phone, room, 'phone', transport)
      await phone.page.evaluate('setTimeout(() => older.close(), 300)')
      await moreFrames(desk, 40)
      expect(generation).toBe(2)
      const [stats] = await engine.stats({ room })
      expect(stats).toMatchObject({ peer: 'phone', generation })
      await engine.close({ room })
      const kept = (await journalsIn(journal)).map((file) => `${file.generation} ${file.kind}`)
      expect(kept.sort()).toEqual(['1 audio', '1 video', '2 audio', '2 video'])
    },
    60_000,
  )
}

test.skipIf(!canRun)(
  '[ME21] our feedback lets Chromium rise to what the room allows instead of starving it',
  async () => {
    await engine.open({ room: 'rate', journal: folder, maxVideoKbps: 600 })
    const phone = await somebody()
    await publishes(phone, 'rate', 'rising')
    await phone.page.evaluate('void measuring()')
    await phone.page.waitForFunction('window.kbps >= 500', undefined, { timeout: 50_000 })
    expect(await phone.page.evaluate<number>('kbps')).toBeLessThanOrEqual(610)
    await engine.close({ room: 'rate' })
  },
  60_000,
)
