import { openWatcher, type Signals, type Watcher } from '@open110/media/client'
import type { Timers } from '@open110/kit/client/live'
import type { Wanted } from '@open110/core/video'
import type { Heard } from './video.state.ts'

/** 来的线路 — the lines of others that this phone is let watch: opened and closed as the call changes. */
export function holdHeard(given: {
  timers: Timers
  signals: Signals
  iceServers: () => RTCIceServer[]
  onHeard(heard: readonly Heard[]): void
}) {
  const held = new Map<string, { wanted: Wanted; watcher: Watcher; stream?: MediaStream }>()
  const tell = () =>
    given.onHeard(
      [...held.values()].flatMap(({ wanted, stream }) => {
        const { participant, name, role, kinds } = wanted
        return stream ? [{ participant, name, role, kinds, stream }] : []
      }),
    )
  const drop = (participant: string) => {
    held.get(participant)?.watcher.close()
    held.delete(participant)
  }
  return {
    want(wanted: readonly Wanted[]) {
      for (const [participant, one] of held) {
        const next = wanted.find((each) => each.participant === participant)
        if (next?.kinds.join() !== one.wanted.kinds.join()) drop(participant)
      }
      for (const next of wanted) {
        const known = held.get(next.participant)
        if (known) {
          if (known.wanted.generation !== next.generation) known.watcher.feedUp()
          held.set(next.participant, { ...known, wanted: next })
          continue
        }
        const watcher = openWatcher({
          signals: given.signals,
          iceServers: given.iceServers,
          of: next.participant,
          kinds: next.kinds,
          timers: given.timers,
          onStream(stream) {
            const one = held.get(next.participant)
            if (!one || one.watcher !== watcher) return
            one.stream = stream
            tell()
          },
          onState: () => {},
        })
        held.set(next.participant, { wanted: next, watcher })
      }
      tell()
    },
    nudge() {
      for (const { watcher } of held.values()) watcher.nudge()
    },
    close() {
      for (const participant of [...held.keys()]) drop(participant)
    },
  }
}
