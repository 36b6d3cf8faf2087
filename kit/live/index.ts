import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import * as z from 'zod/mini'
import type { Database } from '../db/index.ts'
import type { Subject } from '../http/answer.ts'
import type { Log } from '../log/index.ts'
import type { Clock } from '../pure/time.ts'
import { firstHead, missedBy, readOn, type StoredEvent } from './log.ts'

const FirstFrame = z.object({
  auth: z.string(),
  topics: z.array(z.string().check(z.maxLength(120))).check(z.maxLength(200)),
  since: z.optional(z.number()),
})
const LaterFrame = z.object({ beat: z.optional(z.boolean()), topics: z.optional(FirstFrame.shape.topics) })

/** More than this behind, and it is cheaper for the client to fetch everything again. */
const mostMissed = 5_000
const pollMs = 50
const mostBuffered = 1024 * 1024
const helloMs = 5_000
const recheckMs = 5_000

type Line = {
  readonly socket: WebSocket
  readonly subject: Subject
  readonly token: string
  readonly hears: ReadonlySet<string>
  topics: ReadonlySet<string>
  sentTo: number
  /** Events that came while the missed ones were being read. */
  held: StoredEvent[] | undefined
}

export type Hub = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Read what is new and deliver it now; returns how many events were read. */
  pump(): Promise<number>
  readonly head: () => number
  readonly lines: () => number
  close(): Promise<void>
}

export async function openHub(given: {
  db: Database
  clock: Clock
  log: Log
  identify: (token: string) => Promise<Subject | undefined>
  /** A sign of life from the person at the other end. */
  onBeat: (subject: Subject) => void
}): Promise<Hub> {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 })
  const lines = new Set<Line>()
  let head = await firstHead(given.db)
  let reading: Promise<number> | undefined
  let isRung = false
  let closed = false

  const frameOf = (event: StoredEvent) =>
    JSON.stringify({ cursor: event.cursor, type: event.type, at: event.at, data: event.data })
  const mayHear = (line: Line, event: StoredEvent) =>
    line.subject.endsAt > given.clock.now() && event.hearers.some((name) => line.hears.has(name))

  function deliver(line: Line, event: StoredEvent, text?: string): void {
    if (event.cursor <= line.sentTo) return
    line.sentTo = event.cursor
    if (!event.topics.some((topic) => line.topics.has(topic)) || !mayHear(line, event)) return
    if (line.socket.bufferedAmount > mostBuffered) return line.socket.terminate()
    line.socket.send(text ?? frameOf(event))
  }

  async function readAll(): Promise<number> {
    let read = 0
    for (;;) {
      isRung = false
      const { events, upTo } = await readOn(given.db, head)
      for (const event of events) {
        const text = frameOf(event)
        for (const line of lines) {
          if (line.held) line.held.push(event)
          else deliver(line, event, text)
        }
      }
      head = Math.max(head, upTo)
      read += events.length
      if (events.length === 0 && !isRung) return read
    }
  }
  function pump(): Promise<number> {
    isRung = true
    reading ??= readAll().finally(() => {
      reading = undefined
    })
    return reading
  }
  const hurry = () => {
    if (!closed) pump().catch((err: unknown) => given.log.error({ err }, 'event log cannot be read'))
  }
  const stopHearing = given.db.onCommit(hurry)
  const poll = setInterval(hurry, pollMs)

  async function join(socket: WebSocket, text: string): Promise<Line | undefined> {
    const first = z.safeParse(FirstFrame, parse(text))
    const subject = first.success ? await given.identify(first.data.auth) : undefined
    if (!first.success || !subject || subject.endsAt <= given.clock.now()) {
      socket.send(JSON.stringify({ refused: first.success ? 'session.signed-out' : 'input.invalid' }))
      socket.close(4401)
      return undefined
    }
    const { topics, since, auth } = first.data
    const line: Line = {
      socket,
      subject,
      token: auth,
      hears: new Set(subject.hears),
      topics: new Set(topics),
      sentTo: since ?? head,
      held: [],
    }
    const upTo = head
    lines.add(line)
    if (since !== undefined && since < upTo) {
      const missed = await missedBy(given.db, since, upTo, topics, mostMissed)
      if (missed === 'too-many') socket.send('{"gap":true}')
      else for (const event of missed) deliver(line, event)
    }
    line.sentTo = Math.max(line.sentTo, upTo)
    for (const event of line.held ?? []) deliver(line, event)
    line.held = undefined
    socket.send(JSON.stringify({ head: Math.max(head, line.sentTo) }))
    return line
  }

  function greet(socket: WebSocket): void {
    let line: Line | undefined
    let joining: Promise<void> | undefined
    let heartbeat: NodeJS.Timeout | undefined
    let recheck: NodeJS.Timeout | undefined
    const late = setTimeout(() => socket.close(4408), helloMs)
    const stop = () => {
      clearTimeout(late)
      clearInterval(heartbeat)
      clearInterval(recheck)
      if (line) lines.delete(line)
    }
    socket.on('close', stop)
    socket.on('error', stop)
    socket.on('message', (raw) => {
      const text = String(raw)
      if (!joining) {
        clearTimeout(late)
        joining = join(socket, text).then(
          (joined) => {
            line = joined
            if (!joined) return
            if (socket.readyState !== socket.OPEN) return void lines.delete(joined)
            heartbeat = setInterval(() => socket.send(JSON.stringify({ head })), joined.subject.heartbeatMs)
            recheck = setInterval(() => void checkAgain(joined), recheckMs)
          },
          (err: unknown) => {
            given.log.error({ err }, 'live connection failed')
            socket.close(1011)
          },
        )
        return
      }
      const frame = z.safeParse(LaterFrame, parse(text))
      if (!frame.success) return
      void joining.then(() => {
        if (!line) return
        if (frame.data.topics) line.topics = new Set(frame.data.topics)
        if (frame.data.beat) given.onBeat(line.subject)
      })
    })
  }

  /** A session that was ended hears nothing more, even on a socket that stays open. */
  async function checkAgain(line: Line): Promise<void> {
    try {
      if (await given.identify(line.token)) return
      lines.delete(line)
      line.socket.send('{"refused":"session.signed-out"}')
      line.socket.close(4401)
    } catch (err) {
      given.log.warn({ err }, 'session could not be checked')
    }
  }

  return {
    upgrade: (request, socket, firstBytes) => server.handleUpgrade(request, socket, firstBytes, greet),
    pump,
    head: () => head,
    lines: () => lines.size,
    async close() {
      closed = true
      stopHearing()
      clearInterval(poll)
      for (const line of lines) line.socket.close(1012)
      server.close()
      await reading?.catch(() => 0)
      for (const socket of server.clients) socket.terminate()
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
