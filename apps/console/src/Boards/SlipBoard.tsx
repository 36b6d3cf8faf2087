import { useMemo, useRef, useState } from 'react'
import { categoryPath } from '@open110/modules/incident/category'
import { useDesk, useRoom } from '../Desk/desk.tsx'
import { Said } from '../Desk/act.tsx'
import { BoardHead, BoardState } from '../parts/BoardHead.tsx'
import type { GoTo } from './goto.ts'
import { Lane } from './Lane.tsx'
import {
  choose,
  dropped,
  incidentOf,
  lanes,
  lanesOf,
  nothingChosen,
  type Card,
  type Chosen,
  type LaneName,
} from './lanes.state.ts'
import { SentBar } from './SentBar.tsx'
import { useSending } from './sending.ts'
import { useBoard, useKept } from './useBoard.ts'
import './Boards.css'
import './SlipBoard.css'

const widths = ['all', 'duty'] as const

/** 警力·处警单 — what waits, who is on it, who could go. A unit dragged onto an incident, or chosen with it, is sent. */
export function SlipBoard({ onGo }: { onGo: (to: GoTo) => void }) {
  const { say, boards } = useDesk()
  const slips = useBoard('slips')
  const pending = useBoard('pending')
  const units = useRoom((room) => room.units)
  const [search, setSearch] = useState('')
  const [width, setWidth] = useKept('board.lanes', widths, 'all')
  const [chosen, setChosen] = useState<Chosen>(nothingChosen)
  const sending = useSending()
  const box = useRef<HTMLDivElement>(null)
  const typed = search.trim().toLowerCase()
  const sorted = useMemo(
    () => lanesOf({ pending: pending.value ?? [], slips: slips.value ?? [], units: units ?? [] }, typed),
    [pending.value, slips.value, units, typed],
  )
  const all = useMemo(
    () => new Map(lanes.flatMap((lane) => sorted[lane]).map((card) => [card.id, card])),
    [sorted],
  )
  const shown: readonly LaneName[] = width === 'all' ? lanes : ['pending', 'active', 'units']

  const send = async (incident: string, ids: readonly string[]) => {
    const chosenUnits = (units ?? []).filter((unit) => ids.includes(unit.id))
    if (chosenUnits.length === 0 || sending.isBusy) return
    if (await sending.send({ incident, units: chosenUnits })) setChosen(nothingChosen)
  }
  const enter = (card: Card) => {
    const next =
      chosen.units.length > 0 && incidentOf(card) !== undefined ? incidentOf(card) : chosen.incident
    const ids =
      card.kind === 'unit' && !chosen.units.includes(card.id) ? [...chosen.units, card.id] : chosen.units
    if (next !== undefined && ids.length > 0) return void send(next, ids)
    const incident = incidentOf(card)
    if (incident !== undefined) onGo({ incident })
    else setChosen(choose(chosen, card))
  }
  const side = (by: 1 | -1) => {
    const lists = [...box.current!.querySelectorAll<HTMLElement>('[data-lane-list]')]
    const at = lists.findIndex((list) => list === document.activeElement)
    lists[at + by]?.focus()
  }
  const drop = (carriedId: string, target: Card) => {
    const carried = all.get(carriedId)
    const meant = carried ? dropped(carried, target, chosen) : undefined
    if (meant) void send(meant.incident, meant.units)
  }
  const incidentName = (id: string): string => {
    const row = pending.value?.find((other) => other.id === id)
    if (row) return `${row.number.slice(-7)} ${row.place || row.gist}`
    const slip = slips.value?.find((other) => other.incident.id === id)
    return slip ? `${slip.incident.number.slice(-7)} ${slip.incident.placeWords ?? ''}` : ''
  }
  const unitNames = chosen.units.map((id) => units?.find((unit) => unit.id === id)?.name ?? '').join('、')
  const cells = () => [
    (['lane', 'number', 'unit', 'state', 'place', 'issued'] as const).map((head) =>
      say(`console.board-column.${head}`),
    ),
    ...lanes.flatMap((lane) =>
      sorted[lane].map((card): (string | number)[] => {
        const name = say(`console.lane.${lane}`)
        if (card.kind === 'unit')
          return [name, '', card.row.name, say(`unit.state.${card.row.state}`), '', '']
        if (card.kind === 'incident')
          return [name, card.row.number, '', say(`incident.state.${card.row.state}`), card.row.place, '']
        const { slip, incident } = card.row
        const place = incident.placeWords ?? categoryPath(incident.category)
        return [name, slip.number, slip.unitName, say(`slip.state.${slip.state}`), place, slip.issuedAt]
      }),
    ),
  ]
  return (
    <section
      className="board"
      aria-label={say('console.view.board')}
      onKeyDown={(event) => {
        if (event.code !== 'Escape' || chosen === nothingChosen) return
        event.preventDefault()
        setChosen(nothingChosen)
      }}
    >
      <BoardHead title={say('console.view.board')} search={search} onSearch={setSearch} cells={cells}>
        <div role="group" aria-label={say('console.filter')} className="scopes">
          {widths.map((name) => (
            <button
              key={name}
              type="button"
              className="button"
              aria-pressed={width === name}
              onClick={() => setWidth(name)}
            >
              {say(`console.slipboard.${name}`)}
            </button>
          ))}
        </div>
      </BoardHead>
      <div className="choice" role="status">
        {chosen.units.length > 0 || chosen.incident ? (
          <>
            <span>
              <b>{unitNames || say('console.slipboard.no-unit')}</b> →{' '}
              <b>{chosen.incident ? incidentName(chosen.incident) : say('console.slipboard.no-incident')}</b>
            </span>
            <button
              type="button"
              className="button is-primary"
              disabled={sending.isBusy || !chosen.incident || chosen.units.length === 0}
              onClick={() => void send(chosen.incident!, chosen.units)}
            >
              {say('console.issue')} <kbd className="key">Enter</kbd>
            </button>
            {chosen.incident ? (
              <button type="button" className="button" onClick={() => onGo({ incident: chosen.incident! })}>
                {say('console.open-incident')}
              </button>
            ) : null}
            <button type="button" className="button is-quiet" onClick={() => setChosen(nothingChosen)}>
              {say('console.choose-none')} <kbd className="key">Esc</kbd>
            </button>
          </>
        ) : (
          <>
            <SentBar sending={sending} />
            {sending.sent.length > 0 ? null : <span className="note">{say('console.slipboard.hint')}</span>}
          </>
        )}
        <Said text={sending.said} />
      </div>
      {[slips, pending].map((board, index) =>
        board.fault ? (
          <BoardState
            key={index}
            board={board}
            isEmpty={false}
            empty={null}
            onAgain={() => boards.refresh(['slips', 'pending'])}
          />
        ) : null,
      )}
      {slips.value === undefined && pending.value === undefined && !slips.fault ? (
        <p className="empty">{say('console.loading')}</p>
      ) : (
        <div className="lanes" ref={box} data-width={width}>
          {shown.map((name) => (
            <Lane
              key={name}
              name={name}
              cards={sorted[name]}
              chosen={chosen}
              onChoose={(card) => setChosen(choose(chosen, card))}
              onEnter={enter}
              onSide={side}
              onDrop={drop}
            />
          ))}
        </div>
      )}
    </section>
  )
}
