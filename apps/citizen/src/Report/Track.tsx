import { useEffect, useRef, useState } from 'react'
import { isNews, type Fix } from '@open110/core/fix'
import { useCell, usePhone, useSpoken } from '../app/hooks.ts'
import { pressFix } from '../app/press.ts'
import { withinMetres } from '../app/spell.ts'

/** 位置更新 — tells the desk of every new place while the report is open and the person has not stopped it. */
export function Track({ of, isWanted, isOpen }: { of: string; isWanted: boolean; isOpen: boolean }) {
  const phone = usePhone()
  const { say, locator } = phone
  const { state, fix } = useCell(locator.sight)
  const spoken = useSpoken()
  // Somebody who was asked for the report goes on; nobody is asked here unless the kind of report is about it.
  const [isOn, setOn] = useState(isWanted || state === 'found' || state === 'asking')
  // What was known when the button was pressed went along with the report.
  const sent = useRef<Fix | undefined>(fix)
  useEffect(() => (isOn && isOpen ? locator.follow() : undefined), [isOn, isOpen, locator])
  useEffect(() => {
    if (!isOn || !isOpen || !fix) return
    if (!isNews(sent.current, fix)) return
    sent.current = fix
    void pressFix(phone, of, fix)
  }, [fix, isOn, isOpen, of, phone])

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
      <button type="button" className="button" onClick={() => setOn(!isOn)}>
        {say(isOn ? 'track.stop' : 'track.start')}
      </button>
    </section>
  )
}
