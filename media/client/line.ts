import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { onLine, openingLine, type Line, type LineSign } from './line.state.ts'
import { isLast, isNotYet, type Timers, type Transport } from './signals.ts'
import { readStats, type Heard } from './stats.ts'

export type LinePhase = Line['phase']

/** 一条线路 — one connection at a time that carries, replaced by a new one when it does not. */
export type OpenLine = {
  phase(): LinePhase
  /** The connection that carries, or carried last. */
  connection(): RTCPeerConnection | undefined
  /** Something may have changed for the better; `isLost`: the other side says that this line is down. */
  nudge(isLost?: boolean): void
  close(): void
}

export type LinePorts = {
  timers: Timers
  iceServers: () => RTCIceServer[]
  /** Offers and takes the answer; the connection that carries afterwards, or why there is none. */
  negotiate(
    open: () => RTCPeerConnection,
    transport: Transport,
    onAnswered: () => void,
  ): Promise<RTCPeerConnection | Refusal>
  /** It carries; what came before it is closed. */
  onUp(connection: RTCPeerConnection): void
  onPhase(phase: LinePhase, refusal?: Refusal): void
  /** Once a second while it carries. Gives how long silence may last. */
  onHeard(heard: Heard): { mostSilentMs: number }
}

const lookMs = 1_000
const shakyMs = 1_000

export function openLine(ports: LinePorts): OpenLine {
  const { timers } = ports
  let line = openingLine(timers.nowMs())
  let carrying: RTCPeerConnection | undefined
  let attempt: { readonly opened: RTCPeerConnection[] } | undefined
  let heardMs = timers.nowMs()
  let heardCount = -1
  let stopLate = () => {}
  let stopShaky = () => {}
  let stopLooking = () => {}

  const take = (sign: LineSign, refusal?: Refusal) => {
    const before = line
    line = onLine(line, sign, timers.nowMs(), timers.random())
    if (line === before) return
    stopLate()
    if (Number.isFinite(line.untilMs)) {
      stopLate = timers.after(Math.max(0, line.untilMs - timers.nowMs()), () => take('late'))
    }
    const isNew = line.phase === 'opening' && !line.isAnswered
    if (line.phase !== 'opening' || isNew) dropAttempt()
    if (line.phase === 'over') end()
    if (line.phase !== before.phase || refusal) ports.onPhase(line.phase, refusal)
    if (isNew) void tryOnce()
  }

  const dropAttempt = () => {
    for (const each of attempt?.opened ?? []) if (each !== carrying) each.close()
    attempt = undefined
  }

  const tryOnce = async () => {
    const mine = { opened: [] as RTCPeerConnection[] }
    attempt = mine
    const isMine = () => attempt === mine
    const open = () => {
      const made = new RTCPeerConnection({ iceServers: ports.iceServers(), bundlePolicy: 'max-bundle' })
      mine.opened.push(made)
      return made
    }
    try {
      const made = await ports.negotiate(open, line.transport, () => isMine() && take('answered'))
      if (!isMine()) return
      if (isRefusal(made))
        return take(isLast(made) ? 'ended' : isNotYet(made) ? 'refused' : 'unanswered', made)
      const settle = () => isMine() && made.connectionState === 'connected' && carry(made)
      made.addEventListener('connectionstatechange', () => {
        if (carrying === made) judge(made)
        else if (isMine() && made.connectionState === 'failed') take('unanswered')
        else settle()
      })
      settle()
    } catch {
      // Named degradation: nobody answered, or the browser could not use the answer. It is tried again.
      if (isMine()) take('unanswered')
    }
  }

  const carry = (made: RTCPeerConnection) => {
    const old = carrying
    carrying = made
    heardMs = timers.nowMs()
    heardCount = -1
    stopShaky()
    take('up')
    if (old && old !== made) old.close()
    ports.onUp(made)
    look()
  }

  /** What the browser itself says of the line that carries. */
  const judge = (made: RTCPeerConnection) => {
    stopShaky()
    const { connectionState: state } = made
    if (state === 'connected') return take('healed')
    if (state === 'failed' || state === 'closed') return take('broken')
    if (state === 'disconnected') stopShaky = timers.after(shakyMs, () => take('broken'))
  }

  const look = () => {
    stopLooking()
    if (line.phase === 'over') return
    stopLooking = timers.after(lookMs, () => {
      void weigh().finally(look)
    })
  }
  const weigh = async () => {
    const looked = carrying
    if (!looked || line.phase === 'over') return
    const heard = await readStats(looked).catch(() => undefined)
    if (!heard || looked !== carrying) return
    const { mostSilentMs } = ports.onHeard(heard)
    if (heard.received !== heardCount) {
      heardCount = heard.received
      heardMs = timers.nowMs()
      if (looked.connectionState === 'connected') take('healed')
    } else if (timers.nowMs() - heardMs > mostSilentMs) take('broken')
  }

  const end = () => {
    stopLate()
    stopShaky()
    stopLooking()
    dropAttempt()
    carrying?.close()
    carrying = undefined
  }

  ports.onPhase(line.phase)
  void tryOnce()
  stopLate = timers.after(line.untilMs - timers.nowMs(), () => take('late'))

  return {
    phase: () => line.phase,
    connection: () => carrying,
    nudge(isLost = false) {
      // A line that was heard just now is left alone: the person has only looked at the page again.
      if (line.phase === 'up' && !isLost && timers.nowMs() - heardMs < lookMs * 2) return
      take('nudged')
    },
    close: () => take('ended'),
  }
}
