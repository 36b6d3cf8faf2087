import { useState, type FormEvent } from 'react'
import { reach as sayReach } from '@open110/modules/followup/api'
import type { After } from '@open110/modules/report/after'
import { useAct } from '../app/act.ts'
import { usePhone, useSpoken } from '../app/hooks.ts'
import { timeOf } from '../app/spell.ts'
import { fieldOf, momentIn } from './after.state.ts'

const allWays = ['call', 'sms'] as const

/** 可联系时间 — for whoever must not be rung: only what they name here, and only then. */
export function Reach({ of, reach }: { of: string; reach: NonNullable<After['reach']> }) {
  const { say, call, newId, now, language } = usePhone()
  const spoken = useSpoken()
  const act = useAct()
  const [ways, setWays] = useState<readonly ('call' | 'sms')[]>(reach.ways)
  const [from, setFrom] = useState(fieldOf(reach.from))
  const [until, setUntil] = useState(fieldOf(reach.until))
  const span = { from: momentIn(from), until: momentIn(until) }
  const isWhole = ways.length > 0 && span.from !== undefined && span.until !== undefined
  const send = (event: FormEvent) => {
    event.preventDefault()
    const body = { ways: [...ways], from: span.from ?? '', until: span.until ?? '' }
    void act.run(() => call(sayReach, { params: { report: of }, body, key: newId() }))
  }
  return (
    <details className="card reach">
      <summary>{say('reach.title')}</summary>
      <form className="field" onSubmit={send}>
        <p className="about">{say('reach.about')}</p>
        <fieldset>
          <legend className="label">{say('reach.ways')}</legend>
          <div className="choices">
            {allWays.map((way) => (
              <label key={way} className="choice">
                <input
                  type="checkbox"
                  checked={ways.includes(way)}
                  onChange={({ target }) =>
                    setWays(target.checked ? [...ways, way] : ways.filter((other) => other !== way))
                  }
                />
                <span>{say(`reach.way.${way}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <label className="field">
          <span className="label">{say('reach.from')}</span>
          <input type="datetime-local" value={from} onChange={({ target }) => setFrom(target.value)} />
        </label>
        <label className="field">
          <span className="label">{say('reach.until')}</span>
          <input type="datetime-local" value={until} onChange={({ target }) => setUntil(target.value)} />
        </label>
        <button type="submit" className="button" disabled={!isWhole || act.isBusy}>
          {say('reach.save')}
        </button>
        <p role={spoken}>
          {act.problem ||
            (reach.from &&
              reach.until &&
              say('reach.saved', {
                from: timeOf(reach.from, now(), language),
                until: timeOf(reach.until, now(), language),
              }))}
        </p>
      </form>
    </details>
  )
}
