import { useId, useRef, useState } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import { sayOr } from '@open110/core/words/console'
import { isEnded, type Incident } from '@open110/modules/incident'
import * as incidents from '@open110/modules/incident/api'
import { categoryOf, categoryPath } from '@open110/modules/incident/category'
import type { ReportView } from '@open110/modules/report'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft, useNow, useWish } from '../Desk/desk.tsx'
import { LockLine } from '../Fusion/LockLine.tsx'
import { useLock } from '../Fusion/useLock.ts'
import { momentText } from '../Queue/age.state.ts'
import { findCategories } from './acceptance.state.ts'
import { CategoryPicker } from './CategoryPicker.tsx'
import { DangerPicker } from './DangerPicker.tsx'
import { Facts } from './Facts.tsx'
import { LevelPicker } from './LevelPicker.tsx'
import { PlacePicker } from './PlacePicker.tsx'
import {
  besideOf,
  categoryBeside,
  placeText,
  truthOf,
  type Beside,
  type CorrectionPart,
} from './record.state.ts'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : undefined)

/** 警情要素 — first recorded and confirmed lie side by side; a correction never covers the first (promise 8). */
export function IncidentRecord({ incident, report }: { incident: Incident; report: ReportView | undefined }) {
  const { say, call, room } = useDesk()
  const acting = useAct()
  const nowMs = useNow()
  const id = useId()
  const [editing, edit] = useState<'level' | 'category' | 'place'>()
  const [narrative, draft, clear] = useDraft('correction', incident.id, textOf)
  const [placeWords, setPlaceWords] = useState('')
  const [begunOn, begin] = useState<string>()
  const field = useRef<HTMLTextAreaElement>(null)
  const isClosed = isEnded(incident.state)
  const isEditing =
    !isClosed && (editing !== undefined || (narrative !== undefined && narrative !== incident.narrative))
  const lock = useLock(incident, isEditing)
  /** 他人已改 — the words over which this draft was begun are no longer those that stand there. */
  const isCovered = isEditing && begunOn !== undefined && begunOn !== incident.narrative

  const correct = async (part: CorrectionPart): Promise<boolean> => {
    const done = await acting.run(async () => {
      const answer = await call(incidents.correct, {
        params: { incident: incident.id },
        body: { ...part, version: incident.version, ...(lock.isTaking && { takeOver: true }) },
      })
      // Somebody else was first: what they wrote is fetched, what was typed here stays to be saved again.
      if (isRefusal(answer)) room.refresh(['incident'])
      return answer
    })
    if (!done) return false
    room.refresh(['incident', 'queue'])
    edit(undefined)
    return true
  }
  const saveNarrative = async () => {
    if (narrative === undefined || !(await correct({ narrative }))) return
    begin(undefined)
    clear()
  }
  const rank = (level: 1 | 2 | 3 | 4) => () => void correct({ level })
  useWish('level-1', rank(1))
  useWish('level-2', rank(2))
  useWish('level-3', rank(3))
  useWish('level-4', rank(4))
  useWish('narrative', () => field.current?.focus())
  useWish('/lv', (argument) => {
    const level = Number(argument)
    if (![1, 2, 3, 4].includes(level)) return say('console.command.level-invalid')
    return void correct({ level })
  })
  useWish('/type', (argument) => {
    const found = categoryOf(argument) ?? findCategories(argument)[0]
    return found ? void correct({ category: found.code }) : say('console.category-none')
  })
  useWish('/note', (argument) => draft((last) => `${last ?? incident.narrative}\n${argument}`))

  const row = (name: 'level' | 'category' | 'place', beside: Beside) => (
    <div className="beside">
      <span className="beside-name">{say(`console.${name}`)}</span>
      <span className="beside-initial">
        <span className="note">{say('console.initial')}</span> {beside.initial || say('console.none')}
      </span>
      <span className="beside-confirmed">
        <span className="note">{say('console.confirmed')}</span>{' '}
        {beside.confirmed === undefined ? (
          <span className="note">{say('console.not-confirmed')}</span>
        ) : (
          <>
            <b>{beside.confirmed}</b>{' '}
            <span className="note">
              {beside.by} {beside.at ? momentText(beside.at, nowMs) : ''}
            </span>
          </>
        )}
      </span>
      <button
        type="button"
        className="button is-quiet"
        disabled={isClosed}
        aria-expanded={editing === name}
        onClick={() => {
          setPlaceWords(truthOf(incident.place).words ?? '')
          edit(editing === name ? undefined : name)
        }}
      >
        {say(editing === name ? 'action.cancel' : 'console.correct')}
        <span className="visually-hidden">{say(`console.${name}`)}</span>
      </button>
    </div>
  )

  return (
    <section className="record" aria-label={say('console.record')}>
      <LockLine lock={lock} isEditing={isEditing} />
      <form
        className="field"
        onSubmit={(event) => {
          event.preventDefault()
          void saveNarrative()
        }}
      >
        <label htmlFor={id} className="field-label">
          {say('console.narrative')} <kbd className="key">N</kbd>
        </label>
        <textarea
          id={id}
          ref={field}
          className="area"
          rows={2}
          maxLength={20_000}
          readOnly={isClosed}
          value={narrative ?? incident.narrative}
          onChange={(event) => {
            if (narrative === undefined || narrative === incident.narrative) begin(incident.narrative)
            draft(event.target.value)
          }}
        />
        {isCovered ? (
          <p className="said" role="status">
            {say('console.narrative-covered', { words: incident.narrative })}
          </p>
        ) : null}
        {narrative !== undefined && narrative !== incident.narrative ? (
          <span className="field-acts">
            <button type="submit" className="button is-primary" disabled={acting.isBusy}>
              {say('action.save')} <kbd className="key">Ctrl+Enter</kbd>
            </button>
            <button type="button" className="button is-quiet" onClick={clear}>
              {say('console.undo')}
            </button>
            <span className="note">{say('console.unsaved')}</span>
          </span>
        ) : null}
      </form>
      {row('category', categoryBeside(incident))}
      {editing === 'category' ? (
        <CategoryPicker
          label={say('console.confirmed-category')}
          value={truthOf(incident.category)}
          onChoose={(category) => void correct({ category })}
        />
      ) : null}
      {row(
        'level',
        besideOf(incident.level, (level) => `${level} ${sayOr(say, `level.${level}`)}`),
      )}
      {editing === 'level' ? (
        <LevelPicker value={truthOf(incident.level)} onChoose={(level) => void correct({ level })} />
      ) : null}
      {row('place', besideOf(incident.place, placeText))}
      {editing === 'place' ? (
        <form
          className="place-edit"
          onSubmit={(event) => {
            event.preventDefault()
            void correct({ place: { ...truthOf(incident.place), words: placeWords, from: 'desk' } })
          }}
        >
          <PlacePicker
            words={placeWords}
            adopted={truthOf(incident.place)}
            fixes={report?.staff?.fixes ?? []}
            reporterWords={report?.placeWords}
            onWords={setPlaceWords}
            onAdopt={(place) =>
              place && void correct({ place: { ...place, ...(placeWords ? { words: placeWords } : {}) } })
            }
          />
          <button type="submit" className="button is-primary" disabled={acting.isBusy}>
            {say('action.save')}
          </button>
        </form>
      ) : null}
      <DangerPicker value={incident.dangers} onChange={(dangers) => void correct({ dangers })} />
      <Facts incident={incident} isClosed={isClosed} onCorrect={correct} />
      <Said text={acting.said} />
      <p className="note">
        {say('console.accepted-by', { by: incident.acceptedBy, at: momentText(incident.acceptedAt, nowMs) })}
        {incident.owner.name === incident.acceptedBy
          ? ''
          : ` · ${say('fusion.owner', { name: incident.owner.name })}`}{' '}
        · {categoryPath(truthOf(incident.category))}
      </p>
    </section>
  )
}
