import { useState, type FormEvent } from 'react'
import type { SeenItem } from '@open110/core/item'
import type { ReportView } from '@open110/modules/report'
import { usePhone } from '../app/hooks.ts'
import { timeOf } from '../app/spell.ts'
import { sentOnWords } from './report.state.ts'

/** 补充 — what came to mind or has changed; it lies beside the original and reaches the units as well. */
export function Add({
  of,
  report,
  items,
}: {
  of: string
  report: ReportView | undefined
  items: readonly SeenItem[]
}) {
  const { say, outbox, newId, now, language } = usePhone()
  const [words, setWords] = useState('')
  const there = (report?.supplements ?? []).filter((each) => each.words)
  const known = new Set(there.map((each) => each.words))
  const here = items.flatMap((item) => {
    const said = item.parcel.kind === 'supplement' ? item.parcel.body.words : undefined
    return said && !(item.shows === 'delivered' && known.has(said)) ? [{ item, said }] : []
  })
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (!words.trim()) return
    void outbox.press([{ id: newId(), of, parcel: { kind: 'supplement', body: { words: words.trim() } } }])
    setWords('')
  }
  return (
    <details className="card add">
      <summary>{say('add.title')}</summary>
      <p className="about">{say('add.about')}</p>
      {there.length + here.length > 0 && (
        <ul className="add-list" aria-label={say('add.list')}>
          {there.map((each) => (
            <li key={each.id}>
              {each.words} <small>{timeOf(each.at, now(), language)}</small>{' '}
              <small>{sentOnWords(say, each, (moment) => timeOf(moment, now(), language))}</small>
            </li>
          ))}
          {here.map(({ item, said }) => (
            <li key={item.id}>
              {said}{' '}
              <small>
                {item.shows === 'delivered' ? say('file.delivered') : say(`talk.item.${item.shows}`)}
              </small>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={add} className="field">
        <textarea
          rows={2}
          maxLength={20_000}
          aria-label={say('add.words')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <button type="submit" className="button" disabled={!words.trim()}>
          {say('add.send')}
        </button>
      </form>
    </details>
  )
}
