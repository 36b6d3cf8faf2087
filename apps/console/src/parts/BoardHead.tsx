import { Download, Printer } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { csvOf } from '../Incidents/csv.state.ts'
import { ageText, clockText } from '../Queue/age.state.ts'

export type Cells = readonly (readonly (string | number)[])[]

/** 看板头 — what it is, what is looked for, and taking it out: for a spreadsheet or on paper. */
export function BoardHead({
  title,
  note,
  search,
  onSearch,
  cells,
  children,
}: {
  title: string
  note?: string | undefined
  search?: string
  onSearch?: (words: string) => void
  /** The table as it is shown, its heads first. */
  cells?: () => Cells
  children?: ReactNode
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  const id = useId()
  const save = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([csvOf(cells?.() ?? [])], { type: 'text/csv;charset=utf-8' }))
    link.download = `${title}-${clockText(nowMs).replaceAll(':', '')}.csv`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }
  return (
    <header className="board-head">
      <h2>{title}</h2>
      {note ? <span className="note">{note}</span> : null}
      {onSearch ? (
        <>
          <label htmlFor={id} className="visually-hidden">
            {say('console.search')}
          </label>
          <input
            id={id}
            className="input"
            type="search"
            autoComplete="off"
            placeholder={say('console.board.search-hint')}
            value={search}
            onChange={(event) => onSearch(event.target.value)}
          />
        </>
      ) : null}
      {children}
      <span className="board-tools">
        {cells ? (
          <button type="button" className="button" onClick={save}>
            <Download size={15} strokeWidth={1.75} aria-hidden="true" /> {say('console.export')}
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => window.print()}>
          <Printer size={15} strokeWidth={1.75} aria-hidden="true" /> {say('console.print')}
        </button>
      </span>
      <span className="board-printed">
        {say('console.printed-at', { time: new Date(nowMs).toLocaleString('zh-CN', { hour12: false }) })}
      </span>
    </header>
  )
}

/** 内容状态 — what a board says when it has nothing to show, or shows what may be old. */
export function BoardState({
  board,
  isEmpty,
  empty,
  onAgain,
}: {
  board: { readonly value?: unknown; readonly asOfMs?: number; readonly fault?: string }
  isEmpty: boolean
  empty: ReactNode
  onAgain: () => void
}) {
  const { say } = useDesk()
  const nowMs = useNow()
  if (board.fault === 'permission.denied') return <p className="empty">{say('console.board.denied')}</p>
  return (
    <>
      {board.fault ? (
        <p className="board-stale" role="status">
          {board.asOfMs === undefined
            ? say('console.board.unanswered')
            : say('console.board.stale', { age: ageText(Math.max(0, (nowMs - board.asOfMs) / 1_000)) })}{' '}
          <button type="button" className="button" onClick={onAgain}>
            {say('console.again')}
          </button>
        </p>
      ) : null}
      {board.value === undefined && !board.fault ? <p className="empty">{say('console.loading')}</p> : null}
      {board.value !== undefined && isEmpty ? <div className="empty">{empty}</div> : null}
    </>
  )
}
