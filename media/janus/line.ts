import { WebSocket } from 'ws'
import { EngineRefusal } from '../refusal.ts'

/** 描述 — a session description as Janus takes and gives it. */
export type Jsep = { readonly type: 'offer' | 'answer'; readonly sdp: string }

/** What Janus says of one handle without being asked. */
export type Told = {
  readonly janus: string
  readonly sender?: number
  readonly type?: string
  readonly receiving?: boolean
  readonly uplink?: boolean
  readonly lost?: number
  readonly reason?: string
  readonly plugindata?: { readonly data: Plugin }
  readonly jsep?: Jsep
}
/** The videoroom's own answer; what of it is read is checked where it is read. */
export type Plugin = Readonly<Record<string, unknown>>

type Answer = Told & {
  readonly transaction?: string
  readonly data?: { readonly id: number }
  readonly error?: { readonly code: number; readonly reason: string }
}
type Asked = { done(answer: Answer): void; failed(fault: Error): void }

/** Janus said no, with its own number: 426 no such room, 427 room exists, 465 an offer that is none, … */
export class JanusRefusal extends Error {
  readonly code: number
  constructor(code: number, reason: string) {
    super(`Janus refused with ${code}: ${reason}`)
    this.code = code
  }
}

/** 信令线 — one WebSocket to Janus with one session on it, which ends when the line does: nothing outlives it unseen. */
export type JanusLine = {
  attach(): Promise<number>
  /** Asks the videoroom on a handle; `jsep` goes along and may come back. */
  ask(handle: number, body: Plugin, jsep?: Jsep): Promise<{ data: Plugin; jsep?: Jsep }>
  /** A candidate of the far side. */
  trickle(handle: number, candidate: object): Promise<void>
  detach(handle: number): Promise<void>
  close(): void
}

const keepAliveMs = 10_000
const answerMs = 10_000

/** Opens the line and its session. `onEnd` comes once, when either is gone. */
export async function openLine(ask: {
  readonly url: string
  readonly secret: string
  readonly onTold: (told: Told) => void
  readonly onEnd: (why: string) => void
}): Promise<JanusLine> {
  const socket = new WebSocket(ask.url, 'janus-protocol', { handshakeTimeout: answerMs })
  const waiting = new Map<string, Asked>()
  let next = 1
  let session = 0
  let isOver = false

  const end = (why: string) => {
    if (isOver) return
    isOver = true
    clearInterval(keepAlive)
    socket.terminate()
    for (const one of waiting.values()) one.failed(new EngineRefusal('engine-away', why))
    waiting.clear()
    ask.onEnd(why)
  }
  const send = (message: object): Promise<Answer> =>
    new Promise((done, failed) => {
      if (isOver) return failed(new EngineRefusal('engine-away', 'the line has ended'))
      const transaction = String(next++)
      const timer = setTimeout(() => {
        waiting.delete(transaction)
        failed(new EngineRefusal('engine-away', 'Janus does not answer'))
      }, answerMs)
      const over =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer)
          waiting.delete(transaction)
          then(value)
        }
      waiting.set(transaction, { done: over(done), failed: over(failed) })
      const apisecret = ask.secret || undefined
      socket.send(JSON.stringify({ ...message, transaction, apisecret, session_id: session || undefined }))
    })
  const hear = (text: string) => {
    const answer = JSON.parse(text) as Answer
    const asked = answer.transaction === undefined ? undefined : waiting.get(answer.transaction)
    if (answer.janus === 'timeout') return end('the session timed out')
    if (!asked) return ask.onTold(answer)
    // A plugin that thinks first says `ack` and gives its answer as an event with the same number.
    if (answer.janus === 'ack' && !isQuick.has(answer.transaction!)) return
    isQuick.delete(answer.transaction!)
    if (answer.janus === 'error') asked.failed(new JanusRefusal(answer.error!.code, answer.error!.reason))
    else asked.done(answer)
  }
  /** Requests to which `ack` is the whole answer. */
  const isQuick = new Set<string>()
  const quick = (message: object) => {
    isQuick.add(String(next))
    return send(message)
  }
  const keepAlive = setInterval(() => {
    quick({ janus: 'keepalive' }).catch((fault: unknown) => end(String(fault)))
  }, keepAliveMs)

  await new Promise<void>((open, failed) => {
    socket.once('open', open)
    socket.once('error', failed)
  }).catch((fault: unknown) => {
    clearInterval(keepAlive)
    throw new Error('Janus cannot be reached', { cause: fault })
  })
  socket.on('error', (fault) => end(fault.message))
  socket.on('close', () => end('closed'))
  socket.on('message', (text: Buffer) => hear(text.toString()))
  session = (await send({ janus: 'create' })).data!.id

  return {
    attach: async () => (await send({ janus: 'attach', plugin: 'janus.plugin.videoroom' })).data!.id,
    async ask(handle, body, jsep) {
      const answer = await send({ janus: 'message', handle_id: handle, body, ...(jsep && { jsep }) })
      const data = answer.plugindata?.data ?? {}
      if (typeof data['error_code'] === 'number')
        throw new JanusRefusal(data['error_code'], String(data['error']))
      return { data, ...(answer.jsep && { jsep: answer.jsep }) }
    },
    trickle: async (handle, candidate) =>
      void (await quick({ janus: 'trickle', handle_id: handle, candidate })),
    detach: async (handle) => void (await send({ janus: 'detach', handle_id: handle })),
    close: () => end('closed here'),
  }
}
