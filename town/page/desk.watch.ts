import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { Page } from 'playwright-core'

/** 浏览器里的媒体部分 as one script, for a page that has nothing else of the product. */
export async function clientScript(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('../../media/client/index.ts', import.meta.url)),
        formats: ['es'],
        fileName: 'client',
      },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  const [chunk] = first && 'output' in first ? first.output : []
  if (!chunk || !('code' in chunk)) throw new Error('the media part was not built')
  return chunk.code
}

const watching = `
  const { openSender, openWatcher } = await import(URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' })))
  const ask = async (path, body) => {
    const answer = await fetch('/api/v1' + path, { method: 'POST', body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' + TOKEN } })
    const said = await answer.json()
    return answer.ok ? said : { refused: said.code, facts: {} }
  }
  const entry = await ask('/videos/' + VIDEO + '/participants', {})
  const participant = entry.me.id
  const timers = { nowMs: () => performance.now(), random: Math.random,
    after: (ms, act) => { const id = setTimeout(act, ms); return () => clearTimeout(id) } }
  const picture = document.createElement('video')
  Object.assign(picture, { autoplay: true, muted: true })
  document.body.replaceChildren(picture)
  picture.requestVideoFrameCallback(() => { window.firstAt = performance.timeOrigin + performance.now() })
  window.watcher = openWatcher({
    signals: {
      watch: (of, offer, transport) => ask('/videos/' + VIDEO + '/watches', { participant, of, offer, transport }),
      answerWatch: (id, answer) => ask('/videos/' + VIDEO + '/watches/' + id + '/answer', { participant, answer }),
    },
    iceServers: () => entry.iceServers,
    of: entry.video.participants.find(({ role }) => role === 'reporter').id,
    kinds: ['audio', 'video'],
    timers,
    onStream: (stream) => { picture.srcObject = stream },
    onState: () => {},
  })
  // 喊话: a microphone of the desk, once the call says that somebody there speaks.
  window.speak = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    window.voice = openSender({
      signals: {
        publish: (offer, transport) => ask('/videos/' + VIDEO + '/feeds', { participant, offer, transport }),
        still: async () => ({}), step: async () => ({}),
      },
      iceServers: () => entry.iceServers, maxKbps: 64, stillSeconds: 3, stream, onState: () => {}, timers,
    })
  }
  window.seen = () => picture.getVideoPlaybackQuality().totalVideoFrames
`

/** 席位看着 — a page that joins the call with this token and shows the reporter's line, through the public contract alone. */
export async function watchAtDesk(page: Page, script: string, token: string, video: string): Promise<void> {
  await page.goto('/healthz')
  const given = `const CODE = ${JSON.stringify(script)}; const TOKEN = ${JSON.stringify(token)}; const VIDEO = ${JSON.stringify(video)}`
  await page.evaluate(`(async () => { ${given}; ${watching} })()`)
}

/** So many more frames than now have been shown. */
export async function moreFrames(page: Page, count = 15): Promise<void> {
  const from = await page.evaluate<number>('window.seen()')
  await page.waitForFunction(`window.seen() >= ${from + count}`, undefined, { timeout: 40_000 })
}
