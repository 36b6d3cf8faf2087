import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react'
import { useDesk, useNow, useRoom, useWish } from '../Desk/desk.tsx'
import { QueueRowView } from './QueueRowView.tsx'
import { useShown } from './useShown.ts'
import { answerTarget, stepFrom, type Group } from './queue.state.ts'
import { rowHeight, scrollTo, topOf, windowOf } from './window.state.ts'
import './Queue.css'

/** 队列 — the left zone. The selected row is a frame; opening it is a second act. */
export function Queue({
  selected,
  onSelect,
  onOpen,
}: {
  selected: string | undefined
  onSelect: (report: string) => void
  onOpen: (report: string) => void
}) {
  const { say, session } = useDesk()
  const rows = useRoom((room) => room.queue)
  const fault = useRoom((room) => room.faults.queue)
  const openReport = useRoom((room) => room.open?.report)
  const nowMs = useNow()
  const [folded, fold] = useReducer(
    (last: ReadonlySet<Group>, group: Group) =>
      new Set(last.has(group) ? [...last].filter((other) => other !== group) : [...last, group]),
    new Set<Group>(['ended']) as ReadonlySet<Group>,
  )
  const open = useMemo(
    () => new Set((['waiting', 'mine', 'others', 'ended'] as const).filter((group) => !folded.has(group))),
    [folded],
  )
  const list = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 800 })
  const { shown, touch, point, showNow, isAimed } = useShown(rows, session.staff.id, open, list)
  const drawn = windowOf(shown.order, open, view.top, view.height)

  useLayoutEffect(() => {
    const box = list.current
    if (!box) return
    const measure = () => setView({ top: box.scrollTop, height: box.clientHeight })
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(box)
    return () => watch.disconnect()
  }, [])

  const reveal = (id: string) => {
    const top = topOf(shown.order, open, id)
    if (list.current && top !== undefined) {
      list.current.scrollTop = scrollTo(top, list.current.scrollTop, list.current.clientHeight)
    }
  }
  const step = (by: 1 | -1) => {
    touch()
    const next = stepFrom(shown.order, selected, by, open)
    if (next === undefined) return undefined
    onSelect(next)
    reveal(next)
    return undefined
  }
  useWish('previous', () => step(-1))
  useWish('next', () => step(1))
  useWish('open', () => {
    touch()
    if (selected) onOpen(selected)
    return undefined
  })
  const target = answerTarget(rows ?? [], session.staff.id, selected)
  useEffect(() => {
    if (openReport) reveal(openReport)
    // Revealed when it is opened, never again when the list changes under the reader.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [openReport])

  return (
    <section className="queue" aria-label={say('console.queue')}>
      <header className="zone-head">
        <h2>{say('console.queue')}</h2>
        <span className="queue-count">
          {say('console.waiting-count', { count: shown.wanted.waiting.length })}
        </span>
        {shown.newcomers > 0 ? (
          <button type="button" className="button is-primary queue-news" onClick={showNow}>
            {say('console.newcomers', { count: shown.newcomers })}
          </button>
        ) : null}
      </header>
      {fault ? <p className="said">{say('console.part-stale')}</p> : null}
      <div
        className="queue-list"
        ref={list}
        // A list box without options would be an empty promise to a screen reader.
        role={rows?.length ? 'listbox' : 'group'}
        tabIndex={0}
        data-queue
        aria-label={say('console.queue')}
        aria-activedescendant={selected ? `row-${selected}` : undefined}
        onScroll={(event) =>
          setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
        }
        onWheel={touch}
        onPointerMove={(event) => point(event.clientY)}
        onPointerLeave={() => point(undefined)}
        onPointerDown={touch}
      >
        {rows === undefined ? <p className="empty">{say('console.queue-loading')}</p> : null}
        {rows?.length === 0 ? <p className="empty">{say('console.queue-empty')}</p> : null}
        {rows?.length ? (
          <div style={{ blockSize: drawn.height, position: 'relative' }} role="presentation">
            {drawn.groups.map((group) => (
              <div
                key={group.group}
                role="group"
                aria-label={say(`console.group.${group.group}`)}
                className="queue-group"
                style={{ insetBlockStart: group.top, blockSize: group.height }}
              >
                <div className="queue-head" role="presentation" onClick={() => fold(group.group)}>
                  <span aria-hidden="true">{group.isOpen ? '▾' : '▸'}</span>
                  {say(`console.group.${group.group}`)} <span className="queue-figure">{group.count}</span>
                </div>
                {group.ids.map((id, index) => {
                  const row = shown.rows.get(id)
                  return row ? (
                    <div
                      key={id}
                      id={`row-${id}`}
                      role="option"
                      tabIndex={-1}
                      aria-selected={id === selected}
                      aria-setsize={group.count}
                      aria-posinset={group.from + index + 1}
                      className="queue-option"
                      data-target={target?.report === id || undefined}
                      style={{ insetBlockStart: (group.from + index) * rowHeight + 28 }}
                      onClick={() => {
                        if (!isAimed()) return
                        touch()
                        onSelect(id)
                        onOpen(id)
                      }}
                    >
                      <QueueRowView
                        row={row}
                        say={say}
                        nowMs={nowMs}
                        isOpen={id === openReport}
                        isMine={row.owner?.staff === session.staff.id}
                      />
                    </div>
                  ) : null
                })}
              </div>
            ))}
          </div>
        ) : null}
      </div>
    </section>
  )
}
