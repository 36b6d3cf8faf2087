import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'

/** 外人 — another system that has read the contract and nothing else: bare HTTP, bare sockets, no type of ours. */
export type Outsider = ReturnType<typeof openOutsider>

type At = `${'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD' | 'PATCH' | 'OPTIONS'} /${string}`
type Sent = {
  readonly token?: string | undefined
  /** Every mutation carries a key of its own unless the test says one, or `false` for none. */
  readonly key?: string | false
  readonly body?: unknown
  readonly form?: () => FormData
  readonly headers?: Readonly<Record<string, string>>
}
export type Asked = { readonly at: At; readonly sent: Sent }
export type Answered<Body = Fields> = {
  readonly status: number
  readonly type: string
  readonly headers: Headers
  readonly text: string
  readonly body: Body
}
export type Fields = Readonly<Record<string, unknown>>
export type Problem = {
  readonly type: string
  readonly status: number
  readonly code: string
  readonly title: string
  readonly facts: Fields
}

const patienceMs = 10_000
/** Times that an outsider comes again before it gives up. */
const mostAgain = 3
const isBusy = ({ status, headers }: Response) => status === 503 && headers.has('retry-after')

export function openOutsider(base: () => string) {
  /** Everything that was asked and answered, for what must hold of all of it. */
  const heard: { readonly asked: Asked; readonly answered: Answered<unknown> }[] = []

  async function ask<Body = Fields>(at: At, sent: Sent = {}): Promise<Answered<Body>> {
    const [method = '', path = ''] = at.split(' ')
    const headers: Record<string, string> = { ...sent.headers }
    if (sent.token) headers['authorization'] = `Bearer ${sent.token}`
    const key = sent.key ?? (method === 'GET' ? false : randomUUID())
    if (key !== false) headers['idempotency-key'] = key
    if (sent.body !== undefined) headers['content-type'] = 'application/json'
    const one = () =>
      fetch(`${base()}/api/v1${path}`, {
        method,
        headers,
        ...(sent.body === undefined
          ? {}
          : { body: typeof sent.body === 'string' ? sent.body : JSON.stringify(sent.body) }),
        ...(sent.form && { body: sent.form() }),
      })
    let answer = await one()
    // Whoever is told to come again comes again, with the same key: the contract says when.
    for (let again = 0; again < mostAgain && isBusy(answer); again++) {
      await pause(Number(answer.headers.get('retry-after')) * 1_000)
      answer = await one()
    }
    const text = await answer.text()
    const type = answer.headers.get('content-type') ?? ''
    const body = (type.includes('json') ? JSON.parse(text) : undefined) as Body
    const answered = { status: answer.status, type, headers: answer.headers, text, body }
    heard.push({ asked: { at, sent: { ...sent, key } }, answered })
    return answered
  }

  /** The answer's body, or a failure that shows what came instead. */
  async function good<Body = Fields>(at: At, sent: Sent = {}): Promise<Body> {
    const { status, text, body } = await ask<Body>(at, sent)
    if (status < 200 || status > 299) throw new Error(`${at} → ${status} ${text.slice(0, 300)}`)
    return body
  }

  return {
    heard,
    ask,
    good,
    /** `409 report.already-received`, or what was granted instead. */
    async no(at: At, sent: Sent = {}): Promise<string> {
      const { status, type, text, body } = await ask<Problem>(at, sent)
      return type.startsWith('application/problem+json')
        ? `${status} ${body.code}`
        : `${status} ${type} ${text.slice(0, 200)}`
    },
    session: async () =>
      (await good<{ token: string }>('POST /sessions', { body: { language: 'zh-CN' } })).token,
    login: async (account: string) =>
      (await good<{ token: string }>('POST /staff/sessions', { body: { account, password: 'open110-demo' } }))
        .token,
    send: (token: string, body: Fields = {}, key = randomUUID()) =>
      good<{ id: string; receiptCode: string; desk: { id: string } }>('POST /reports', {
        token,
        key,
        body: {
          mode: 'text',
          words: '有人在撬我家的门',
          fix: { ...door, at: new Date().toISOString() },
          ...body,
        },
      }),
    wire: (first: unknown) => openWire(base(), first),
  }
}

/** 林秋's door in 丽水, by the phone's own reckoning. */
export const door = { lng: 119.9231, lat: 28.4538, crs: 'wgs84', accuracyMetres: 20, source: 'gps' } as const

export type Frame = {
  readonly cursor?: number
  readonly type?: string
  readonly at?: string
  readonly data?: Fields
  readonly head?: number
  readonly gap?: boolean
}

/** A live connection that keeps every frame and when it came. */
export async function openWire(base: string, first: unknown) {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/live`)
  const frames: (Frame & { readonly ms: number })[] = []
  let closed = false
  let wake = () => {}
  socket.on('message', (text: Buffer) => {
    frames.push({ ...(JSON.parse(String(text)) as Frame), ms: performance.now() })
    wake()
  })
  socket.on('error', () => {}) // a close follows
  socket.on('close', () => {
    closed = true
    wake()
  })
  await once(socket, 'open')
  socket.send(typeof first === 'string' ? first : JSON.stringify(first))
  const until = (isThere: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const last = () => JSON.stringify(frames.slice(-3))
      const late = setTimeout(() => reject(new Error(`never came; last: ${last()}`)), patienceMs)
      wake = () => {
        if (!isThere()) return
        clearTimeout(late)
        resolve()
      }
      wake()
    })
  const events = () => frames.filter(({ type }) => type !== undefined)
  return {
    frames,
    until,
    events,
    heads: () => frames.filter(({ head }) => head !== undefined),
    types: () => events().map(({ type }) => type),
    isClosed: () => closed,
    /** Greeted: from here on nothing is missed. */
    joined: () => until(() => frames.some(({ head }) => head !== undefined)),
    heard: (type: string, times = 1) =>
      until(() => events().filter((one) => one.type === type).length >= times),
    close: () => socket.close(),
  }
}
