import { useMemo, useState } from 'react'
import { sayOr } from '@open110/core/words/console'
import { isRed, type Finding, type OpenLoop } from '@open110/modules/closure'
import type { GoTo } from '../Boards/goto.ts'
import { useBoard } from '../Boards/useBoard.ts'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { BoardHead, BoardState } from '../parts/BoardHead.tsx'
import { Priority } from '../parts/Priority.tsx'
import { rowKeys } from '../parts/rows.ts'
import { useHeld } from '../parts/useHeld.ts'
import { ageText, clockText, secondsSince } from '../Queue/age.state.ts'
import { GapStep } from './GapStep.tsx'
import { Invariants } from './Invariants.tsx'
import { idOf, momentOf, passes, tally } from './loops.state.ts'
import '../Boards/Boards.css'
import './OpenLoops.css'

const heads = ['number', 'level', 'state', 'place', 'owner', 'since', 'gaps'] as const

/** 未闭环 — every incident with a missing stage, a red clock or no owner, with the button for what is missing. */
export function OpenLoops({ onGo }: { onGo: (to: GoTo) => void }) {
  const { say, boards } = useDesk()
  const board = useBoard('loops')
  const nowMs = useNow()
  const [search, setSearch] = useState('')
  const [finding, choose] = useState<Finding | 'all'>('all')
  const loops = useMemo(() => board.value?.loops ?? [], [board.value])
  const held = useHeld(loops, idOf)
  const typed = search.trim().toLowerCase()
  const rows = held.rows.filter(({ row }) => passes(row, finding, typed))
  const counts = tally(loops)
  const stateOf = (loop: OpenLoop) =>
    sayOr(say, `${loop.incident ? 'incident' : 'report'}.state.${loop.state}`)
  const cells = () => [
    heads.map((head) => say(`console.loop-column.${head}`)),
    ...rows.map(({ row }) => [
      row.number,
      row.level ?? '',
      stateOf(row),
      row.place ?? '',
      row.owner ?? '',
      row.since,
      row.gaps.map((gap) => say(`closure.finding.${gap.finding}`)).join('、'),
    ]),
  ]
  return (
    <section className="board" aria-label={say('console.view.loops')}>
      <BoardHead
        title={say('console.view.loops')}
        note={board.value ? say('console.loops.count', { count: loops.length }) : undefined}
        search={search}
        onSearch={setSearch}
        cells={cells}
      >
        {counts.length > 0 ? (
          <div role="group" aria-label={say('console.filter')} className="scopes">
            <button
              type="button"
              className="button"
              aria-pressed={finding === 'all'}
              onClick={() => choose('all')}
            >
              {say('console.loops.all')}
            </button>
            {counts.map(({ finding: name, count }) => (
              <button
                key={name}
                type="button"
                className="button"
                aria-pressed={finding === name}
                onClick={() => choose(name)}
              >
                {say(`closure.finding.${name}`)} {count}
              </button>
            ))}
          </div>
        ) : null}
      </BoardHead>
      <Invariants onGo={onGo} />
      <BoardState
        board={board}
        isEmpty={loops.length === 0}
        empty={
          <p className="board-good">
            {say('console.loops.empty', { time: clockText(board.emptySinceMs ?? nowMs) })}
          </p>
        }
        onAgain={() => boards.refresh(['loops'])}
      />
      {loops.length > 0 ? (
        <div className="board-table" {...held.hand}>
          <table>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {say(`console.loop-column.${head}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody onKeyDown={rowKeys}>
              {rows.map(({ id, row, isGone }, index) => (
                <tr key={id} tabIndex={index === 0 ? 0 : -1} data-gone={isGone || undefined} data-row>
                  <td className="figure">
                    <button
                      type="button"
                      className="link"
                      data-open
                      onClick={() =>
                        onGo({
                          ...(row.incident ? { incident: row.incident } : {}),
                          ...(row.report ? { report: row.report } : {}),
                        })
                      }
                    >
                      {row.number}
                    </button>
                  </td>
                  <td>{row.level === undefined ? null : <Priority level={row.level} say={say} />}</td>
                  <td>{stateOf(row)}</td>
                  <td className="wide">{row.place}</td>
                  <td data-missing={row.owner === undefined || undefined}>
                    {row.owner ?? say('console.nobody')}
                  </td>
                  <td className="figure">{ageText(secondsSince(row.since, nowMs))}</td>
                  <td>
                    <ul className="gaps">
                      {row.gaps.map((gap) => (
                        <li
                          key={`${gap.finding}-${gap.slip ?? gap.clock ?? ''}`}
                          data-red={isRed(gap, momentOf(nowMs)) || undefined}
                        >
                          <b>{say(`closure.finding.${gap.finding}`)}</b>
                          <span className="note">
                            {gap.clock ? `${say(`deadline.clock.${gap.clock}`)} ` : ''}
                            {gap.unitName ? `${gap.unitName} ` : ''}
                            {ageText(secondsSince(gap.since, nowMs))}
                          </span>
                          {isGone ? null : <GapStep loop={row} gap={gap} onGo={onGo} />}
                        </li>
                      ))}
                    </ul>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  )
}
