import { useEffect, useState } from 'react'
import { useCell, usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { pressReport } from '../app/press.ts'
import { Lines } from '../Home/Lines.tsx'
import { Top } from '../parts/Top.tsx'
import { Circle } from './WhereCard.tsx'
import { whereWords } from './where.state.ts'
import './Where.css'

/** 位置 — for somebody who cannot say where they are, alone or beside a phone call (ZJ-08). */
export function Where() {
  const phone = usePhone()
  const { say, locator, now } = phone
  const sight = useCell(locator.sight)
  const [placeWords, setPlaceWords] = useState('')
  const [marker, setMarker] = useState('')
  const [isPressed, setPressed] = useState(false)
  useEffect(() => locator.follow(), [locator])
  const send = () => {
    if (isPressed) return
    setPressed(true)
    const id = phone.newId()
    void pressReport(phone, { id, mode: 'location', placeWords: placeWords.trim(), marker: marker.trim() })
    go(`/r/${id}`, { replace: true })
  }
  return (
    <>
      <Top title={say('where.title')} />
      <main className="stack where-big">
        <Lines />
        <p>{say('where.about')}</p>
        {sight.fix && <Circle accuracyMetres={sight.fix.accuracyMetres} />}
        <p role="status">{whereWords(say, sight, now())}</p>
        <button type="button" className="button main" disabled={isPressed} onClick={send}>
          {say('where.send')}
        </button>
        <a className="button" href="tel:110">
          {say('home.call')}
        </a>
        <div className="field">
          <label htmlFor="place">{say('write.place')}</label>
          <input
            id="place"
            type="text"
            maxLength={500}
            placeholder={say('write.place-hint')}
            value={placeWords}
            onChange={(event) => setPlaceWords(event.target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor="marker">{say('where.marker')}</label>
          <input
            id="marker"
            type="text"
            maxLength={80}
            placeholder={say('where.marker-hint')}
            value={marker}
            onChange={(event) => setMarker(event.target.value)}
          />
        </div>
      </main>
    </>
  )
}
