import { CloudOff, CloudUpload } from 'lucide-react'
import type { Duty } from './duty.state.ts'
import type { Press, TurnedDown } from './outbox.state.ts'
import { refusalWords, say } from './words.ts'
import './waiting.css'

const nameOf = (press: Press) =>
  press.act === 'move' ? say(`slip.move.${press.move}`) : say(`field.act.${press.act}`)

/** 待发 — what is only on this phone yet, and what the desk would not take. Silent when there is nothing of either. */
export function Waiting(given: {
  duty: Duty
  parcels: number
  isOffline: boolean
  onDismiss: (down: TurnedDown) => void
}) {
  const { duty, isOffline } = given
  const count = duty.presses.filter(({ key }) => !duty.held.has(key)).length
  const Icon = isOffline ? CloudOff : CloudUpload
  return (
    <>
      <div role="status">
        {isOffline || count > 0 || given.parcels > 0 ? (
          <p className="waiting" data-offline={isOffline || undefined}>
            <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
            <span>
              {isOffline ? <b>{say('field.offline')} </b> : undefined}
              {count > 0 ? say('field.kept', { count }) : undefined}
              {given.parcels > 0 ? ` ${say('field.kept.parcels', { count: given.parcels })}` : undefined}
              {count > 0 ? <small>{say('field.kept.why')}</small> : undefined}
            </span>
          </p>
        ) : undefined}
      </div>
      {duty.turnedDown.map((down) => (
        <div className="turned-down" role="alert" key={down.press.key}>
          <p>{say('field.turned-down', { move: nameOf(down.press), why: refusalWords(down.refusal) })}</p>
          <button type="button" onClick={() => given.onDismiss(down)}>
            {say('field.turned-down.read')}
          </button>
        </div>
      ))}
    </>
  )
}
