import type { Suggestion, Unit } from '@open110/modules/unit'
import { sayOr } from '@open110/core/words/console'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { fixSeconds } from '../Live/places.state.ts'
import { unitShapes } from '../Map/map.state.ts'
import { ageText, fixTone, metresText } from '../Queue/age.state.ts'

/** 可派警力 — one unit with the reasons for it. Its digit or Space chooses it, Enter on its button sends. */
export function OfferRow({
  unit,
  offer,
  digit,
  isChosen,
  isBusy,
  onChoose,
  onIssue,
}: {
  unit: Unit
  offer?: Suggestion
  digit?: number
  isChosen: boolean
  isBusy: boolean
  onChoose: () => void
  onIssue: () => void
}) {
  const { say, room } = useDesk()
  const nowMs = useNow()
  const age = fixSeconds(room.places, unit, nowMs)
  return (
    <li className="offer" data-chosen={isChosen || undefined}>
      <label className="offer-pick">
        <input type="checkbox" tabIndex={-1} checked={isChosen} onChange={onChoose} />
        {digit === undefined ? null : <kbd className="key">{digit}</kbd>}
        <span className="unit-name">
          <span aria-hidden="true">{unitShapes[unit.state]}</span> <b>{unit.name}</b>{' '}
          <span className="note">
            {say(`unit.state.${unit.state}`)} · {say('console.members', { count: unit.members })}
          </span>
        </span>
      </label>
      {offer ? (
        <span className="offer-way">
          {say('console.way', {
            distance: metresText(offer.distanceMetres),
            minutes: Math.max(1, Math.ceil(offer.etaSeconds / 60)),
          })}
        </span>
      ) : null}
      {offer ? (
        <span className="note offer-why">
          {offer.reasons
            .filter(({ kind }) => kind !== 'fresh-fix' && kind !== 'old-fix')
            .map(({ kind, value }) => sayOr(say, `console.unit-why.${kind}`, { value: value ?? 0 }))
            .join(' · ')}
          {age === undefined ? null : (
            <span className={`signal is-${fixTone(age)}`}>
              {' '}
              {say('console.fix-age', { age: ageText(age) })}
            </span>
          )}
        </span>
      ) : null}
      <button type="button" className="button is-primary" data-issue disabled={isBusy} onClick={onIssue}>
        {say('console.issue')}
        <span className="visually-hidden">{unit.name}</span>
      </button>
    </li>
  )
}
