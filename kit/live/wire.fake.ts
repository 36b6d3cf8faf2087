import { once } from 'node:events'
import { WebSocket } from 'ws'

/** What came over a live connection, as it came. */
export type Frame = {
  readonly cursor?: number
  readonly type?: string
  readonly data?: { readonly n?: number }
  readonly head?: number
  readonly gap?: true
  readonly refused?: string
}

/** 接线 — a bare live connection that keeps every frame, for tests that look at the wire itself. */
export type Wire = Awaited<ReturnType<typeof openWire>>

const patienceMs = 10_000

/** Connects and says `first`, or nothing at all. */
export async function openWire(base: string, first?: unknown) {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/live`, { perMessageDeflate: false })
  const frames: Frame[] = []
  const hearers = new Set<() => void>()
  let closedWith: number | undefined
  const wake = () => {
    for (const hear of hearers) hear()
  }
  socket.on('message', (text: Buffer) => {
    frames.push(JSON.parse(String(text)) as Frame)
    wake()
  })
  socket.on('error', () => {}) // a close follows, and that is what a test waits for
  socket.on('close', (code) => {
    closedWith = code
    wake()
  })
  await once(socket, 'open')
  if (first !== undefined) socket.send(typeof first === 'string' ? first : JSON.stringify(first))

  /** Waits for what the frames say, never for a time. */
  const until = (isThere: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`never came; last: ${JSON.stringify(frames.slice(-3))}`)),
        patienceMs,
      )
      const look = () => {
        if (!isThere()) return
        clearTimeout(late)
        hearers.delete(look)
        resolve()
      }
      hearers.add(look)
      look()
    })
  const events = () => frames.filter(({ type }) => type !== undefined)
  const heads = () => frames.flatMap(({ head }) => head ?? [])
  return {
    frames,
    until,
    events,
    heads,
    heard: () => events().flatMap(({ data }) => data?.n ?? []),
    cursor: () => Math.max(...frames.map(({ cursor, head }) => cursor ?? head ?? 0)),
    closedWith: () => closedWith,
    /** Greeted: the server has said where the log stands. */
    joined: () => until(() => heads().length > 0),
    /** Everything up to here has been heard: a head at or beyond it came. */
    reached: (cursor: number) => until(() => (heads().at(-1) ?? 0) >= cursor),
    closed: () => until(() => closedWith !== undefined),
    say: (frame: unknown) => socket.send(JSON.stringify(frame)),
    /** Reads nothing more, as a phone in a tunnel; the kernel's buffers fill up. */
    stall: () => socket.pause(),
    resume: () => socket.resume(),
    drop: () => socket.terminate(),
  }
}
