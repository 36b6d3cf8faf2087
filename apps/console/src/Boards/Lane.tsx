import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useDesk } from '../Desk/desk.tsx'
import { useHeld } from '../parts/useHeld.ts'
import { CardView } from './CardView.tsx'
import {
  cardHeight,
  incidentOf,
  isChosen,
  windowOf,
  type Card,
  type Chosen,
  type LaneName,
} from './lanes.state.ts'

const idOf = (card: Card): string => card.id

/** 一列 — draws what fits. Arrows walk, Space chooses, Enter sends or opens, a card can be dragged onto its counterpart. */
export function Lane({
  name,
  cards,
  chosen,
  onChoose,
  onEnter,
  onSide,
  onDrop,
}: {
  name: LaneName
  cards: readonly Card[]
  chosen: Chosen
  onChoose: (card: Card) => void
  onEnter: (card: Card) => void
  /** Left or right to the neighbouring column. */
  onSide: (by: 1 | -1) => void
  onDrop: (carriedId: string, target: Card) => void
}) {
  const { say } = useDesk()
  const held = useHeld(cards, idOf)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const [view, setView] = useState({ top: 0, height: 800 })
  const [current, setCurrent] = useState<string>()
  const [over, setOver] = useState<string>()
  const drawn = windowOf(held.rows.length, view.top, view.height)
  useLayoutEffect(() => {
    const box = list.current
    if (!box) return
    const measure = () => setView({ top: box.scrollTop, height: box.clientHeight })
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(box)
    return () => watch.disconnect()
  }, [])
  const at = Math.max(
    0,
    held.rows.findIndex((row) => row.id === current),
  )
  const walk = (to: number) => {
    const row = held.rows[Math.max(0, Math.min(held.rows.length - 1, to))]
    if (!row) return
    setCurrent(row.id)
    const top = held.rows.indexOf(row) * cardHeight
    const box = list.current!
    if (top < box.scrollTop) box.scrollTop = top
    else if (top + cardHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = top + cardHeight - box.clientHeight
  }
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey || event.metaKey) return
    const card = held.rows[at]?.row
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: () => walk(current === undefined ? 0 : at + 1),
      ArrowUp: () => walk(at - 1),
      Home: () => walk(0),
      End: () => walk(held.rows.length - 1),
      ArrowLeft: () => onSide(-1),
      ArrowRight: () => onSide(1),
      Space: () => card && onChoose(card),
      Enter: () => card && onEnter(card),
    }
    const act = acts[event.code]
    if (!act) return
    event.preventDefault()
    act()
  }
  return (
    <section className="lane" data-lane={name} aria-labelledby={`${id}-name`}>
      <header className="lane-head">
        <h3 id={`${id}-name`}>{say(`console.lane.${name}`)}</h3>
        <span className="figure">{cards.length}</span>
        {held.newcomers > 0 ? (
          <button type="button" className="button is-primary" onClick={held.showNow}>
            {say('console.board.newcomers', { count: held.newcomers })}
          </button>
        ) : null}
      </header>
      <div
        ref={list}
        className="lane-list"
        role={held.rows.length > 0 ? 'listbox' : 'group'}
        aria-multiselectable={held.rows.length > 0 ? true : undefined}
        aria-labelledby={`${id}-name`}
        aria-activedescendant={current !== undefined && held.rows.length > 0 ? `${id}-${current}` : undefined}
        tabIndex={0}
        data-lane-list
        onKeyDown={press}
        onFocus={() => {
          if (current === undefined) setCurrent(held.rows[0]?.id)
        }}
        onScroll={({ currentTarget: box }) => setView({ top: box.scrollTop, height: box.clientHeight })}
        {...held.hand}
      >
        {held.rows.length === 0 ? <p className="empty">{say(`console.lane-empty.${name}`)}</p> : null}
        <div style={{ blockSize: held.rows.length * cardHeight, position: 'relative' }} role="presentation">
          {held.rows.slice(drawn.from, drawn.to).map(({ id: cardId, row: card, isGone }, index) => (
            <div
              key={cardId}
              id={`${id}-${cardId}`}
              role="option"
              tabIndex={-1}
              aria-selected={isChosen(chosen, card)}
              aria-setsize={held.rows.length}
              aria-posinset={drawn.from + index + 1}
              className="lane-card"
              data-current={cardId === current || undefined}
              data-gone={isGone || undefined}
              data-over={over === cardId || undefined}
              style={{ insetBlockStart: (drawn.from + index) * cardHeight, blockSize: cardHeight }}
              draggable={!isGone}
              onDragStart={(event) => {
                event.dataTransfer.setData('text/plain', cardId)
                event.dataTransfer.effectAllowed = 'link'
              }}
              onDragOver={(event) => {
                if (card.kind !== 'unit' && incidentOf(card) === undefined) return
                event.preventDefault()
                event.dataTransfer.dropEffect = 'link'
                setOver(cardId)
              }}
              onDragLeave={() => setOver(undefined)}
              onDrop={(event) => {
                event.preventDefault()
                setOver(undefined)
                onDrop(event.dataTransfer.getData('text/plain'), card)
              }}
              onClick={() => {
                setCurrent(cardId)
                onChoose(card)
              }}
              onDoubleClick={() => incidentOf(card) !== undefined && onEnter(card)}
            >
              <CardView card={card} />
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}
