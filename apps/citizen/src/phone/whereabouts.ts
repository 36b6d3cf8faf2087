import { bestFix, type Fix } from '@open110/core/fix'
import { momentOf } from '@open110/kit/time'
import { cell, type Cell } from '@open110/core/cell'
import { watchBattery } from './battery.ts'

/** 定位 as the pages see it. `denied` and `none` never stop anything; they are said and sent along. */
export type Whereabouts = { state: 'idle' | 'asking' | 'found' | 'denied' | 'none'; fix?: Fix }

export type Locator = {
  readonly sight: Cell<Whereabouts>
  /** Asks for the permission if need be, and follows the phone until the last one who began has stopped. */
  follow(): () => void
  /** Begins without a question where the person has allowed it before. */
  warm(): void
}

const remembered = 8
/** Long enough for a sharp fix before somebody reports; not so long that a page left open drains the phone. */
const warmMs = 60_000

export function openLocator(): Locator {
  const sight = cell<Whereabouts>({ state: 'idle' })
  const fixes: Fix[] = []
  let followers = 0
  let watch: number | undefined
  let isSaving = false

  const found: PositionCallback = ({ coords, timestamp }) => {
    fixes.push({
      lng: coords.longitude,
      lat: coords.latitude,
      crs: 'wgs84',
      accuracyMetres: coords.accuracy,
      at: momentOf(timestamp),
      source: coords.accuracy <= 50 ? 'gps' : 'network',
    })
    if (fixes.length > remembered) fixes.shift()
    const best = bestFix(fixes, momentOf(Date.now()))
    sight.set(best ? { state: 'found', fix: best } : { state: 'none' })
  }
  const failed: PositionErrorCallback = (error) => {
    if (error.code === error.PERMISSION_DENIED) sight.set({ state: 'denied' })
    else if (!sight.get().fix) sight.set({ state: 'none' })
  }
  const start = () => {
    if (!('geolocation' in navigator)) return sight.set({ state: 'none' })
    if (sight.get().state === 'idle') sight.set({ state: 'asking' })
    watch = navigator.geolocation.watchPosition(found, failed, {
      enableHighAccuracy: !isSaving,
      maximumAge: isSaving ? 60_000 : 10_000,
      timeout: 20_000,
    })
  }
  // The receiver is what empties the phone, not the few bytes.
  watchBattery((isLow) => {
    isSaving = isLow
    if (watch === undefined) return
    navigator.geolocation.clearWatch(watch)
    start()
  })

  return {
    sight,
    follow() {
      followers += 1
      if (watch === undefined) start()
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        followers -= 1
        if (followers > 0 || watch === undefined) return
        navigator.geolocation.clearWatch(watch)
        watch = undefined
      }
    },
    warm() {
      // Not every browser answers; then the question comes where the place is needed.
      void navigator.permissions
        ?.query({ name: 'geolocation' })
        .then(({ state }) => {
          if (state === 'granted') setTimeout(this.follow(), warmMs)
          if (state === 'denied') sight.set({ state: 'denied' })
        })
        .catch(() => {})
    },
  }
}
