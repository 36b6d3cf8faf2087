import type { Panic } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, clockText, secondsSince } from '../Queue/age.state.ts'
import { PanicEnd } from './PanicEnd.tsx'

/** 紧急求援 — red and sounding until somebody here has it; then it stays, quieter, until it is ended and how. */
export function PanicNotice({
  panic,
  isFirst,
  onGo,
}: {
  panic: Panic
  isFirst: boolean
  onGo: (to: GoTo) => void
}) {
  const { say, call, boards } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const params = { unit: panic.unit }
  const has = async () => {
    await acting.run(() => call(dispatches.acknowledgePanic, { params }))
    boards.refresh(['panics'])
  }
  const isRaised = panic.state === 'raised'
  return (
    <article className="notice is-panic" data-raised={isRaised || undefined}>
      <p role="alert">
        <span aria-hidden="true">▲</span> <b>{say('console.panic', { unit: panic.unitName })}</b>
      </p>
      <p className="figure">
        {clockText(panic.happenedAt)} · {ageText(secondsSince(panic.happenedAt, nowMs))}
        {panic.acknowledgedBy ? ` · ${say('console.panic.had', { by: panic.acknowledgedBy })}` : ''}
        {panic.wgs84 ? '' : ` · ${say('console.no-fix')}`}
      </p>
      <div className="notice-acts">
        {isRaised ? (
          <button type="button" className="button" disabled={acting.isBusy} onClick={() => void has()}>
            {say('console.panic.have')} {isFirst ? <kbd className="key">F9</kbd> : null}
          </button>
        ) : null}
        {panic.incident ? (
          <button
            type="button"
            className="button"
            onClick={() => onGo({ incident: panic.incident!, wish: 'go-units' })}
          >
            {say('console.panic.send')}
          </button>
        ) : null}
        <PanicEnd panic={panic} />
      </div>
      <Said text={acting.said} />
    </article>
  )
}
