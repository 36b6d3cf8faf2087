import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBrowser, hasChromium, person, type Watcher } from '@open110/town/page/browser'
import { journalsIn, muxParticipant } from '../mux/index.ts'
import type { MediaEngine } from '../port.ts'
import { janusHome } from './config.ts'
import { openJanusEngine } from './janus.ts'
import { freePort, startJanus, type JanusProgram } from './program.ts'

/** A phone that offers before it knows any address of its own, and a desk that answers; as text, for the browser. */
const page = `<!doctype html><title>line</title><script>
  window.publishing = async () => {
    window.camera ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } })
    window.older = window.sender
    window.sender = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    for (const track of camera.getTracks()) sender.addTransceiver(track, { direction: 'sendonly', streams: [camera] })
    const offer = await sender.createOffer()
    await sender.setLocalDescription(offer)
    return offer.sdp
  }
  window.answered = (sdp) => sender.setRemoteDescription({ type: 'answer', sdp })
  window.answering = async (sdp) => {
    window.watcher = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    const picture = document.createElement('video')
    Object.assign(picture, { autoplay: true, muted: true, srcObject: new MediaStream() })
    document.body.replaceChildren(picture)
    watcher.ontrack = ({ track }) => picture.srcObject.addTrack(track)
    await watcher.setRemoteDescription({ type: 'offer', sdp })
    const answer = await watcher.createAnswer()
    await watcher.setLocalDescription(answer)
    return answer.sdp
  }
  window.seen = () => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0
</script><body></body>`

const secret = 'secret of this test'
const canRun = (await hasChromium()) && janusHome() !== undefined
let server: Server
let folder: string
let janus: JanusProgram
let engine: MediaEngine
const people: Watcher[] = []

beforeAll(async () => {
  if (!canRun) return
  folder = mkdtempSync(join(tmpdir(), 'open110-janus-page-'))
  server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  janus = await startJanus({
    folder: join(folder, 'janus'),
    port: await freePort(),
    secret,
    ports: { from: 26_000, to: 26_999 },
  })
  engine = openJanusEngine({ url: janus.url, secret, onFault: () => {} })
})
afterAll(async () => {
  await Promise.all(people.map((each) => each.close()))
  await closeBrowser()
  await engine?.end()
  await janus?.stop()
  server?.close()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

test.skipIf(!canRun)(
  '[ME42] Chromium is seen through Janus, a new line of it moves on in the same watch, also after the old one was closed',
  async () => {
    const journal = join(folder, 'room')
    await engine.open({ room: 'room', journal, maxVideoKbps: 1_500 })
    const startedAtMs = Date.now()
    const [phone, desk] = await Promise.all([somebody(), somebody()])
    const publishes = async () => {
      const offer = await phone.evaluate<string>('publishing()')
      expect(offer).not.toMatch(/a=candidate/)
      const { answer } = await engine.publish({ room: 'room', peer: 'phone', offer })
      await phone.evaluate(`answered(${JSON.stringify(answer)})`)
    }
    const moves = async (frames: number) => {
      const from = await desk.evaluate<number>('seen()')
      await desk.waitForFunction(`seen() >= ${from + frames}`)
    }
    await publishes()
    const watched = await engine.watch({
      room: 'room',
      peer: 'desk',
      of: 'phone',
      offer: '',
      kinds: ['audio', 'video'],
    })
    const offered = 'offer' in watched ? watched.offer : ''
    const answer = await desk.evaluate<string>(`answering(${JSON.stringify(offered)})`)
    await engine.answered({ room: 'room', watch: watched.watch, answer })
    await moves(20)
    await publishes()
    await phone.evaluate('setTimeout(() => older.close(), 300)')
    await moves(40)
    // A page that is loaded anew closes its line before it opens the next one.
    await phone.evaluate('sender.close()')
    await expect.poll(() => engine.stats({ room: 'room' }), { timeout: 10_000 }).toEqual([])
    await publishes()
    await moves(20)
    await engine.close({ room: 'room' })
    const files = await journalsIn(journal)
    expect(files.map(({ generation }) => generation)).toEqual([1, 1, 2, 2, 3, 3])
    const [object] = await muxParticipant({ files, startedAtMs, out: join(folder, 'phone') })
    expect(object).toMatchObject({ mime: 'video/webm', packetsLost: 0 })
    expect(object!.frames).toBeGreaterThan(70)
  },
  60_000,
)

async function somebody() {
  const each = await person({ base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await each.context.grantPermissions(['camera', 'microphone'])
  await each.page.goto('/')
  people.push(each)
  return each.page
}
