import { useEffect, useState } from 'react'
import { sayOr } from '@open110/core/words/console'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import * as fleet from '@open110/modules/unit/api'
import { SentBar } from '../Boards/SentBar.tsx'
import { useSending } from '../Boards/sending.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'
import { ageText, fixTone, momentText, secondsSince } from '../Queue/age.state.ts'
import { unitShapes } from './map.state.ts'
import type { UnitsOnMap } from './useUnits.ts'

type Row = GivesOf<typeof fleet.roster>[number]
const trailMs = 3_600_000

/** 警力卡 — who this is, with whom and what, how old its position is; and what the desk may do with it. */
export function UnitCard({
  chosen,
  units,
  sent,
}: {
  chosen: string
  units: UnitsOnMap
  sent: ReadonlySet<string>
}) {
  const { say, session, call, room } = useDesk()
  const nowMs = useNow()
  const unit = useRoom((room) => room.units?.find(({ id }) => id === chosen))
  const incident = useRoom((workplace) => workplace.open?.incident)
  const row = useRoster(chosen)
  const sending = useSending()
  const trailing = useTrail(chosen, units)
  const stating = useAct()
  if (!unit) return null
  const fixMs = room.places.of(chosen)?.fixMs ?? (unit.fixAt ? Date.parse(unit.fixAt) : Number.NaN)
  const age = Number.isFinite(fixMs) ? secondsSince(new Date(fixMs).toISOString(), nowMs) : undefined
  const shift = typeof row === 'object' ? row.shift : undefined
  const mayTrail = session.staff.permissions.includes('unit.track')
  return (
    <section className="unit-card" aria-label={say('map.unit', { name: unit.name })}>
      <header>
        <h3>
          <span aria-hidden="true">{unitShapes[unit.state]}</span> {unit.name}
        </h3>
        <span className="state">{say(`unit.state.${unit.state}`)}</span>
        <span className="note">
          {say(`unit.kind.${unit.kind}`)} · {say('map.members', { count: unit.members })}
          {unit.openSlips > 0 ? ` · ${say('map.slips', { count: unit.openSlips })}` : ''}
        </span>
        {age === undefined ? null : (
          <span className={`signal is-${fixTone(age)}`}>{say('map.fix-age', { age: ageText(age) })}</span>
        )}
        <button type="button" className="button" onClick={() => units.pick(undefined)}>
          {say('map.close')}
        </button>
      </header>
      {unit.rests ? <p className="note">{say(`unit.rest.${unit.rests}`)}</p> : null}
      <dl>
        <Fact name={say('map.crew')}>
          {row === 'loading'
            ? say('map.loading')
            : row === 'denied'
              ? say('map.roster-denied')
              : shift
                ? `${shift.members.map(({ name, badge }) => (badge ? `${name} ${badge}` : name)).join('、')} · ${say(
                    'map.until',
                    { time: momentText(shift.plannedEndAt, nowMs).slice(0, -3) },
                  )}`
                : say('map.no-shift')}
        </Fact>
        {shift?.vehicle ? <Fact name={say('map.vehicle')}>{shift.vehicle}</Fact> : null}
        {shift && shift.equipment.length > 0 ? (
          <Fact name={say('map.equipment')}>{shift.equipment.join('、')}</Fact>
        ) : null}
        {unit.skills.length > 0 ? (
          <Fact name={say('map.skills')}>
            {unit.skills.map((skill) => sayOr(say, `unit.skill.${skill}`) || skill).join('、')}
          </Fact>
        ) : null}
      </dl>
      <div className="unit-card-acts" key={unit.id}>
        {incident && !sent.has(unit.id) && unit.state !== 'off' ? (
          <button
            type="button"
            className="button is-primary"
            disabled={sending.isBusy}
            onClick={() => void sending.send({ incident, units: [unit] })}
          >
            {say('map.dispatch')}
          </button>
        ) : null}
        <button
          type="button"
          className="button"
          aria-pressed={units.isFollowing}
          onClick={() => units.follow(!units.isFollowing)}
        >
          {say(units.isFollowing ? 'map.unfollow' : 'map.follow')}
        </button>
        {mayTrail ? (
          <button
            type="button"
            className="button"
            disabled={trailing.isBusy}
            onClick={() => void trailing.toggle()}
          >
            {say(units.trail.length > 0 ? 'map.trail-hide' : 'map.trail')}
          </button>
        ) : null}
        {unit.state === 'ready' || unit.state === 'out' ? (
          <ReasonedAct
            say={say}
            label={say(unit.state === 'ready' ? 'map.put-out' : 'map.put-ready')}
            isBusy={stating.isBusy}
            onAct={async (reason) => {
              const body = { state: unit.state === 'ready' ? ('out' as const) : ('ready' as const), reason }
              const done = await stating.run(() => call(fleet.setState, { params: { unit: unit.id }, body }))
              return done !== undefined
            }}
          />
        ) : null}
      </div>
      <SentBar sending={sending} />
      <Said text={stating.said} />
      <Said text={trailing.said} />
    </section>
  )
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function useRoster(unit: string): Row | 'loading' | 'denied' {
  const { call } = useDesk()
  const [row, setRow] = useState<{ of: string; row: Row | 'denied' }>()
  useEffect(() => {
    let isOver = false
    void call(fleet.roster, { query: { unit } })
      .then((answer) => (isRefusal(answer) ? undefined : answer[0]))
      .catch(() => undefined) // Named degradation: the card says that the shift was not to be had.
      .then((found) => {
        if (!isOver) setRow({ of: unit, row: found ?? 'denied' })
      })
    return () => {
      isOver = true
    }
  }, [call, unit])
  return row?.of === unit ? row.row : 'loading'
}

/** The last hour of the unit's way, drawn and taken away again. */
function useTrail(unit: string, units: UnitsOnMap) {
  const { say, call, room } = useDesk()
  const acting = useAct()
  const [said, setSaid] = useState('')
  const toggle = async () => {
    setSaid('')
    if (units.trail.length > 0) return units.setTrail([])
    const nowMs = Date.now() + room.get().skewMs
    const query = { from: new Date(nowMs - trailMs).toISOString(), to: new Date(nowMs).toISOString() }
    const found = await acting.run(() => call(fleet.track, { params: { unit }, query }))
    if (!found) return
    units.setTrail(found.fixes)
    if (found.fixes.length < 2) setSaid(say('map.trail-none'))
  }
  return { isBusy: acting.isBusy, said: acting.said || said, toggle }
}
