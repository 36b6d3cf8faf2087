import type { Subject } from '../http/index.ts'
import type { Log } from '../log/index.ts'
import type { Delivery } from './delivery.ts'
import { framed } from './frame.ts'
import type { Line } from './line.ts'
import { openListeners } from './listeners.ts'
import type { Pace } from './pace.ts'
import { openRound, type Round } from './rounds.ts'

/** 在线 — everybody who is connected: their signs of life, their sessions, their leaving. */
export function openLines(given: {
  identify: (token: string) => Promise<Subject | undefined>
  delivery: Delivery
  log: Log
  pace: Pace
  head: () => number
  /** Whether the head may be said: nothing that is committed waits unseen. */
  isSure: () => boolean
}) {
  const { delivery, head } = given
  const connected = new Set<Line>()
  const bySession = openListeners<Line>()
  /** By the span that their kind of client was promised. */
  const beats = new Map<number, Round<Line>>()
  const rechecks = openRound<Line>(
    given.pace.recheckMs,
    () => true,
    (due) => {
      for (const line of due) void checkAgain(line)
    },
  )
  let known = 0

  const beatsEvery = (spanMs: number): Round<Line> => {
    let round = beats.get(spanMs)
    if (!round) beats.set(spanMs, (round = openRound(spanMs, given.isSure, sayHead)))
    return round
  }
  const sayHead = (due: ReadonlySet<Line>) => {
    const frame = framed(`{"head":${head()}}`)
    for (const line of due) {
      // A head before the events that it covers would make them look old.
      if (line.batch) delivery.write(line)
      if (line.state === 'live') line.socket.write(frame)
    }
  }

  function leave(line: Line): void {
    const was = line.state
    line.state = 'gone'
    line.batch = undefined
    if (was === 'live') {
      delivery.leave(line)
      beats.get(line.subject.heartbeatMs)?.remove(line)
    }
    if (was !== 'live' && was !== 'behind') return
    known -= 1
    bySession.remove(line.subject.session, line)
    rechecks.remove(line)
  }
  /** What it was to hear until now it hears; then nothing more. */
  function dismiss(line: Line): void {
    if (line.state === 'gone') return
    delivery.write(line)
    refuse(line, 'session.signed-out')
  }
  function refuse(line: Line, code: 'session.signed-out' | 'input.invalid'): void {
    leave(line)
    line.socket.write(framed(JSON.stringify({ refused: code })))
    line.ws.close(4401)
  }

  /** A session that was ended hears nothing more, even on a socket that stays open; one that was changed hears as it now may. */
  async function checkAgain(line: Line): Promise<void> {
    if (line.isBeingChecked) return
    line.isBeingChecked = true
    try {
      const subject = await given.identify(line.token)
      const { session, heartbeatMs } = line.subject
      if (subject) line.subject = { ...subject, session, heartbeatMs }
      else dismiss(line)
    } catch (err) {
      given.log.warn({ err }, 'session could not be checked')
    } finally {
      line.isBeingChecked = false
    }
  }

  return {
    connect: (line: Line) => void connected.add(line),
    disconnect(line: Line): void {
      connected.delete(line)
      leave(line)
    },
    leave,
    refuse,
    /** It is known who this is; what was missed comes first. */
    know(line: Line, subject: Subject, since: number): void {
      line.subject = subject
      line.state = 'behind'
      line.at = since
      known += 1
      bySession.add(subject.session, line)
      rechecks.add(line)
    },
    /** It has heard everything up to the head, in the same breath. */
    goLive(line: Line): void {
      line.state = 'live'
      line.at = Math.max(line.at, head())
      delivery.listen(line)
      beatsEvery(line.subject.heartbeatMs).add(line)
      // While that is not sure the line says nothing, and the screen stays as it is: not live.
      if (given.isSure()) line.socket.write(framed(`{"head":${line.at}}`))
    },
    name(line: Line, topics: readonly string[]): void {
      const isLive = line.state === 'live'
      if (isLive) delivery.leave(line)
      line.topics = topics
      if (isLive) delivery.listen(line)
    },
    end: (session: string) => bySession.each(session, dismiss),
    known: () => known,
    close(): void {
      rechecks.stop()
      for (const round of beats.values()) round.stop()
      for (const line of connected) line.ws.close(1012)
    },
    cut(): void {
      for (const line of connected) line.ws.terminate()
    },
  }
}
export type Lines = ReturnType<typeof openLines>
