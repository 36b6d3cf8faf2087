import { useCallback, useEffect, useRef, useState } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import { isCovert } from '@open110/modules/contact'
import type { FollowUp } from '@open110/modules/followup'
import { list } from '@open110/modules/followup/api'
import { useBoard } from '../Boards/useBoard.ts'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, momentText } from '../Queue/age.state.ts'
import { FollowUpPane } from './FollowUpPane.tsx'
import { dueTone, overdueCount } from './followups.state.ts'
import './FollowUps.css'

const scopes = ['open', 'done'] as const

/** 回访 — whom the desk still has to come back to, what is due first first, and what came of those that are done. */
export function FollowUps({ onOpen }: { onOpen?: (incident: string) => void }) {
  const { say, boards } = useDesk()
  const nowMs = useNow()
  const board = useBoard('follow-ups')
  const [scope, setScope] = useState<(typeof scopes)[number]>('open')
  const done = useDone(scope === 'done')
  const [at, setAt] = useState(0)
  const [chosen, choose] = useState<string>()
  const body = useRef<HTMLTableSectionElement>(null)
  const { value: rows, fault } = scope === 'open' ? board : done
  // The one that was just finished stays in sight with its result although the list has let it go.
  const kept = useRef<FollowUp>(undefined)
  const found = rows?.find(({ id }) => id === chosen)
  if (found) kept.current = found
  const shown = found ?? (kept.current?.id === chosen ? kept.current : undefined)
  const focusRow = (index: number) => {
    const bounded = Math.max(0, Math.min((rows?.length ?? 1) - 1, index))
    setAt(bounded)
    body.current?.querySelectorAll<HTMLElement>('tr')[bounded]?.focus()
  }
  const overdue = scope === 'open' ? overdueCount(rows ?? [], nowMs) : 0
  const reread = () => {
    boards.refresh(['follow-ups'])
    done.reread()
  }

  return (
    <section className="incidents follow-ups" aria-label={say('followup.title')}>
      <header className="incidents-head">
        <div role="group" aria-label={say('console.scope')} className="scopes">
          {scopes.map((name) => (
            <button
              key={name}
              type="button"
              className="button"
              aria-pressed={scope === name}
              onClick={() => {
                setScope(name)
                choose(undefined)
                setAt(0)
              }}
            >
              {say(`followup.scope.${name}`)}
            </button>
          ))}
        </div>
        <span className="note">{rows ? say('console.rows', { count: rows.length }) : ''}</span>
        {overdue > 0 && (
          <span className="signal is-overdue">{say('followup.overdue', { count: overdue })}</span>
        )}
      </header>
      {fault && (
        <p className="said">
          {say(fault === 'unanswered' ? 'console.unanswered' : 'console.part-stale')}{' '}
          <button type="button" className="link" onClick={reread}>
            {say('action.retry')}
          </button>
        </p>
      )}
      <div className="follow-ups-zones">
        <div className="incidents-table">
          {!rows && !fault && <p className="empty">{say('console.loading')}</p>}
          {rows?.length === 0 && <p className="empty">{say(`followup.empty.${scope}`)}</p>}
          {rows && rows.length > 0 && (
            <table>
              <thead>
                <tr>
                  {(['due', 'reason', 'incident', 'state', 'attempts', 'contact'] as const).map((head) => (
                    <th key={head} scope="col">
                      {say(
                        head === 'due' && scope === 'done'
                          ? 'followup.column.done'
                          : `followup.column.${head}`,
                      )}
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
                    choose(rows[at].id)
                  }
                }}
              >
                {rows.map((row, index) => (
                  <tr
                    key={row.id}
                    tabIndex={index === Math.min(at, rows.length - 1) ? 0 : -1}
                    aria-current={row.id === chosen || undefined}
                    onFocus={() => setAt(index)}
                    onClick={() => choose(row.id)}
                  >
                    <td className="figure">
                      <Due row={row} nowMs={nowMs} />
                    </td>
                    <td>
                      {row.isMajor && row.reason !== 'major' && (
                        <span className="chip is-strong">{say('followup.major')}</span>
                      )}{' '}
                      {say(`followup.reason.${row.reason}`)}
                    </td>
                    <td className="figure">{row.incidentNumber}</td>
                    <td>{say(`followup.state.${row.state}`)}</td>
                    <td className="figure">{row.attempts.length}</td>
                    <td>
                      {isCovert({ mode: row.contact }) && (
                        <span className="chip is-striped">{say('followup.covert')}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
        <aside className="follow-up" aria-label={say('followup.detail')}>
          {shown ? (
            <FollowUpPane
              key={shown.id}
              followUp={shown}
              onDone={reread}
              {...(onOpen && { onOpen: () => onOpen(shown.incident) })}
            />
          ) : (
            <p className="empty">{say('followup.choose')}</p>
          )}
        </aside>
      </div>
    </section>
  )
}

function Due({ row, nowMs }: { row: FollowUp; nowMs: number }) {
  const { say } = useDesk()
  if (row.doneAt) return momentText(row.doneAt, nowMs)
  const tone = dueTone(row, nowMs)
  const seconds = Math.abs(Date.parse(row.dueAt) - nowMs) / 1_000
  return (
    <span className={`signal is-${tone}`}>
      {say(tone === 'overdue' ? 'followup.late-by' : 'followup.due-in', { time: ageText(seconds) })}
    </span>
  )
}

/** What is done is fetched when somebody asks for it, and again after each press here. */
function useDone(isWanted: boolean): { value?: readonly FollowUp[]; fault?: string; reread: () => void } {
  const { call } = useDesk()
  const [kept, keep] = useState<{ value?: readonly FollowUp[]; fault?: string }>({})
  const reread = useCallback(() => {
    if (!isWanted) return
    call(list, { query: { scope: 'done' } }).then(
      (answer) => keep((was) => (isRefusal(answer) ? { ...was, fault: answer.refused } : { value: answer })),
      // Named degradation: what was last read stays, and the page says so.
      () => keep((was) => ({ ...was, fault: 'unanswered' })),
    )
  }, [call, isWanted])
  useEffect(reread, [reread])
  return { ...kept, reread }
}
