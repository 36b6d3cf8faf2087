import { iceServersOf, videoSignals } from '@open110/core/video'
import { browserTimers } from '@open110/kit/client/browser'
import type { Call } from '@open110/kit/client/call'
import { openSender, openWatcher, type Heard } from '@open110/media/client'
import type { Carrier } from './session.state.ts'

/** 本席的线路 — picture and sound of a call in this browser; what comes in sounds only when somebody here has asked for it. */
export function browserCarrier(call: Call): Carrier {
  return {
    watch(entry, { of, kinds }, on) {
      const sound = new Audio()
      sound.muted = true
      const figure = figures()
      const watcher = openWatcher({
        signals: videoSignals(call, entry().video.id, entry().me.id),
        iceServers: () => iceServersOf(entry()),
        of,
        kinds,
        timers: browserTimers,
        onStream(stream) {
          sound.srcObject = stream
          // Named degradation: before the first press of the shift a browser lets nothing sound, and the header says so.
          void sound.play().catch(() => undefined)
          on.stream(stream)
          if (!kinds.includes('video')) on.moving()
        },
        onFirstFrame: () => on.moving(),
        onState: (phase) => on.lost(phase !== 'up'),
        onQuality: (heard) => {
          const shown = figure(heard, browserTimers.nowMs())
          if (shown) on.figures(shown)
        },
      })
      return {
        hear(isOn) {
          sound.muted = !isOn
          if (isOn) void sound.play().catch(() => undefined)
        },
        raised: () => watcher.feedUp(),
        close() {
          watcher.close()
          sound.srcObject = null
        },
      }
    },
    async speak(entry) {
      const stream = await navigator.mediaDevices
        ?.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } })
        .catch(() => undefined)
      if (!stream) return undefined
      const sender = openSender({
        // What goes out from the desk is a voice: it has no pictures and no ladder of its own.
        signals: {
          ...videoSignals(call, entry().video.id, entry().me.id),
          still: async () => ({}),
          step: async () => ({}),
        },
        iceServers: () => iceServersOf(entry()),
        maxKbps: entry().maxVideoKbps,
        stillSeconds: entry().stillSeconds,
        timers: browserTimers,
        stream,
        onState: () => undefined,
      })
      return {
        close() {
          sender.close()
          for (const track of stream.getTracks()) track.stop()
        },
      }
    },
  }
}

/** The rate that comes in, from one look to the next. */
function figures() {
  let last: { bytes: number; atMs: number } | undefined
  return ({ mediaReceived: bytes, roundTripMs }: Heard, atMs: number) => {
    const before = last
    last = { bytes, atMs }
    if (!before || atMs <= before.atMs) return undefined
    return {
      kbps: Math.max(0, Math.round(((bytes - before.bytes) * 8) / (atMs - before.atMs))),
      ...(roundTripMs === undefined ? {} : { roundTripMs: Math.round(roundTripMs) }),
    }
  }
}
