import { useEffect, useState, useSyncExternalStore } from 'react'
import type { OwnFix, Tracker } from './track.state.ts'

/** The time now, told once a second: ages on the screen run. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

const fixOf = ({ coords, timestamp }: GeolocationPosition): OwnFix => ({
  lng: coords.longitude,
  lat: coords.latitude,
  crs: 'wgs84',
  accuracyMetres: Math.round(coords.accuracy),
  at: new Date(timestamp).toISOString(),
})

/** One look at where the phone is, if it may and can. */
export function findOnce(act: (fix: OwnFix) => void) {
  navigator.geolocation?.getCurrentPosition(
    (position) => act(fixOf(position)),
    () => undefined,
    { enableHighAccuracy: true, timeout: 20_000 },
  )
}

/** Feeds the phone's position to the tracker while the unit is on duty. */
export function useGeolocation(tracker: Tracker, isOnDuty: boolean) {
  useEffect(() => {
    if (!isOnDuty) {
      tracker.become('off')
      return
    }
    if (!('geolocation' in navigator)) {
      tracker.become('unavailable')
      return
    }
    tracker.become('seeking')
    const watch = navigator.geolocation.watchPosition(
      (position) => tracker.add(fixOf(position)),
      (fault) => tracker.become(fault.code === fault.PERMISSION_DENIED ? 'denied' : 'unavailable'),
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 },
    )
    return () => navigator.geolocation.clearWatch(watch)
  }, [tracker, isOnDuty])
}

/** Says aloud, as it were, that the network is back: waiting work goes on at once. */
export function useOnline(act: () => void) {
  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === 'visible') act()
    }
    addEventListener('online', act)
    document.addEventListener('visibilitychange', wake)
    return () => {
      removeEventListener('online', act)
      document.removeEventListener('visibilitychange', wake)
    }
  }, [act])
}

/** Whether the phone itself says that it has no network. */
export function useIsOffline(): boolean {
  return useSyncExternalStore(
    (hear) => {
      addEventListener('online', hear)
      addEventListener('offline', hear)
      return () => {
        removeEventListener('online', hear)
        removeEventListener('offline', hear)
      }
    },
    () => !navigator.onLine,
  )
}
