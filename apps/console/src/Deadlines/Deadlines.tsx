import { useMemo, useRef, useState } from 'react'
import type { Deadline } from '@open110/modules/deadline'
import { useBoard, useKept } from '../Boards/useBoard.ts'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { BoardHead, BoardState } from '../parts/BoardHead.tsx'
import { Priority } from '../parts/Priority.tsx'
import { rowKeys } from '../parts/rows.ts'
import { useHeld } from '../parts/useHeld.ts'
import { ageText, clockText, momentText } from '../Queue/age.state.ts'
import { ClockCell } from './ClockCell.tsx'
import { DeadlineActs } from './DeadlineActs.tsx'
import { filters, inOrder, isRed, leftSeconds, passes, toneOf, wordsOf } from './deadlines.state.ts'
import '../Boards/Boards.css'

const heads = ['left', 'clock', 'level', 'number', 'place', 'owner', 'due', 'escalated', 'acts'] as const
const idOf = (clock: Deadline): string => clock.id

/** 超时看板 — every clock of the desk, the most overdue first. It counts by itself and moves only when something happened. */
export function Deadlines({ onOpen }: { onOpen: (incident: string) => void }) {
  const { say, boards } = useDesk()
  const board = useBoard('deadlines')
  const nowMs = useNow()
  const [filter, setFilter] = useKept('overdue.filter', filters, 'all')
  const [search, setSearch] = useState('')
  const body = useRef<HTMLTableSectionElement>(null)
  const all = useMemo(() => inOrder(board.value?.deadlines ?? []), [board.value])
  const typed = search.trim().toLowerCase()
  const held = useHeld(all, idOf)
  const rows = held.rows.filter(
    ({ row }) => passes(filter, row, nowMs) && (!typed || wordsOf(row).includes(typed)),
  )
  const red = all.filter((clock) => isRed(clock, nowMs)).length
  const ownerOf = ({ owner }: Deadline) => owner.name || say(`console.owner-kind.${owner.kind}`)
  const cells = () => [
    heads.slice(0, -1).map((head) => say(`console.deadline-column.${head}`)),
    ...rows.map(({ row }) => [
      leftSeconds(row, nowMs),
      say(`deadline.clock.${row.clock}`),
      row.level ?? '',
      row.number ?? '',
      row.place ?? '',
      ownerOf(row),
      row.dueAt ?? '',
      row.escalatedTo.map((to) => say(`deadline.to.${to}`)).join('、'),
    ]),
  ]
  return (
    <section className="board" aria-label={say('console.view.overdue')}>
      <BoardHead
        title={say('console.view.overdue')}
        note={say('console.overdue.count', { red, all: all.length })}
        search={search}
        onSearch={setSearch}
        cells={cells}
      >
        <div role="group" aria-label={say('console.filter')} className="scopes">
          {filters.map((name) => (
            <button
              key={name}
              type="button"
              className="button"
              aria-pressed={filter === name}
              onClick={() => setFilter(name)}
            >
              {say(`console.overdue.${name}`)}
            </button>
          ))}
        </div>
        {held.newcomers > 0 ? (
          <button type="button" className="button is-primary" onClick={held.showNow}>
            {say('console.board.newcomers', { count: held.newcomers })}
          </button>
        ) : null}
      </BoardHead>
      <BoardState
        board={board}
        isEmpty={all.length === 0}
        empty={<p className="board-good">{say('console.overdue.empty')}</p>}
        onAgain={() => boards.refresh(['deadlines'])}
      />
      {all.length > 0 ? (
        <div className="board-table" {...held.hand}>
          <table>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {say(`console.deadline-column.${head}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody ref={body} onKeyDown={rowKeys}>
              {rows.map(({ id, row, isGone }, index) => (
                <tr
                  key={id}
                  tabIndex={index === 0 ? 0 : -1}
                  data-gone={isGone || undefined}
                  data-tone={toneOf(row, nowMs)}
                  data-row
                >
                  <td>
                    <ClockCell clock={row} />
                  </td>
                  <td>
                    <b>{say(`deadline.clock.${row.clock}`)}</b>
                    {row.paused ? (
                      <span className="note">
                        {' '}
                        {row.paused.reason}
                        {row.paused.until
                          ? ` · ${say('console.clock.until')} ${clockText(row.paused.until)}`
                          : ''}
                      </span>
                    ) : null}
                  </td>
                  <td>{row.level === undefined ? null : <Priority level={row.level} say={say} />}</td>
                  <td className="figure">
                    {row.incident ? (
                      <button type="button" className="link" data-open onClick={() => onOpen(row.incident!)}>
                        {row.number}
                      </button>
                    ) : (
                      say(`console.subject.${row.subjectKind}`)
                    )}
                  </td>
                  <td className="wide">{row.place}</td>
                  <td>{ownerOf(row)}</td>
                  <td className="figure">
                    {row.dueAt ? momentText(row.dueAt, nowMs) : ''}{' '}
                    {row.leftSeconds === undefined ? null : (
                      <span className="note">
                        {say('console.clock.left-paused', { span: ageText(row.leftSeconds) })}
                      </span>
                    )}
                  </td>
                  <td className="note">{row.escalatedTo.map((to) => say(`deadline.to.${to}`)).join('、')}</td>
                  <td>{isGone ? say('console.board.settled') : <DeadlineActs clock={row} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  )
}
