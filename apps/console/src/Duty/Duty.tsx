import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { categoryPath } from '@open110/modules/incident/category'
import type { GoTo } from '../Boards/goto.ts'
import { useBoard } from '../Boards/useBoard.ts'
import { ClockCell } from '../Deadlines/ClockCell.tsx'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import type { View } from '../Header/views.state.ts'
import { BoardHead, BoardState } from '../parts/BoardHead.tsx'
import { Priority } from '../parts/Priority.tsx'
import { ageText, clockText, secondsSince } from '../Queue/age.state.ts'
import { dutyOf, isPressing, panels, type PanelName } from './duty.state.ts'
import { EscalationAct, PanicAct, UrgeAct } from './DutyActs.tsx'
import '../Boards/Boards.css'
import './Duty.css'

const most = 8
const boardOf: Partial<Record<PanelName, View>> = {
  escalations: 'escalations',
  overdue: 'overdue',
  unsigned: 'board',
  loops: 'loops',
  'follow-ups': 'follow-ups',
  major: 'incidents',
  seats: 'seats',
}

type Line = {
  readonly id: string
  readonly words: string
  readonly more: ReactNode
  readonly act?: ReactNode
  readonly go?: GoTo
}

/** 值班长 — everything that is open and red on one page. A digit brings the hand to a panel, Enter does what it asks. */
export function Duty({ onGo }: { onGo: (to: GoTo) => void }) {
  const { say, boards } = useDesk()
  const nowMs = useNow()
  const read = {
    panics: useBoard('panics'),
    backups: useBoard('backups'),
    escalations: useBoard('escalations'),
    deadlines: useBoard('deadlines'),
    slips: useBoard('slips'),
    loops: useBoard('loops'),
    'follow-ups': useBoard('follow-ups'),
    overrides: useBoard('overrides'),
    pending: useBoard('pending'),
  }
  const seats = useRoom((room) => room.seats)
  const page = useRef<HTMLElement>(null)
  useEffect(() => page.current?.focus(), [])
  const values = Object.fromEntries(Object.entries(read).map(([part, board]) => [part, board.value]))
  const duty = dutyOf({ ...values, seats }, nowMs)
  const age = (moment: string) => <span className="figure">{ageText(secondsSince(moment, nowMs))}</span>
  const lines: Readonly<Record<PanelName, readonly Line[]>> = {
    panics: duty.panics.map((panic) => ({
      id: panic.id,
      words: panic.unitName,
      more: age(panic.happenedAt),
      act: <PanicAct panic={panic} />,
      ...(panic.incident ? { go: { incident: panic.incident } } : {}),
    })),
    backups: duty.backups.map((backup) => ({
      id: backup.id,
      words: `${backup.unitName ?? say('console.backup.by-danger')} · ${say(`backup.kind.${backup.kind}`)} ×${backup.count}`,
      more: age(backup.happenedAt),
      go: { incident: backup.incident, wish: 'go-units' },
    })),
    escalations: duty.escalations.map((escalation) => ({
      id: escalation.id,
      words: `${escalation.number.slice(-7)} ${escalation.words}`,
      more: age(escalation.askedAt),
      act: <EscalationAct escalation={escalation} />,
      go: { incident: escalation.incident },
    })),
    overdue: duty.overdue.map((clock) => ({
      id: clock.id,
      words: `${say(`deadline.clock.${clock.clock}`)} · ${clock.owner.name} · ${clock.place ?? clock.number ?? ''}`,
      more: <ClockCell clock={clock} />,
      ...(clock.subjectKind === 'slip' ? { act: <UrgeAct slip={clock.subject} /> } : {}),
      ...(clock.incident
        ? { go: { incident: clock.incident } }
        : clock.report
          ? { go: { report: clock.report } }
          : {}),
    })),
    unsigned: duty.unsigned.map(({ slip, incident }) => ({
      id: slip.id,
      words: `${slip.unitName} · ${say(`slip.state.${slip.state}`)} · ${incident.placeWords ?? categoryPath(incident.category)}`,
      more: age(slip.issuedAt),
      ...(slip.state === 'issued' ? { act: <UrgeAct slip={slip.id} /> } : {}),
      go: { incident: incident.id },
    })),
    loops: duty.loops.map((loop) => ({
      id: loop.incident ?? loop.report ?? loop.number,
      words: `${loop.number.slice(-7)} ${loop.gaps.map((gap) => say(`closure.finding.${gap.finding}`)).join('、')}`,
      more: age(loop.since),
      go: loop.incident ? { incident: loop.incident } : { report: loop.report ?? '' },
    })),
    'follow-ups': duty['follow-ups'].map((one) => ({
      id: one.id,
      words: `${one.incidentNumber.slice(-7)} ${say(`followup.reason.${one.reason}`)}`,
      more: age(one.dueAt),
      go: { view: 'follow-ups' },
    })),
    overrides: duty.overrides.map((override) => ({
      id: override.id,
      words: `${override.receiptCode} ${say(`contact.way.${override.way}`)} · ${override.by}:${override.reason}`,
      more: age(override.at),
      go: { report: override.report },
    })),
    major: duty.major.map((row) => ({
      id: row.id,
      words: `${row.gist || categoryPath(row.category)} · ${row.place}`,
      more: <Priority level={row.level} say={say} />,
      go: { incident: row.id },
    })),
    seats: duty.seats.map((seat) => ({
      id: String(seat.seat),
      words: `${say('console.seat', { seat: seat.seat })} ${seat.staffName ?? ''}`,
      more: <span data-state={seat.state}>{say(`console.seat-state.${seat.state}`)}</span>,
      go: { view: 'seats' },
    })),
  }
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey || event.metaKey) return
    if (event.target instanceof HTMLElement && event.target.matches('input, select, textarea')) return
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]
    const name = digit === undefined ? undefined : panels[Number(digit) - 1]
    if (!name) return
    event.preventDefault()
    const panel = page.current?.querySelector<HTMLElement>(`[data-panel="${name}"]`)
    ;(panel?.querySelector<HTMLElement>('li button') ?? panel)?.focus()
  }
  const cells = () => [
    [say('console.duty-column.panel'), say('console.duty-column.what')],
    ...panels.flatMap((name) => lines[name].map(({ words }) => [say(`console.duty.${name}`), words])),
  ]
  const stale = Object.values(read).find(({ fault }) => fault !== undefined)
  return (
    <section
      className="board"
      aria-label={say('console.view.duty')}
      ref={page}
      // The page itself hears the digits, also before anything in it was chosen.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onKeyDown={press}
    >
      <BoardHead title={say('console.view.duty')} note={say('console.duty.hint')} cells={cells} />
      {stale ? (
        <BoardState
          board={stale}
          isEmpty={false}
          empty={null}
          onAgain={() =>
            boards.refresh([
              'panics',
              'backups',
              'escalations',
              'deadlines',
              'slips',
              'loops',
              'follow-ups',
              'overrides',
              'pending',
            ])
          }
        />
      ) : null}
      <div className="duty">
        {panels.map((name, index) => (
          <section
            key={name}
            className="panel"
            data-panel={name}
            data-red={isPressing(name, duty) || undefined}
            tabIndex={-1}
            aria-label={say(`console.duty.${name}`)}
          >
            <header>
              {index < 9 ? <kbd className="key">{index + 1}</kbd> : null}
              <h3>{say(`console.duty.${name}`)}</h3>
              <b className="figure">{lines[name].length}</b>
              {boardOf[name] ? (
                <button
                  type="button"
                  className="button is-quiet"
                  onClick={() => onGo({ view: boardOf[name]! })}
                >
                  {say('console.duty.all')}
                  <span className="visually-hidden">{say(`console.duty.${name}`)}</span>
                </button>
              ) : null}
            </header>
            {lines[name].length === 0 ? (
              <p className="panel-empty">{say(`console.duty-empty.${name}`)}</p>
            ) : null}
            <ul>
              {lines[name].slice(0, most).map((line) => (
                <li key={line.id}>
                  {line.act}
                  <button
                    type="button"
                    className="panel-line"
                    disabled={!line.go}
                    onClick={() => line.go && onGo(line.go)}
                  >
                    {line.words}
                  </button>
                  {line.more}
                </li>
              ))}
            </ul>
            {lines[name].length > most ? (
              <p className="note panel-more">
                {say('console.duty.more', { count: lines[name].length - most })}
              </p>
            ) : null}
          </section>
        ))}
      </div>
      <p className="note duty-foot">{say('console.duty.as-of', { time: clockText(nowMs) })}</p>
    </section>
  )
}
