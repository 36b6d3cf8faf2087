import { useState } from 'react'
import { Siren } from 'lucide-react'
import { Button } from '@open110/ui/button'
import { panicEnds, type Panic } from '@open110/modules/dispatch'
import type { OwnPanic } from './asks.state.ts'
import { useHold } from './hold.ts'
import { metresBetween } from './navigate.state.ts'
import { Way } from './Place.tsx'
import type { Shelf } from './shelf.ts'
import type { OwnFix } from './track.state.ts'
import { clockTime, distanceWords, say } from './words.ts'
import './panic.css'

/** Long enough for no pocket to do it, short enough for somebody who is being hit. */
const panicHoldMs = 1_500

/** 一键求援 — held, never asked about again: whoever is in danger has one hand and no time. */
export function PanicButton(given: { onPanic: () => void }) {
  const { isHeld, on } = useHold(panicHoldMs, given.onPanic)
  return (
    <button type="button" className="panic-button" data-held={isHeld || undefined} {...on}>
      <Siren size={20} strokeWidth={1.75} aria-hidden="true" />
      <span>{say('field.panic')}</span>
      <small>{isHeld ? say('field.panic.hold') : say('field.panic.how')}</small>
    </button>
  )
}

/** 求援状态 — whether anybody knows, which is the one thing that matters now. */
export function PanicState(given: {
  own: OwnPanic
  onEnd: (how: NonNullable<Panic['how']>) => void
  onAgain: () => void
}) {
  const { own } = given
  const [isEnding, setIsEnding] = useState(false)
  return (
    <section className="panic" data-state={own.state} aria-label={say('field.panic')}>
      <p role="alert">
        <b>{say(`field.panic.${own.state}`)}</b> <time dateTime={own.at}>{clockTime(own.at)}</time>
      </p>
      {own.state === 'ending' ? undefined : isEnding ? (
        <div className="panic-ends" role="group" aria-label={say('field.panic.end.how')}>
          <p>{say('field.panic.end.how')}</p>
          {panicEnds.map((how) => (
            <Button
              key={how}
              onPress={() => {
                setIsEnding(false)
                given.onEnd(how)
              }}
            >
              {say(`field.panic.end.${how}`)}
            </Button>
          ))}
          <Button kind="quiet" onPress={() => setIsEnding(false)}>
            {say('action.cancel')}
          </Button>
        </div>
      ) : (
        <div className="panic-acts">
          <Button onPress={given.onAgain}>{say('field.panic.again')}</Button>
          <Button kind="quiet" onPress={() => setIsEnding(true)}>
            {say('field.panic.end')}
          </Button>
        </div>
      )}
    </section>
  )
}

/** 战友求援 — who is in danger near here, and the way there. */
export function Cries(given: { panics: readonly Panic[]; own: OwnFix | undefined; shelf: Shelf }) {
  return given.panics.map((panic) => {
    const { wgs84 } = panic
    return (
      <section className="panic" data-state="cry" key={panic.id}>
        <p role="alert">
          <b>{say('field.cry', { unit: panic.unitName })}</b>{' '}
          <time dateTime={panic.happenedAt}>{clockTime(panic.happenedAt)}</time>
        </p>
        {wgs84 && given.own ? <p>{distanceWords(metresBetween(given.own, wgs84))}</p> : undefined}
        {wgs84 ? <Way wgs84={wgs84} name={panic.unitName} shelf={given.shelf} /> : undefined}
      </section>
    )
  })
}
