import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import type { Suggestion, Unit } from '@open110/modules/unit'
import * as fleet from '@open110/modules/unit/api'
import { isRefusal } from '@open110/kit/refuse'
import { isEnded as isOver, type Incident } from '@open110/modules/incident'
import { sayOr } from '@open110/core/words/console'
import { SentBar } from '../Boards/SentBar.tsx'
import { useSending } from '../Boards/sending.ts'
import { useBoard } from '../Boards/useBoard.ts'
import { Said } from '../Desk/act.tsx'
import { useDesk, useDraft, useRoom, useWish } from '../Desk/desk.tsx'
import { truthOf } from '../Report/record.state.ts'
import { draftWords, wantsJoint } from './joint.state.ts'
import { OfferRow } from './OfferRow.tsx'
import { SlipView } from './SlipView.tsx'
import { isEnded, sorted, unitCommand } from './slip.state.ts'
import { useSlipCommands } from './useSlipCommands.ts'
import './Dispatch.css'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : '')

const waitsMs = 5_000

/**
 * 警力 — who is near and why, and what has been issued. Ctrl+Shift+D brings the hand to the first that is suggested;
 * Enter sends it. Digits choose others, Space adds more, and Enter sends all that are chosen.
 */
export function Dispatch({ incident }: { incident: Incident | undefined }) {
  const { say } = useDesk()
  const suggestions = useRoom((workplace) => workplace.suggestions)
  const slips = useRoom((workplace) => workplace.slips)
  const units = useRoom((workplace) => workplace.units)
  const openIncident = useRoom((workplace) => workplace.open?.incident)
  const backup = useBoard('backups').value?.find((other) => other.incident === openIncident)
  const [words, write, clear] = useDraft('slip', openIncident ?? 'none', textOf)
  const [chosen, choose] = useState<readonly string[]>([])
  const [answersBackup, setAnswersBackup] = useState(true)
  const sending = useSending()
  const list = useRef<HTMLDivElement>(null)
  /** When the hand was last asked for, and where it was; a unit that is sent ends that, or a second press would send the next. */
  const wished = useRef<{ readonly ms: number; readonly from: Element | null }>(undefined)
  const id = useId()
  const isClosed = incident !== undefined && isOver(incident.state)
  const agencies = useAgencies(isClosed ? undefined : incident)
  const sent = new Set((slips ?? []).filter((slip) => !isEnded(slip)).map((slip) => slip.unit as string))
  const commands = useSlipCommands(slips ?? [])
  useEffect(() => choose([]), [openIncident])

  const issue = async (picked: readonly Pick<Unit, 'id' | 'name'>[]): Promise<string | undefined> => {
    if (!openIncident) return say('console.dispatch-first-accept')
    wished.current = undefined
    const isDone = await sending.send({
      incident: openIncident,
      units: picked,
      ...(words.trim() ? { words: words.trim() } : {}),
      ...(backup && answersBackup ? { for: backup.id } : {}),
    })
    if (isDone) clear()
    choose([])
    return undefined
  }
  useWish('go-units', () => {
    const first = list.current?.querySelector<HTMLElement>('[data-issue]')
    if (first) first.focus()
    else document.querySelector<HTMLElement>('[data-tab="units"]')?.focus()
    wished.current = { ms: performance.now(), from: document.activeElement }
  })
  // The offers come a moment after the incident, and those of the one before go with the hand on them: it is brought to
  // the first of the new ones if it has gone nowhere else meanwhile.
  useEffect(() => {
    const wish = wished.current
    if (!wish || performance.now() - wish.ms > waitsMs || suggestions === undefined) return
    const at = document.activeElement
    if (at?.matches('[data-issue]') && list.current?.contains(at)) return
    if (at === wish.from || at === document.body)
      list.current?.querySelector<HTMLElement>('[data-issue]')?.focus()
  }, [suggestions])
  useWish('/unit', (argument) => {
    if (!openIncident) return say('console.dispatch-first-accept')
    const { name, move } = unitCommand(argument)
    if (move) return commands.move(name, move)
    const named =
      units?.find((other) => other.name === name) ?? units?.find((other) => other.name.includes(name))
    return named ? issue([named]) : say('console.unit-unknown', { name })
  })
  useWish('/urge', (argument) => commands.urge(argument))
  useWish('/conclude', (argument) =>
    openIncident ? commands.conclude(openIncident, argument) : say('console.dispatch-first-accept'),
  )

  if (!openIncident) return <p className="empty">{say('console.dispatch-empty')}</p>
  const offers = (Array.isArray(suggestions) ? suggestions : []).filter(({ unit }) => !sent.has(unit.id))
  const joint = agencies.filter(
    ({ unit }) => !sent.has(unit.id) && !offers.some((offer) => offer.unit.id === unit.id),
  )
  const offered = new Set([...offers, ...joint].map(({ unit }) => unit.id))
  const others = (units ?? []).filter(
    (unit) => !offered.has(unit.id) && !sent.has(unit.id) && unit.state !== 'off',
  )
  const draft = incident
    ? draftWords(
        { dangers: incident.dangers, callSafe: incident.callSafe },
        {
          danger: (danger) => sayOr(say, `danger.${danger}`),
          covert: say('console.draft.covert'),
          caution: (dangers) => say('console.draft.caution', { dangers }),
        },
      )
    : ''
  const toggle = (unit: string) =>
    choose((last) => (last.includes(unit) ? last.filter((other) => other !== unit) : [...last, unit]))
  const picked = (otherwise: Unit): readonly Pick<Unit, 'id' | 'name'>[] =>
    chosen.length > 0 ? (units ?? []).filter((unit) => chosen.includes(unit.id)) : [otherwise]
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey || event.metaKey) return
    if (!(event.target instanceof HTMLElement) || !event.target.matches('[data-issue]')) return
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-issue]')]
    const at = buttons.indexOf(event.target)
    const step = event.code === 'ArrowDown' ? 1 : event.code === 'ArrowUp' ? -1 : 0
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]
    if (step !== 0) buttons[at + step]?.focus()
    else if (event.code === 'Space') event.target.closest('li')?.querySelector('input')?.click()
    else if (digit !== undefined) {
      const button = buttons[Number(digit) - 1]
      button?.focus()
      const box = button?.closest('li')?.querySelector('input')
      if (box && !box.checked) box.click()
    } else return
    event.preventDefault()
  }
  const row = (unit: Unit, offer: Suggestion | undefined, digit: number | undefined) => (
    <OfferRow
      key={unit.id}
      unit={unit}
      {...(offer ? { offer } : {})}
      {...(digit === undefined ? {} : { digit })}
      isChosen={chosen.includes(unit.id)}
      isBusy={sending.isBusy}
      onChoose={() => toggle(unit.id)}
      onIssue={() => void issue(picked(unit))}
    />
  )
  return (
    <div className="dispatch" ref={list} onKeyDown={press}>
      <SentBar sending={sending} />
      {sorted(slips ?? []).map((slip) => (
        <SlipView key={slip.id} slip={slip} />
      ))}
      {commands.isReported && !isClosed ? (
        <button
          type="button"
          className="button is-primary"
          onClick={() => void commands.conclude(openIncident, '')}
        >
          {say('console.gap-step.conclude')}
        </button>
      ) : null}
      <Said text={commands.said} />
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
            {draft && !words ? (
              <button type="button" className="link" onClick={() => write(draft)}>
                {say('console.draft.use', { words: draft })}
              </button>
            ) : null}
          </div>
          {backup ? (
            <label className="offer-backup">
              <input
                type="checkbox"
                checked={answersBackup}
                onChange={(event) => setAnswersBackup(event.target.checked)}
              />
              {say('console.backup.answers', { unit: backup.unitName ?? '' })}
            </label>
          ) : null}
          <Said text={sending.said} />
          <h3 className="dispatch-head">
            {say('console.suggestions')} <kbd className="key">Ctrl+Shift+D</kbd>
            {chosen.length > 0 ? (
              <span className="note">{say('console.chosen-units', { count: chosen.length })}</span>
            ) : null}
          </h3>
          {suggestions === undefined ? <p className="note">{say('console.loading')}</p> : null}
          {suggestions && 'none' in suggestions ? (
            <p className="note">{sayOr(say, `console.shortfall.${suggestions.none}`)}</p>
          ) : null}
          <ol className="offers">{offers.map((offer, index) => row(offer.unit, offer, index + 1))}</ol>
          {joint.length > 0 ? (
            <>
              <h3 className="dispatch-head">{say('console.joint')}</h3>
              <ol className="offers">
                {joint.map((offer, index) => row(offer.unit, offer, offers.length + index + 1))}
              </ol>
            </>
          ) : null}
          {others.length > 0 ? (
            <details className="others" open={suggestions !== undefined && offers.length === 0}>
              <summary>{say('console.other-units', { count: others.length })}</summary>
              <ul className="offers">
                {others.slice(0, 200).map((unit) => row(unit, undefined, undefined))}
              </ul>
            </details>
          ) : null}
        </>
      )}
    </div>
  )
}

/** Whom a joint visit would bring, asked once for an incident whose category wants one. */
function useAgencies(incident: Incident | undefined): readonly Suggestion[] {
  const { call } = useDesk()
  const [offers, setOffers] = useState<readonly Suggestion[]>([])
  const asked = incident && wantsJoint(truthOf(incident.category)) ? incident.id : undefined
  useEffect(() => {
    setOffers([])
    if (asked === undefined) return
    let isStill = true
    void call(fleet.suggest, { params: { incident: asked }, query: { kind: 'agency' } })
      .then((answer) => {
        if (isStill && !isRefusal(answer) && Array.isArray(answer)) setOffers(answer.slice(0, 2))
      })
      // Named degradation: without the suggestion the agency is still among the other units.
      .catch(() => undefined)
    return () => {
      isStill = false
    }
  }, [asked, call])
  return offers
}
