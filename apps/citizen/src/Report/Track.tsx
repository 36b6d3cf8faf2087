import { useEffect, useState } from 'react'
import { useCell, usePhone, useSpoken } from '../app/hooks.ts'
import { withinMetres } from '../app/spell.ts'
import { stopTracking, tracking } from '../Where/tracking.ts'
import { useTelling } from '../Where/useTelling.ts'

/** 位置更新 — tells the desk of every new place while the report is open and the person has not stopped it. */
export function Track({ of, isWanted, isOpen }: { of: string; isWanted: boolean; isOpen: boolean }) {
  const { say, locator, store } = usePhone()
  const { state, fix } = useCell(locator.sight)
  const spoken = useSpoken()
  const isStopped = useCell(tracking).has(of)
  // Somebody who was asked for the report goes on; nobody is asked here unless the kind of report is about it.
  const [wasOn] = useState(isWanted || state === 'found' || state === 'asking')
  const [wish, setWish] = useState<boolean | undefined>()
  const isOn = wish ?? (wasOn && !isStopped)
  // Also under the name that the server has given it meanwhile.
  useEffect(() => {
    if (wish !== undefined) stopTracking(store, of, !wish)
  }, [of, store, wish])
  useTelling({ of, isOn: isOn && isOpen, first: fix })

  if (!isOpen) return null
  return (
    <section className="card track" aria-label={say('track.title')}>
      <p role={spoken}>
        {!isOn
          ? say('track.off')
          : fix
            ? say('track.on', { metres: withinMetres(fix.accuracyMetres) })
            : state === 'denied'
              ? say('where.denied')
              : say('track.waiting')}
      </p>
      <button type="button" className="button" onClick={() => setWish(!isOn)}>
        {say(isOn ? 'track.stop' : 'track.start')}
      </button>
    </section>
  )
}
