import { useId, useRef, useState } from 'react'
import type { Suggestion, Unit } from '@open110/modules/unit'
import * as dispatches from '@open110/modules/dispatch/api'
import type { Incident } from '@open110/modules/incident'
import { sayOr } from '@open110/core/words'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft, useNow, useRoom, useWish } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { unitShapes } from '../Map/map.state.ts'
import { ageText, fixTone, metresText, secondsSince } from '../Queue/age.state.ts'
import { keyring } from '../Session/draft.state.ts'
import { SlipView } from './SlipView.tsx'
import { isEnded, sorted } from './slip.state.ts'
import './Dispatch.css'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : '')

/** 警力 — who is near and why, and what has been issued. G U, then Enter, sends the first. */
export function Dispatch({ incident }: { incident: Incident | undefined }) {
  const { say, call, room } = useDesk()
  const suggestions = useRoom((workplace) => workplace.suggestions)
  const slips = useRoom((workplace) => workplace.slips)
  const units = useRoom((workplace) => workplace.units)
  const openIncident = useRoom((workplace) => workplace.open?.incident)
  const acting = useAct()
  const [keys] = useState(() => keyring(makeKey))
  const [words, write, clear] = useDraft('slip', openIncident ?? 'none', textOf)
  const first = useRef<HTMLButtonElement>(null)
  const id = useId()
  const isClosed =
    incident?.state === 'closed' || incident?.state === 'merged' || incident?.state === 'invalid'
  const sent = new Set((slips ?? []).filter((slip) => !isEnded(slip)).map((slip) => slip.unit as string))

  const issue = async (unit: Pick<Unit, 'id' | 'name'>) => {
    if (!openIncident) return say('console.dispatch-first-accept')
    const body = { unit: unit.id, ...(words.trim() ? { words: words.trim() } : {}) }
    const done = await acting.run(() =>
      call(dispatches.issue, {
        params: { incident: openIncident },
        body,
        key: keys.keyFor({ openIncident, ...body }),
      }),
    )
    if (done) {
      keys.answered()
      clear()
    }
    room.refresh(['slips', 'suggestions', 'incident', 'units', 'queue', 'report'])
    return undefined
  }
  useWish('go-units', () => {
    if (first.current) first.current.focus()
    else document.querySelector<HTMLElement>('[data-tab="units"]')?.focus()
  })
  useWish('/unit', (argument) => {
    if (!openIncident) return say('console.dispatch-first-accept')
    const unit =
      units?.find((other) => other.name === argument) ?? units?.find((other) => other.name.includes(argument))
    return unit ? issue(unit) : say('console.unit-unknown', { name: argument })
  })

  if (!openIncident) return <p className="empty">{say('console.dispatch-empty')}</p>
  const offers = (Array.isArray(suggestions) ? suggestions : []).filter(({ unit }) => !sent.has(unit.id))
  const offered = new Set(offers.map(({ unit }) => unit.id))
  const others = (units ?? []).filter(
    (unit) => !offered.has(unit.id) && !sent.has(unit.id) && unit.state !== 'off',
  )
  return (
    <div className="dispatch">
      {sorted(slips ?? []).map((slip) => (
        <SlipView key={slip.id} slip={slip} />
      ))}
      {isClosed ? null : (
        <>
          <div className="field">
            <label htmlFor={id} className="field-label">
              {say('console.slip-words')}
            </label>
            <input
              id={id}
              className="input"
              type="text"
              maxLength={2_000}
              autoComplete="off"
              placeholder={say('console.slip-words-hint')}
              value={words}
              onChange={(event) => write(event.target.value)}
            />
          </div>
          <Said text={acting.said} />
          <h3 className="dispatch-head">
            {say('console.suggestions')} <kbd className="key">G U</kbd>
          </h3>
          {suggestions === undefined ? <p className="note">{say('console.loading')}</p> : null}
          {suggestions && 'none' in suggestions ? (
            <p className="note">{say(`console.shortfall.${suggestions.none}`)}</p>
          ) : null}
          <ol className="offers">
            {offers.map((offer, index) => (
              <Offer
                key={offer.unit.id}
                offer={offer}
                buttonRef={index === 0 ? first : undefined}
                isBusy={acting.isBusy}
                onIssue={() => void issue(offer.unit)}
              />
            ))}
          </ol>
          {others.length > 0 ? (
            <details className="others">
              <summary>{say('console.other-units', { count: others.length })}</summary>
              <ul className="offers">
                {others.map((unit) => (
                  <li key={unit.id} className="offer">
                    <UnitName unit={unit} />
                    <button
                      type="button"
                      className="button"
                      disabled={acting.isBusy}
                      onClick={() => void issue(unit)}
                    >
                      {say('console.issue')}
                      <span className="visually-hidden">{unit.name}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </details>
          ) : null}
        </>
      )}
    </div>
  )
}

function UnitName({ unit }: { unit: Unit }) {
  const { say } = useDesk()
  return (
    <span className="unit-name">
      <span aria-hidden="true">{unitShapes[unit.state]}</span> <b>{unit.name}</b>{' '}
      <span className="note">
        {say(`unit.state.${unit.state}`)} · {say('console.members', { count: unit.members })}
      </span>
    </span>
  )
}

function Offer({
  offer,
  buttonRef,
  isBusy,
  onIssue,
}: {
  offer: Suggestion
  buttonRef: React.Ref<HTMLButtonElement> | undefined
  isBusy: boolean
  onIssue: () => void
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  const { unit } = offer
  const age = unit.fixAt ? secondsSince(unit.fixAt, nowMs) : undefined
  return (
    <li className="offer">
      <UnitName unit={unit} />
      <span className="offer-way">
        {say('console.way', {
          distance: metresText(offer.distanceMetres),
          minutes: Math.max(1, Math.ceil(offer.etaSeconds / 60)),
        })}
      </span>
      <span className="note offer-why">
        {offer.reasons
          .filter((reason) => reason.kind !== 'fresh-fix' && reason.kind !== 'old-fix')
          .map((reason) => sayOr(say, `console.unit-why.${reason.kind}`, { value: reason.value ?? 0 }))
          .join(' · ')}
        {age === undefined ? null : (
          <span className={`signal is-${fixTone(age)}`}>
            {' '}
            {say('console.fix-age', { age: ageText(age) })}
          </span>
        )}
      </span>
      <button type="button" ref={buttonRef} className="button is-primary" disabled={isBusy} onClick={onIssue}>
        {say('console.issue')}
        <span className="visually-hidden">{unit.name}</span>
      </button>
    </li>
  )
}
