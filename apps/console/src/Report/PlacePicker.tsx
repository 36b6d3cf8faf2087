import { useId } from 'react'
import type { IncidentPlace } from '@open110/modules/incident'
import type { SeenFix } from '@open110/modules/report'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, metresText, secondsSince } from '../Queue/age.state.ts'
import { adoptedFrom, placesSent } from './acceptance.state.ts'

/** 地点 — words by the call-taker; the reporter's pin or fix only when it is adopted by a press (lessons c1). */
export function PlacePicker({
  words,
  adopted,
  fixes,
  reporterWords,
  onWords,
  onAdopt,
}: {
  words: string
  adopted: IncidentPlace | undefined
  fixes: readonly SeenFix[]
  reporterWords: string | undefined
  onWords: (words: string) => void
  onAdopt: (place: IncidentPlace | undefined) => void
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  const id = useId()
  const sent = placesSent(fixes)
  const offers = [sent.pin, sent.fix].filter((seen) => seen !== undefined)
  return (
    <div className="place">
      <label htmlFor={id} className="field-label">
        {say('console.place')}
      </label>
      <input
        id={id}
        className="input"
        type="text"
        maxLength={500}
        autoComplete="off"
        placeholder={say('console.place-words')}
        value={words}
        onChange={(event) => onWords(event.target.value)}
      />
      <div className="place-offers">
        {reporterWords && reporterWords !== words ? (
          <button type="button" className="button" onClick={() => onWords(reporterWords)}>
            {say('console.adopt-words', { words: reporterWords })}
          </button>
        ) : null}
        {offers.map((seen) => {
          const place = adoptedFrom(seen)
          const isAdopted =
            place !== undefined &&
            adopted?.from === place.from &&
            adopted.wgs84?.lng === place.wgs84?.lng &&
            adopted.wgs84?.lat === place.wgs84?.lat
          const age = ageText(secondsSince(seen.receivedAt, nowMs))
          const label =
            seen.kind === 'pin'
              ? say('console.adopt-pin', { age })
              : seen.accuracyMetres === undefined
                ? say('console.adopt-fix-unknown', { age })
                : say('console.adopt-fix', { age, accuracy: metresText(seen.accuracyMetres) })
          return (
            <button
              key={seen.kind}
              type="button"
              className="button"
              aria-pressed={isAdopted}
              disabled={!place}
              title={place ? undefined : say('console.datum-unknown-why')}
              onClick={() => onAdopt(isAdopted ? undefined : place)}
            >
              {label}
            </button>
          )
        })}
        {offers.length === 0 ? <span className="note">{say('console.no-fix-sent')}</span> : null}
      </div>
      {adopted?.wgs84 ? (
        <p className="note">
          {say('console.adopted', {
            from: say(`console.place-from.${adopted.from}`),
            lng: adopted.wgs84.lng.toFixed(5),
            lat: adopted.wgs84.lat.toFixed(5),
          })}
        </p>
      ) : null}
    </div>
  )
}
