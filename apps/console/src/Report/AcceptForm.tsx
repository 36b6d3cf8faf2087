import { useId, useRef, useState } from 'react'
import { categoryOf, categoryPath } from '@open110/modules/incident/category'
import * as incidents from '@open110/modules/incident/api'
import type { ReportView } from '@open110/modules/report'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft, useWish } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { keyring } from '../Session/draft.state.ts'
import {
  findCategories,
  levelOf,
  missingOf,
  placeOf,
  readAcceptance,
  readPlace,
  suggestedCategory,
  withTag,
} from './acceptance.state.ts'
import { ReportMoves } from './Claim.tsx'
import { CategoryPicker } from './CategoryPicker.tsx'
import { DangerPicker } from './DangerPicker.tsx'
import { LevelPicker } from './LevelPicker.tsx'
import { PlacePicker } from './PlacePicker.tsx'
import { Tagged } from './Tagged.tsx'

/** 受理单 — narrative first; the machine suggests a category with its reason and fills nothing. */
export function AcceptForm({ report }: { report: ReportView }) {
  const { say, call, room } = useDesk()
  const [typed, change, clear] = useDraft('acceptance', report.id, readAcceptance)
  const tagged = report.staff?.tagged
  const form = withTag(typed, tagged)
  const acting = useAct()
  const [keys] = useState(() => keyring(makeKey))
  const narrative = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const suggested = tagged ? undefined : suggestedCategory(report)
  const level = levelOf(form)
  const missing = missingOf(form)
  const missingWords =
    missing.length > 0
      ? say('console.accept-missing', { what: missing.map((what) => say(`console.${what}`)).join('、') })
      : undefined

  const chooseLevel = (next: number) => change((last) => ({ ...last, level: next }))
  const chooseCategory = (category: string) => change((last) => ({ ...last, category }))
  const accept = async () => {
    if (!form.category || !level) return missingWords
    const place = placeOf(form)
    const body = {
      report: report.id,
      category: form.category,
      level,
      dangers: form.dangers,
      ...(form.words.trim() ? { words: form.words.trim() } : {}),
      ...(place ? { place } : {}),
    }
    const done = await acting.run(() => call(incidents.accept, { body, key: keys.keyFor(body) }))
    if (!done) return undefined
    keys.answered()
    clear()
    room.open({ report: report.id, incident: done.id })
    room.refresh(['queue', 'report'])
    return undefined
  }

  useWish('narrative', () => narrative.current?.focus())
  useWish('level-1', () => chooseLevel(1))
  useWish('level-2', () => chooseLevel(2))
  useWish('level-3', () => chooseLevel(3))
  useWish('level-4', () => chooseLevel(4))
  useWish('submit', accept)
  useWish('/accept', accept)
  useWish('/lv', (argument) => {
    const wanted = Number(argument)
    if (![1, 2, 3, 4].includes(wanted)) return say('console.command.level-invalid')
    chooseLevel(wanted)
    return undefined
  })
  useWish('/type', (argument) => {
    const found = categoryOf(argument) ?? findCategories(argument)[0]
    if (!found) return say('console.category-none')
    chooseCategory(found.code)
    return undefined
  })
  useWish('adopt-place', (argument) => {
    const place = readPlace(argument)
    if (place) change((last) => ({ ...last, adopted: place }))
  })
  useWish('/note', (argument) => {
    change((last) => ({ ...last, words: last.words ? `${last.words}\n${argument}` : argument }))
    return undefined
  })

  return (
    <>
      <form
        id={`${id}-form`}
        className="accept"
        aria-label={say('console.accept-form')}
        onSubmit={(event) => {
          event.preventDefault()
          void accept()
        }}
        onKeyDown={(event) => {
          // Enter in a one-line field would accept by accident; only Ctrl+Enter does.
          const isPlainEnter = event.code === 'Enter' && !event.ctrlKey && !event.metaKey
          if (isPlainEnter && event.target instanceof HTMLInputElement) event.preventDefault()
        }}
      >
        <div className="field">
          <label htmlFor={id} className="field-label">
            {say('console.narrative')} <kbd className="key">N</kbd>
          </label>
          <textarea
            id={id}
            ref={narrative}
            className="area"
            rows={2}
            maxLength={20_000}
            placeholder={say('console.narrative-hint')}
            value={form.words}
            onChange={(event) => change((last) => ({ ...last, words: event.target.value }))}
          />
        </div>
        <div className="rank">
          <CategoryPicker label={say('console.category')} value={form.category} onChoose={chooseCategory} />
          <LevelPicker
            value={level}
            isAssumed={typed.level === undefined && level !== undefined}
            onChoose={chooseLevel}
          />
        </div>
        {suggested && suggested.category.code !== form.category ? (
          <p className="suggested">
            {say('console.suggested', {
              category: categoryPath(suggested.category.code),
              level: say(`level.${suggested.category.level}`),
            })}{' '}
            <span className="note">
              {say(`console.suggested-why.${suggested.why}`, { found: suggested.found })}
            </span>
            <button type="button" className="button" onClick={() => chooseCategory(suggested.category.code)}>
              {say('console.adopt')}
            </button>
          </p>
        ) : null}
        {tagged ? <Tagged tagged={tagged} isChosen={typed.category !== undefined} /> : null}
        <DangerPicker value={form.dangers} onChange={(dangers) => change((last) => ({ ...last, dangers }))} />
        <PlacePicker
          words={form.placeWords}
          adopted={form.adopted}
          fixes={report.staff?.fixes ?? []}
          reporterWords={report.placeWords}
          onWords={(placeWords) => change((last) => ({ ...last, placeWords }))}
          onAdopt={(adopted) => change(({ adopted: _, ...last }) => (adopted ? { ...last, adopted } : last))}
        />
      </form>
      <Said text={acting.said} />
      <div className="act-bar">
        <button
          type="submit"
          form={`${id}-form`}
          className="button is-primary is-large"
          disabled={acting.isBusy}
          aria-disabled={missing.length > 0 || undefined}
          title={missingWords}
        >
          {say('console.accept')} <kbd className="key">Ctrl+Enter</kbd>
        </button>
        <span className="note">{missingWords}</span>
        <ReportMoves report={report} />
      </div>
    </>
  )
}
