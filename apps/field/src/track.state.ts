import { Unanswered, type Call } from '@open110/kit/client/call'
import type { Timers } from '@open110/kit/client/live'
import { isRefusal } from '@open110/kit/refuse'
import { fixes } from '@open110/modules/unit/api'
import { metresBetween } from './navigate.state.ts'
import type { Shelf } from './shelf.ts'

/** A position of this phone. Browsers give WGS-84. */
export type OwnFix = { lng: number; lat: number; crs: 'wgs84'; accuracyMetres: number; at: string }

/** 位置上传 — why the desk sees where the unit is, or does not. */
export type Track = {
  readonly state: 'off' | 'seeking' | 'on' | 'denied' | 'unavailable'
  readonly last?: OwnFix
  readonly waiting: number
}
export type Tracker = ReturnType<typeof openTrack>

/** One batch takes 500 (unit.fix); older points are thinned rather than the newest lost. */
const most = 500
/** 省电 — on an errand every ten seconds; waiting for one less often, and hardly ever while standing still. */
const everySeconds = { busy: 10, waiting: 30, still: 60 } as const
const stillMetres = 15

/** Drops every second point of the older half: the way stays recognisable, the newest stays exact. */
export function thinned(points: readonly OwnFix[], limit = most): readonly OwnFix[] {
  if (points.length <= limit) return points
  const half = Math.floor(points.length / 2)
  return thinned(
    [...points.slice(0, half).filter((_, index) => index % 2 === 0), ...points.slice(half)],
    limit,
  )
}

/** Whether a new point says anything that the last one did not. */
export function isWorthKeeping(last: OwnFix | undefined, next: OwnFix, isBusy: boolean): boolean {
  if (!last) return true
  const pace = isBusy ? 'busy' : metresBetween(last, next) < stillMetres ? 'still' : 'waiting'
  return (Date.parse(next.at) - Date.parse(last.at)) / 1000 >= everySeconds[pace]
}

export function openTrack(given: {
  unit: string
  call: Call
  shelf: Shelf
  timers: Timers
  /** Somebody waits for this unit at a scene. */
  isBusy: () => boolean
  onChange: () => void
}) {
  const name = `track.${given.unit}`
  let waiting = given.shelf.read<readonly OwnFix[]>(name) ?? []
  let track: Track = { state: 'off', waiting: waiting.length }
  let lastKept: OwnFix | undefined = waiting.at(-1)
  let sending = false
  let stopNext = () => {}
  const become = (change: Partial<Track>) => {
    track = { ...track, ...change }
    given.onChange()
  }
  const keep = (points: readonly OwnFix[]) => {
    waiting = points
    given.shelf.write(name, points)
    become({ waiting: points.length })
  }
  const flush = async (): Promise<void> => {
    stopNext()
    stopNext = given.timers.after(everySeconds.busy * 1000, () => void flush())
    if (sending || waiting.length === 0) return
    sending = true
    const batch = waiting
    try {
      const answer = await given.call(fixes, { params: { unit: given.unit }, body: { fixes: [...batch] } })
      // A refused batch would be refused for ever; newer points go on without it.
      if (!isRefusal(answer) || answer.refused !== 'session.signed-out') {
        keep(waiting.filter((point) => !batch.includes(point)))
      }
    } catch (fault) {
      if (!(fault instanceof Unanswered)) throw fault
    } finally {
      sending = false
    }
  }
  return {
    get: () => track,
    /** The place to send along with a step, if it is no older than a minute. */
    freshFix: (now: string): OwnFix | undefined =>
      track.last && Date.parse(now) - Date.parse(track.last.at) < 60_000 ? track.last : undefined,
    become(state: Track['state']) {
      become({ state })
    },
    add(fix: OwnFix) {
      become({ state: 'on', last: fix })
      if (!isWorthKeeping(lastKept, fix, given.isBusy())) return
      lastKept = fix
      keep(thinned([...waiting, fix]))
      if (waiting.length === 1) void flush()
    },
    flush,
    close: () => stopNext(),
  }
}
