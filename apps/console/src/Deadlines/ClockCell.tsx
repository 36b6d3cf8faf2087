import type { Deadline } from '@open110/modules/deadline'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText } from '../Queue/age.state.ts'
import { leftSeconds, toneOf } from './deadlines.state.ts'
import './Deadlines.css'

/** 时限格 — counts down by itself; overdue it is white on red, with the sign before the figure. */
export function ClockCell({ clock, isNamed = false }: { clock: Deadline; isNamed?: boolean }) {
  const { say } = useDesk()
  const nowMs = useNow()
  const tone = toneOf(clock, nowMs)
  const left = leftSeconds(clock, nowMs)
  const name = say(`deadline.clock.${clock.clock}`)
  const words =
    tone === 'paused'
      ? say('console.clock.paused')
      : say(left < 0 ? 'console.clock.over' : 'console.clock.left')
  return (
    <span className="clock-cell" data-tone={tone} title={`${name} · ${words}`}>
      {isNamed ? <span className="clock-name">{name}</span> : null}
      <span className="visually-hidden">{words}</span>
      <span aria-hidden="true">{tone === 'paused' ? '‖' : left < 0 ? '+' : ''}</span>
      {Number.isFinite(left) ? ageText(Math.abs(left)) : '—'}
    </span>
  )
}
