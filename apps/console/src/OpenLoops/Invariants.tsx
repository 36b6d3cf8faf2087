import { useState } from 'react'
import type { GoTo } from '../Boards/goto.ts'
import { useBoard } from '../Boards/useBoard.ts'
import { useDesk } from '../Desk/desk.tsx'
import { clockText } from '../Queue/age.state.ts'

/** 不变量 — what must hold at any minute. Holding it is one quiet line; broken it is red with what breaks it. */
export function Invariants({ onGo }: { onGo: (to: GoTo) => void }) {
  const { say, boards } = useDesk()
  const board = useBoard('invariants')
  const [isOpen, open] = useState(false)
  if (board.fault === 'permission.denied') return null
  const all = board.value ?? []
  const broken = all.filter(({ state }) => state === 'broken')
  const holding = all.filter(({ state }) => state === 'holds').length
  const checkedAt = all.flatMap((one) => one.checkedAt ?? []).toSorted()[0]
  return (
    <section
      className="invariants"
      aria-label={say('console.invariants')}
      data-broken={broken.length > 0 || undefined}
    >
      <p>
        <b>{say('console.invariants')}</b>{' '}
        {board.value === undefined
          ? say(board.fault ? 'console.board.unanswered' : 'console.loading')
          : broken.length > 0
            ? say('console.invariants.broken', { count: broken.length })
            : checkedAt === undefined
              ? say('console.invariants.unchecked')
              : say('console.invariants.hold', { count: holding })}
        {checkedAt ? (
          <span className="note"> {say('console.invariants.checked', { time: clockText(checkedAt) })}</span>
        ) : null}
        <button
          type="button"
          className="button is-quiet"
          aria-expanded={isOpen}
          onClick={() => open((was) => !was)}
        >
          {say(isOpen ? 'health.less' : 'console.invariants.all')}
        </button>
        {board.fault ? (
          <button type="button" className="button is-quiet" onClick={() => boards.refresh(['invariants'])}>
            {say('console.again')}
          </button>
        ) : null}
      </p>
      <ul>
        {(isOpen ? all : broken).map((one) => (
          <li key={one.name} data-state={one.state}>
            <span className="invariant-mark" aria-hidden="true">
              {one.state === 'broken' ? '▲' : one.state === 'holds' ? '✓' : '–'}
            </span>
            <span>{say(`closure.invariant.${one.name}`)}</span>
            <b>{say(`closure.state.${one.state}`)}</b>
            {one.offenders.slice(0, 12).map(({ id, since }) =>
              id.startsWith('in_') || id.startsWith('rp_') ? (
                <button
                  key={id}
                  type="button"
                  className="link figure"
                  onClick={() => onGo(id.startsWith('in_') ? { incident: id } : { report: id })}
                >
                  {id} {clockText(since)}
                </button>
              ) : (
                <code key={id}>{id}</code>
              ),
            )}
            {one.offenders.length > 12 ? <span className="note">+{one.offenders.length - 12}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
