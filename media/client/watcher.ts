import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { openLine, type LinePhase } from './line.ts'
import { answerTo, offerOf, preferVp8 } from './sdp.ts'
import type { Signals, Timers, TrackKind } from './signals.ts'
import type { Heard } from './stats.ts'

/** 观看 — receives the line of one other participant by a connection of its own. */
export type Watcher = {
  phase(): LinePhase
  stream(): MediaStream | undefined
  /** The other one's line is up, in a first or a new generation: what does not flow soon is asked for anew. */
  feedUp(): void
  /** The page is visible again, the network is back, or the engine has lost this line. */
  nudge(isLost?: boolean): void
  close(): void
}

const mostSilentMs = 7_000
/** A line that is said to be up and brings nothing for so long is watched anew. */
const promisedMs = 2_000

export function openWatcher(given: {
  signals: Pick<Signals, 'watch' | 'answerWatch'>
  iceServers: () => RTCIceServer[]
  of: string
  kinds: readonly TrackKind[]
  timers: Timers
  /** The stream to show: a new object when the line was rebuilt, once it carries. */
  onStream(stream: MediaStream): void
  onFirstFrame?(): void
  onState(phase: LinePhase, refusal?: Refusal): void
  onQuality?(heard: Heard): void
}): Watcher {
  const { signals, of, kinds, timers } = given
  const streams = new WeakMap<RTCPeerConnection, MediaStream>()
  let shown: MediaStream | undefined
  let media = 0
  let hasCarried = false
  let hasFrame = false
  let promisedAtMs: number | undefined

  const gather = (connection: RTCPeerConnection) => {
    const stream = new MediaStream()
    streams.set(connection, stream)
    connection.addEventListener('track', ({ track }) => stream.addTrack(track))
    return connection
  }
  const line = openLine({
    timers,
    iceServers: given.iceServers,
    async negotiate(open, transport, onAnswered) {
      const first = gather(open())
      for (const kind of kinds) {
        const transceiver = first.addTransceiver(kind, { direction: 'recvonly' })
        if (kind === 'video') preferVp8(transceiver)
      }
      const said = await signals.watch(of, await offerOf(first), transport)
      if (isRefusal(said)) return said
      onAnswered()
      if (said.answer !== undefined) {
        await first.setRemoteDescription({ type: 'answer', sdp: said.answer })
        return first
      }
      const own = gather(open())
      const refused = await signals.answerWatch(said.watch, await answerTo(own, said.offer ?? ''))
      return isRefusal(refused) ? refused : own
    },
    onUp(connection) {
      shown = streams.get(connection)
      media = 0
      if (!hasCarried) promisedAtMs = timers.nowMs()
      hasCarried = true
      if (!shown) return
      given.onStream(shown)
      const [picture] = shown.getVideoTracks()
      if (!hasFrame && picture) {
        hasFrame = true
        firstFrame(picture, () => given.onFirstFrame?.())
      }
    },
    onPhase: given.onState,
    onHeard(heard) {
      if (heard.mediaReceived !== media) {
        media = heard.mediaReceived
        promisedAtMs = undefined
      }
      given.onQuality?.(heard)
      if (promisedAtMs !== undefined && timers.nowMs() - promisedAtMs > promisedMs) {
        promisedAtMs = undefined
        line.nudge(true)
      }
      return { mostSilentMs }
    },
  })
  return {
    phase: line.phase,
    stream: () => shown,
    feedUp() {
      if (line.phase() === 'up') promisedAtMs = timers.nowMs()
      else line.nudge()
    },
    nudge: line.nudge,
    close: line.close,
  }
}

function firstFrame(track: MediaStreamTrack, act: () => void): void {
  if (!track.muted) act()
  else track.addEventListener('unmute', act, { once: true })
}
