import { sayOr } from '@open110/core/words/console'
import { categoryPath } from '@open110/modules/incident/category'
import { ClockCell } from '../Deadlines/ClockCell.tsx'
import { pressing } from '../Deadlines/deadlines.state.ts'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { fixSeconds } from '../Live/places.state.ts'
import { unitShapes } from '../Map/map.state.ts'
import { Priority } from '../parts/Priority.tsx'
import { ageText, clockText, fixTone, secondsSince } from '../Queue/age.state.ts'
import { lastStepAt, type Card } from './lanes.state.ts'
import { useBoard } from './useBoard.ts'

/** 卡片 — two lines: who or what, and where it stands with its time. The time is red when it is overdue. */
export function CardView({ card }: { card: Card }) {
  const { say, room } = useDesk()
  const nowMs = useNow()
  const clocks = useBoard('deadlines').value?.deadlines
  if (card.kind === 'unit') {
    const { row: unit } = card
    const age = fixSeconds(room.places, unit, nowMs)
    return (
      <div className="card-lines" data-state={unit.state}>
        <p>
          <span aria-hidden="true">{unitShapes[unit.state]}</span> <b>{unit.name}</b>
          <span className="card-state">{say(`unit.state.${unit.state}`)}</span>
        </p>
        <p className="note">
          {unit.kind === 'agency' || unit.kind === 'volunteer' || unit.kind === 'grid'
            ? `${say(`unit.kind.${unit.kind}`)} · `
            : ''}
          {say('console.members', { count: unit.members })}
          {unit.openSlips > 0 ? ` · ${say('console.open-slips', { count: unit.openSlips })}` : ''}
          {unit.skills.length > 0
            ? ` · ${unit.skills.map((skill) => sayOr(say, `unit.skill.${skill}`)).join('、')}`
            : ''}
          {unit.rests ? ` · ${say('console.unit-rests')}` : ''}
          {age === undefined ? (
            <span className="signal is-late"> {say('console.no-fix')}</span>
          ) : age >= 60 ? (
            <span className={`signal is-${fixTone(age)}`}>
              {' '}
              {say('console.fix-age', { age: ageText(age) })}
            </span>
          ) : null}
        </p>
      </div>
    )
  }
  if (card.kind === 'incident') {
    const { row } = card
    const clock = pressing(clocks, { incident: row.id })
    return (
      <div className="card-lines">
        <p>
          <Priority level={row.level} say={say} />{' '}
          <b className="card-gist">{row.gist || categoryPath(row.category)}</b>
          {clock ? (
            <ClockCell clock={clock} />
          ) : (
            <span className="figure card-age">{ageText(secondsSince(row.acceptedAt, nowMs))}</span>
          )}
        </p>
        <p className="note">
          {row.dangers.map((danger) => `${say(`danger.${danger}`)} `)}
          {row.place || say('console.no-place')} · {row.number.slice(-7)}
        </p>
      </div>
    )
  }
  const { slip, incident } = card.row
  const clock = pressing(clocks, { slip: slip.id })
  return (
    <div className="card-lines" data-state={slip.state}>
      <p>
        <Priority level={incident.level} say={say} /> <b>{slip.unitName}</b>
        <span className="card-state">{say(`slip.state.${slip.state}`)}</span>
        {clock ? (
          <ClockCell clock={clock} />
        ) : (
          <span className="figure card-age">{clockText(lastStepAt(card.row))}</span>
        )}
      </p>
      <p className="note">
        {incident.placeWords ?? categoryPath(incident.category)} · {slip.number.slice(-11)}
        {slip.unread.some(({ readAt }) => readAt === undefined) ? ` · ${say('console.slip-unread')}` : ''}
      </p>
    </div>
  )
}
