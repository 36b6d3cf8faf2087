import type { LiveFrame, PassingFrame } from '../pure/event.ts'
import type { Pace } from './pace.ts'

/** A socket as the live client needs it; the browser's WebSocket is handed in. */
export type Socket = { send(text: string): void; close(): void }
export type OpenSocket = (on: { open(): void; message(text: string): void; close(): void }) => Socket

export type Timers = {
  nowMs(): number
  after(ms: number, act: () => void): () => void
  /** 0 to 1, for spreading reconnects. */
  random(): number
}

export type LiveState = 'connecting' | 'live' | 'stale' | 'signed-out'

export type Live = {
  /** The cursor up to which this client has seen everything it may see. */
  readonly cursor: () => number | undefined
  readonly state: () => LiveState
  /** Milliseconds since the server was last heard. */
  readonly silentMs: () => number
  listen(topics: readonly string[]): void
  reconnect(): void
  close(): void
}

/** A view turns stale when this much time has passed without a word from the server (promise 5). */
export const staleAfterMs = 2_000
/** Who hears a heartbeat each second answers for a place; everybody else only says that they are still there. */
const quickBeatMs = 2_000
const patientBeatMs = 15_000
/** Heartbeats do not come to the millisecond. */
const earlyMs = 300
const waitsMs = [100, 300, 1_000, 2_000, 5_000]

/**
 * The live connection: one socket, many topics, a cursor that survives reconnects.
 * Liveness is proven by heartbeats that carry the head, never by the socket being open.
 */
export function openLive(
  given: {
    open: OpenSocket
    timers: Timers
    token: () => string | undefined
    topics: readonly string[]
    since?: number
    /** Heartbeat span that the server keeps towards this kind of client. */
    heartbeatMs?: number
    /** While the server is in trouble, coming back is paid like any other question that is asked again. */
    pace?: Pace
    /** How often this client says that somebody is there. */
    beatMs?: number
  },
  on: {
    event(frame: LiveFrame): void
    /** Something that is true just now and in no log. */
    passing?(frame: PassingFrame): void
    /** Something may have been missed: fetch everything again. Also called after the first connection. */
    refetch(): void
    state(state: LiveState): void
  },
): Live {
  const beatMs = given.beatMs ?? (given.heartbeatMs === undefined ? quickBeatMs : patientBeatMs)
  const patience = (given.heartbeatMs ?? 1_000) - 1_000 + staleAfterMs
  let topics = [...given.topics]
  let cursor = given.since
  let state: LiveState = 'connecting'
  let socket: Socket | undefined
  let heardMs = given.timers.nowMs()
  let openedMs = heardMs
  let beatenMs = heardMs
  let isGreeted = false
  let hasFetched = given.since !== undefined
  let failures = 0
  let closed = false
  let stopWatch = () => {}
  let stopBeat = () => {}
  let stopWait = () => {}

  const become = (next: LiveState) => {
    if (next === state) return
    state = next
    on.state(next)
  }
  const hush = () => {
    stopWatch()
    stopBeat()
    stopWait()
  }
  /** Wakes exactly when the server has been silent for too long, and again when the socket is given up. */
  const watch = () => {
    const silentMs = given.timers.nowMs() - Math.max(heardMs, openedMs)
    if (silentMs >= patience) become('stale')
    if (silentMs >= patience * 2.5) return retry()
    stopWatch = given.timers.after((silentMs < patience ? patience : patience * 2.5) - silentMs, watch)
  }
  /** A timer, which a page in the background does not get, and also the answer to a heartbeat, which it gets. */
  const beat = () => {
    stopBeat()
    beatenMs = given.timers.nowMs()
    socket?.send('{"beat":true}')
    stopBeat = given.timers.after(beatMs, beat)
  }
  const retry = () => {
    hush()
    const old = socket
    socket = undefined
    isGreeted = false
    old?.close()
    if (closed || state === 'signed-out') return
    become('stale')
    const wait = waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 5_000
    failures += 1
    stopWait = given.timers.after(wait * (0.5 + given.timers.random()), comeBack)
  }
  const comeBack = () => {
    const isPaid = failures > 1 && given.pace?.isTroubled()
    const moreMs = isPaid ? given.pace!.repeat('query') : 0
    if (moreMs > 0) stopWait = given.timers.after(moreMs, comeBack)
    else connect()
  }
  const hear = (text: string) => {
    const frame = JSON.parse(text) as Partial<LiveFrame> & { head?: number; gap?: true; refused?: string }
    heardMs = given.timers.nowMs()
    if (frame.refused) {
      closed = true
      hush()
      become('signed-out')
      socket?.close()
      return
    }
    failures = 0
    if (frame.gap) {
      // The next head says where to go on from, even if the log has begun anew below the old cursor.
      cursor = 0
      hasFetched = true
      on.refetch()
    } else if (frame.head !== undefined) {
      cursor = Math.max(cursor ?? 0, frame.head)
      if (!hasFetched) on.refetch()
      hasFetched = true
      become('live')
      if (isGreeted && given.timers.nowMs() - beatenMs >= beatMs - earlyMs) beat()
    } else if (frame.cursor !== undefined) {
      if (cursor !== undefined && frame.cursor <= cursor) return
      cursor = frame.cursor
      on.event(frame as LiveFrame)
    } else if (frame.type !== undefined) on.passing?.(frame as PassingFrame)
  }
  const connect = () => {
    if (closed) return
    hush()
    openedMs = given.timers.nowMs()
    const mine = given.open({
      open: () => {
        if (mine !== socket) return
        mine.send(
          JSON.stringify({ auth: given.token(), topics, ...(cursor === undefined ? {} : { since: cursor }) }),
        )
        isGreeted = true
        beat()
      },
      message: (text) => {
        if (mine === socket) hear(text)
      },
      close: () => {
        if (mine === socket) retry()
      },
    })
    socket = mine
    watch()
  }
  connect()

  return {
    cursor: () => cursor,
    state: () => state,
    silentMs: () => given.timers.nowMs() - heardMs,
    listen(next) {
      topics = [...next]
      if (isGreeted) socket?.send(JSON.stringify({ topics }))
    },
    reconnect() {
      if (closed) return
      failures = 0
      retry()
    },
    close() {
      closed = true
      hush()
      socket?.close()
    },
  }
}
