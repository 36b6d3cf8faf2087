import { useEffect } from 'react'
import { sayOr } from '@open110/core/words/citizen'
import type { ReportRow } from '@open110/core/watch'
import { useCell, usePhone, useShown } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { enterQuiet } from '../app/quiet.ts'
import { timeOf } from '../app/spell.ts'
import { Lines } from '../Home/Lines.tsx'
import { A } from '../parts/A.tsx'
import { Top } from '../parts/Top.tsx'
import './Mine.css'

/** States of which the furthest rung says more than the state itself. */
const climbing: ReadonlySet<ReportRow['state']> = new Set([
  'delivered',
  'received',
  'accepted',
  'handling',
  'done',
])

/** 我的报警 — everything sent from this phone and what still lies on it (ZJ-15). */
export function Mine() {
  const { say, watch, now, language } = usePhone()
  const { isUnanswered } = useCell(watch.list)
  const { items, rows } = useShown()
  useEffect(() => watch.refresh(), [watch])
  const unsent = items.filter(({ parcel, shows }) => parcel.kind === 'report' && shows !== 'delivered')
  const open = (id: string, mode: string) => (mode === 'silent' ? enterQuiet(`/r/${id}`) : go(`/r/${id}`))
  return (
    <>
      <Top title={say('mine.title')} />
      <main className="stack mine">
        <Lines />
        {unsent.length > 0 && (
          <section>
            <h2>{say('mine.unsent')}</h2>
            <ul>
              {unsent.map((item) => {
                const body = item.parcel.kind === 'report' ? item.parcel.body : undefined
                return (
                  <li key={item.id}>
                    <A to={`/r/${item.id}`} className="card" onGo={() => open(item.id, body?.mode ?? 'text')}>
                      <strong>{say(`ladder.${item.shows}`)}</strong>
                      <span className="gist">{gistOf(body?.words, body?.tag)}</span>
                      <small>
                        {timeOf(item.madeAt, now(), language)} · {say('mine.kept')}
                      </small>
                    </A>
                  </li>
                )
              })}
            </ul>
          </section>
        )}
        {rows && rows.length > 0 && (
          <section>
            {unsent.length > 0 && <h2>{say('mine.list')}</h2>}
            <ul>
              {rows.map((row) => (
                <li key={row.id}>
                  <A to={`/r/${row.id}`} className="card" onGo={() => open(row.id, row.mode)}>
                    <strong>
                      {progressOf(row)}
                      {row.unread > 0 && <b>{say('line.news', { count: row.unread })}</b>}
                    </strong>
                    <span className="gist">{gistOf(row.gist, row.tag)}</span>
                    <small>
                      {timeOf(row.deliveredAt, now(), language)}
                      {row.desk && ` · ${row.desk.name}`}
                    </small>
                  </A>
                </li>
              ))}
            </ul>
          </section>
        )}
        {!rows && <p role="status">{say(isUnanswered ? 'mine.unanswered' : 'report.loading')}</p>}
        {rows && isUnanswered && <p role="status">{say('mine.unanswered')}</p>}
        {rows?.length === 0 && unsent.length === 0 && <p>{say('mine.empty')}</p>}
      </main>
    </>
  )

  function progressOf(row: ReportRow): string {
    return climbing.has(row.state) ? say(`ladder.${row.step}`) : say(`report.state.${row.state}`)
  }

  function gistOf(words: string | undefined, tag: string | undefined): string {
    const said = [tag && sayOr(say, `tag.${tag}`), words].filter(Boolean).join(' · ')
    return said || say('mine.no-words')
  }
}
