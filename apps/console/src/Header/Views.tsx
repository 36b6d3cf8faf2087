import { isUnanswered } from '@open110/modules/escalation'
import { SquareArrowOutUpRight } from 'lucide-react'
import { useBoard } from '../Boards/useBoard.ts'
import { isRed } from '../Deadlines/deadlines.state.ts'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { redLoops } from '../OpenLoops/loops.state.ts'
import { keyTable } from '../Keys/keys.state.ts'
import { addressOf, views, type View } from './views.state.ts'

/** 页面条 — where one can go, and how much waits there. Figures that are red want somebody. */
export function Views({ view }: { view: View }) {
  const { say, session } = useDesk()
  const seats = useRoom((room) => room.seats)
  const clocks = useBoard('deadlines').value
  const panics = useBoard('panics').value?.length ?? 0
  const backups = useBoard('backups').value?.length ?? 0
  const asked = useBoard('escalations').value?.filter(({ state }) => isUnanswered(state)).length ?? 0
  const loops = useBoard('loops', session.staff.permissions.includes('deadline.supervise')).value?.loops ?? []
  const nowMs = useNow()
  const overdue = clocks?.deadlines.filter((clock) => isRed(clock, nowMs)).length ?? 0
  const redOnes = redLoops(loops, nowMs).length
  const live = seats?.filter((seat) => seat.state === 'live').length ?? 0
  const isSilent = seats?.some((seat) => seat.state === 'stale') ?? false
  const figures: Partial<
    Record<View, { readonly words: string; readonly isRed: boolean; readonly isAmber?: boolean }>
  > = {
    ...(overdue > 0 ? { overdue: { words: String(overdue), isRed: true } } : {}),
    ...(loops.length > 0 ? { loops: { words: String(redOnes || loops.length), isRed: redOnes > 0 } } : {}),
    ...(panics + backups > 0 ? { duty: { words: String(panics + backups), isRed: true } } : {}),
    ...(asked > 0 ? { escalations: { words: String(asked), isRed: true } } : {}),
    ...(seats ? { seats: { words: `${live}/${seats.length}`, isRed: false, isAmber: isSilent } } : {}),
  }
  return (
    <nav className="bar-views" aria-label={say('console.views')}>
      {views.map((name) => {
        const figure = figures[name]
        const shown = keyTable.find((row) => row.act === `view-${name}`)?.shown
        return (
          <a
            key={name}
            href={addressOf(name)}
            aria-current={view === name ? 'page' : undefined}
            title={shown ? `${say(`console.view.${name}`)}  ${shown}` : undefined}
          >
            {say(`console.view.${name}`)}
            {figure ? (
              <span
                className="bar-figure"
                data-red={figure.isRed || undefined}
                data-amber={figure.isAmber || undefined}
              >
                {figure.words}
              </span>
            ) : null}
          </a>
        )
      })}
      <button
        type="button"
        className="button is-quiet is-icon bar-window"
        title={say('console.view.window')}
        onClick={() => window.open(`${location.pathname}${addressOf(view)}`, `${session.staff.id}-${view}`)}
      >
        <SquareArrowOutUpRight size={16} strokeWidth={1.75} aria-hidden="true" />
        <span className="visually-hidden">{say('console.view.window')}</span>
      </button>
    </nav>
  )
}
