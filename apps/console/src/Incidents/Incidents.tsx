import { useEffect, useId, useRef, useState } from 'react'
import { categoryPath } from '@open110/modules/incident/category'
import type { IncidentRow } from '@open110/modules/incident'
import { sayOr } from '@open110/core/words/console'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import type { Listing } from '../Live/workplace.state.ts'
import { ageText, clockText, momentText, secondsSince } from '../Queue/age.state.ts'
import { Priority } from '../parts/Priority.tsx'
import { csvOf } from './csv.state.ts'
import './Incidents.css'

const scopes = ['open', 'closed', 'all'] as const

/** 警情列表 — search over number, words and place; arrows walk, Enter opens at the desk. */
export function Incidents({ onOpen }: { onOpen: (incident: string) => void }) {
  const { say, room } = useDesk()
  const rows = useRoom((workplace) => workplace.incidents)
  const fault = useRoom((workplace) => workplace.faults.incidents)
  const nowMs = useNow()
  const id = useId()
  const [listing, setListing] = useState<Listing>({ search: '', scope: 'open' })
  const [at, setAt] = useState(0)
  const body = useRef<HTMLTableSectionElement>(null)

  useEffect(() => {
    const wait = setTimeout(() => room.list(listing), listing.search === '' ? 0 : 250)
    return () => clearTimeout(wait)
  }, [room, listing])
  useEffect(() => () => room.list(undefined), [room])

  const focusRow = (index: number) => {
    const bounded = Math.max(0, Math.min((rows?.length ?? 1) - 1, index))
    setAt(bounded)
    body.current?.querySelectorAll<HTMLElement>('tr')[bounded]?.focus()
  }
  const save = () => {
    const heads = [
      'number',
      'level',
      'category',
      'state',
      'gist',
      'place',
      'reports',
      'slips',
      'accepted',
      'changed',
    ] as const
    const text = csvOf([
      heads.map((head) => say(`console.column.${head}`)),
      ...(rows ?? []).map((row) => [
        row.number,
        sayOr(say, `level.${row.level}`),
        categoryPath(row.category),
        say(`incident.state.${row.state}`),
        row.gist,
        row.place,
        row.reports,
        row.openSlips,
        row.acceptedAt,
        row.changedAt,
      ]),
    ])
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
    link.download = `${say('console.view.incidents')}-${clockText(nowMs).replaceAll(':', '')}.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }

  return (
    <section className="incidents" aria-label={say('console.view.incidents')}>
      <header className="incidents-head">
        <label htmlFor={id} className="visually-hidden">
          {say('console.search')}
        </label>
        <input
          id={id}
          className="input"
          type="search"
          placeholder={say('console.search-hint')}
          value={listing.search}
          onChange={(event) => setListing({ ...listing, search: event.target.value })}
          onKeyDown={(event) => {
            if (event.code !== 'ArrowDown' || event.nativeEvent.isComposing) return
            event.preventDefault()
            focusRow(0)
          }}
        />
        <div role="group" aria-label={say('console.scope')} className="scopes">
          {scopes.map((scope) => (
            <button
              key={scope}
              type="button"
              className="button"
              aria-pressed={listing.scope === scope}
              onClick={() => setListing({ ...listing, scope })}
            >
              {say(`console.scope.${scope}`)}
            </button>
          ))}
        </div>
        <span className="note">{rows ? say('console.rows', { count: rows.length }) : ''}</span>
        <button type="button" className="button" disabled={!rows?.length} onClick={save}>
          {say('console.export')}
        </button>
      </header>
      {fault ? (
        <p className="said">{say(fault === 'unanswered' ? 'console.unanswered' : 'console.part-stale')}</p>
      ) : null}
      <div className="incidents-table">
        {rows === undefined ? <p className="empty">{say('console.loading')}</p> : null}
        {rows?.length === 0 ? (
          <p className="empty">{say(listing.search ? 'console.search-none' : 'console.incidents-empty')}</p>
        ) : null}
        {rows?.length ? (
          <table>
            <thead>
              <tr>
                {(
                  [
                    'number',
                    'level',
                    'category',
                    'state',
                    'gist',
                    'place',
                    'reports',
                    'slips',
                    'accepted',
                  ] as const
                ).map((head) => (
                  <th key={head} scope="col">
                    {say(`console.column.${head}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody
              ref={body}
              onKeyDown={(event) => {
                if (event.code === 'ArrowDown' || event.code === 'ArrowUp') {
                  event.preventDefault()
                  focusRow(at + (event.code === 'ArrowDown' ? 1 : -1))
                } else if (event.code === 'Enter' && rows[at]) {
                  event.preventDefault()
                  onOpen(rows[at].id)
                }
              }}
            >
              {rows.map((row, index) => (
                <Row
                  key={row.id}
                  row={row}
                  nowMs={nowMs}
                  isCurrent={index === at}
                  onFocus={() => setAt(index)}
                  onOpen={() => onOpen(row.id)}
                />
              ))}
            </tbody>
          </table>
        ) : null}
      </div>
    </section>
  )
}

function Row({
  row,
  nowMs,
  isCurrent,
  onFocus,
  onOpen,
}: {
  row: IncidentRow
  nowMs: number
  isCurrent: boolean
  onFocus: () => void
  onOpen: () => void
}) {
  const { say } = useDesk()
  return (
    <tr tabIndex={isCurrent ? 0 : -1} onFocus={onFocus} onClick={onOpen}>
      <td className="figure">{row.number}</td>
      <td>
        <Priority level={row.level} say={say} /> {sayOr(say, `level.${row.level}`)}
      </td>
      <td>{categoryPath(row.category)}</td>
      <td>{say(`incident.state.${row.state}`)}</td>
      <td className="wide">
        {row.dangers.map((danger) => (
          <span key={danger} className="chip is-strong">
            {say(`danger.${danger}`)}
          </span>
        ))}{' '}
        {row.gist}
      </td>
      <td>{row.place}</td>
      <td className="figure">{row.reports}</td>
      <td className="figure">{row.openSlips}</td>
      <td className="figure">
        {momentText(row.acceptedAt, nowMs)}{' '}
        <span className="note">{ageText(secondsSince(row.acceptedAt, nowMs))}</span>
      </td>
    </tr>
  )
}
