import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import * as z from 'zod/mini'
import type { Database } from '../db/index.ts'
import type { Subject } from '../http/answer.ts'
import type { Log } from '../log/index.ts'
import { sessionEnded } from '../pure/event.ts'
import type { Clock } from '../pure/time.ts'
import { firstHead, forgetStrangers, missedBy, page, readOn, type StoredEvent } from './log.ts'

const FirstFrame = z.object({
  auth: z.string(),
  topics: z.array(z.string().check(z.maxLength(120))).check(z.maxLength(200)),
  since: z.optional(z.int().check(z.gte(0))),
})
const LaterFrame = z.object({ beat: z.optional(z.boolean()), topics: z.optional(FirstFrame.shape.topics) })

/** 节奏 — limits of one connection. A test hurries them; nobody else says any. */
export type Pace = {
  /** More events than this behind, and it is cheaper for the client to fetch everything again. */
  readonly mostMissed: number
  /** A client that leaves more than this unread is dropped; it comes back with its cursor. */
  readonly mostBufferedBytes: number
  /** How long the first frame may take. */
  readonly helloMs: number
  /** How often a session is asked for again. */
  readonly recheckMs: number
  /** Signs of life that come faster than this are one: each is a write. */
  readonly beatMs: number
}
const ordinary: Pace = {
  mostMissed: 5_000,
  mostBufferedBytes: 1024 * 1024,
  helloMs: 5_000,
  recheckMs: 5_000,
  beatMs: 1_000,
}
const pollMs = 50
/** A log that has not been read for so long proves nothing: silence tells the client so. */
const freshMs = 1_500

type Line = {
  readonly socket: WebSocket
  readonly token: string
  subject: Subject
  hears: ReadonlySet<string>
  topics: ReadonlySet<string>
  sentTo: number
  /** Events that came while the missed ones were being sent. */
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
  pace?: Partial<Pace>
}): Promise<Hub> {
  const pace = { ...ordinary, ...given.pace }
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 64 * 1024 })
  const lines = new Set<Line>()
  await forgetStrangers(given.db)
  let head = await firstHead(given.db)
  let readMs = performance.now()
  let reading: Promise<number> | undefined
  let isRung = false
  let isBlind = false
  let closed = false

  const frameOf = (event: StoredEvent) =>
    JSON.stringify({ cursor: event.cursor, type: event.type, at: event.at, data: event.data })
  const isFor = (line: Line, event: StoredEvent) =>
    event.cursor > line.sentTo &&
    event.topics.some((topic) => line.topics.has(topic)) &&
    event.hearers.some((name) => line.hears.has(name)) &&
    line.subject.endsAt > given.clock.now()
  const tell = (line: Line, frame: unknown) => line.socket.send(JSON.stringify(frame))

  function deliver(line: Line, event: StoredEvent, text: string): void {
    if (isFor(line, event)) {
      if (line.held) line.held.push(event)
      else line.socket.send(text)
      const isSlow =
        line.socket.bufferedAmount > pace.mostBufferedBytes || (line.held?.length ?? 0) > pace.mostMissed
      if (isSlow) line.socket.terminate()
    }
    if (!line.held) line.sentTo = Math.max(line.sentTo, event.cursor)
  }

  function dismiss(line: Line): void {
    lines.delete(line)
    tell(line, { refused: 'session.signed-out' })
    line.socket.close(4401)
  }

  /** Sends no faster than the socket takes it, however much was missed. */
  async function replay(line: Line, events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) {
      if (isFor(line, event))
        await new Promise<void>((sent) => line.socket.send(frameOf(event), () => sent()))
      line.sentTo = event.cursor
    }
  }

  async function readAll(): Promise<number> {
    let read = 0
    for (;;) {
      isRung = false
      const { events, upTo } = await readOn(given.db, head)
      for (const event of events) {
        const text = frameOf(event)
        const ended =
          event.type === sessionEnded.name ? (event.data as { session?: string }).session : undefined
        for (const line of lines) {
          if (line.subject.session === ended) dismiss(line)
          else deliver(line, event, text)
        }
      }
      head = Math.max(head, upTo)
      readMs = performance.now()
      read += events.length
      if (events.length < page && !isRung) return read
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
    if (closed) return
    pump().then(
      () => {
        if (isBlind) given.log.warn('event log is read again')
        isBlind = false
      },
      (err: unknown) => {
        // Said once, not at every look while the database is away.
        if (!isBlind && !closed) given.log.error({ err }, 'event log cannot be read')
        isBlind = true
      },
    )
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
    lines.add(line)
    try {
      if (since !== undefined && since !== head) await catchUp(line, since, head)
      for (let held = line.held ?? []; held.length > 0; held = line.held) {
        line.held = []
        await replay(line, held)
      }
    } catch (fault) {
      lines.delete(line)
      throw fault
    }
    line.held = undefined
    line.sentTo = Math.max(line.sentTo, head)
    tell(line, { head: line.sentTo })
    return line
  }

  async function catchUp(line: Line, since: number, upTo: number): Promise<void> {
    // A cursor from another process may be ahead of what this one has read. One that is ahead of the log itself
    // belongs to another log, as after a restored backup.
    const isStrange = since > upTo && since > (await firstHead(given.db))
    const missed =
      since < upTo
        ? await missedBy(given.db, since, upTo, line, pace.mostMissed)
        : isStrange
          ? 'too-many'
          : []
    if (missed !== 'too-many') await replay(line, missed)
    else tell(line, { gap: true })
    line.sentTo = isStrange ? upTo : Math.max(since, upTo)
  }

  function greet(socket: WebSocket): void {
    let line: Line | undefined
    let joining: Promise<void> | undefined
    let heartbeat: NodeJS.Timeout | undefined
    let recheck: NodeJS.Timeout | undefined
    let beatenMs = -Infinity
    const late = setTimeout(() => socket.close(4408), pace.helloMs)
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
            heartbeat = setInterval(() => {
              if (performance.now() - readMs < freshMs) tell(joined, { head })
            }, joined.subject.heartbeatMs)
            recheck = setInterval(() => void checkAgain(joined), pace.recheckMs)
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
        const nowMs = performance.now()
        if (!frame.data.beat || nowMs - beatenMs < pace.beatMs) return
        beatenMs = nowMs
        given.onBeat(line.subject)
      })
    })
  }

  /** A session that was ended hears nothing more, even on a socket that stays open; one that was changed hears as it now may. */
  async function checkAgain(line: Line): Promise<void> {
    try {
      const subject = await given.identify(line.token)
      if (subject) {
        line.subject = subject
        line.hears = new Set(subject.hears)
        return
      }
      dismiss(line)
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
