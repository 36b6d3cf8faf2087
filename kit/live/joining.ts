import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { nobody, type Subject } from '../http/index.ts'
import type { Log } from '../log/index.ts'
import { firstFrame, laterFrame, type FirstFrame } from './frame.ts'
import { openGate } from './gate.ts'
import type { Line } from './line.ts'
import type { Lines } from './lines.ts'
import type { Pace } from './pace.ts'
import type { Recent } from './recent.ts'

/** It is looked so often, before somebody's time is over, whether they have said something. */
const looks = 20

/** 进线 — from the open socket to a line that is known and live, and what it says from then on. */
export function openJoining(given: {
  lines: Lines
  recent: Recent
  head: () => number
  now: () => string
  identify: (token: string) => Promise<Subject | undefined>
  goesFirst: (topics: readonly string[]) => boolean
  catchUp: (line: Line, arrived: (line: Line) => void) => Promise<void>
  passBeat: (subject: Subject, goesFirst: boolean) => void
  pace: Pace
  log: Log
}) {
  const { lines, recent, pace } = given
  const gate = openGate(pace.joinsAtOnce)
  /**
   * Who has said nothing yet, and until which look they may; whoever came first is first. Looks are counted and not
   * time: while this process is held up, what somebody has said lies unread, and they are not to blame.
   */
  const silent = new Map<Line, number>()
  let looked = 0
  let isClosing = false
  const look = setInterval(() => {
    looked += 1
    for (const [line, until] of silent) {
      if (looked < until) return
      silent.delete(line)
      line.ws.close(4408)
    }
  }, pace.helloMs / looks)

  /** Who it is, if the session has not ended while that was being asked: then it was told before this line could hear it. */
  async function whoIs(token: string): Promise<Subject | undefined> {
    const before = given.head()
    const subject = await given.identify(token)
    if (!subject || subject.endsAt <= given.now()) return undefined
    if (before < recent.from()) return whoIs(token)
    return recent.since(before).some(({ ends }) => ends === subject.session) ? undefined : subject
  }

  async function join(line: Line, { auth, topics, since }: FirstFrame): Promise<void> {
    line.state = 'joining'
    line.token = auth
    line.topics = distinct(topics)
    try {
      // Whoever has given up in the line costs nothing more.
      const isThere = () => line.state === 'joining'
      const subject = await gate(async () => isThere() && whoIs(auth), given.goesFirst(topics))
      if (!isThere()) return
      if (!subject) return lines.refuse(line, 'session.signed-out')
      lines.know(line, subject, since ?? given.head())
      if (line.owesBeat) beat(line)
      await given.catchUp(line, lines.goLive)
    } catch (err) {
      given.log.error({ err }, 'live connection failed')
      lines.leave(line)
      line.ws.close(1011)
    }
  }

  function beat(line: Line): void {
    const nowMs = performance.now()
    if (nowMs - line.beatenMs < pace.beatMs) return
    line.beatenMs = nowMs
    given.passBeat(line.subject, given.goesFirst(line.topics))
  }

  function hear(line: Line, text: string): void {
    if (line.state === 'gone') return
    if (line.state === 'greeting') {
      silent.delete(line)
      const first = firstFrame(text)
      if (first) void join(line, first)
      else lines.refuse(line, 'input.invalid')
      return
    }
    const frame = laterFrame(text)
    if (frame?.topics) lines.name(line, distinct(frame.topics))
    if (!frame?.beat) return
    if (line.state === 'joining') line.owesBeat = true
    else beat(line)
  }

  return {
    greet(ws: WebSocket, socket: Duplex): void {
      const line: Line = {
        ws,
        socket,
        state: 'greeting',
        token: '',
        subject: nobody,
        topics: [],
        at: 0,
        batch: undefined,
        beatenMs: -Infinity,
        owesBeat: false,
        isBeingChecked: false,
      }
      lines.connect(line)
      silent.set(line, looked + looks)
      ws.on('message', (raw: RawData) => hear(line, String(raw)))
      ws.on('error', () => {}) // a close follows
      ws.on('close', () => {
        silent.delete(line)
        // A line that only listened was there until now; of those who go first that is worth a write.
        const isLastWord =
          line.subject !== nobody && line.beatenMs === -Infinity && given.goesFirst(line.topics)
        if (isLastWord && !isClosing) given.passBeat(line.subject, true)
        lines.disconnect(line)
      })
    },
    close() {
      isClosing = true
      clearInterval(look)
    },
  }
}

const distinct = (topics: readonly string[]): readonly string[] => [...new Set(topics)]
