import type { useLock } from './useLock.ts'
import { useDesk } from '../Desk/desk.tsx'
import { clockText } from '../Queue/age.state.ts'
import './Fusion.css'

/** 谁在编辑 — a name and until when; beside it the way to take over, for who has begun to edit as well. */
export function LockLine({ lock, isEditing }: { lock: ReturnType<typeof useLock>; isEditing: boolean }) {
  const { say } = useDesk()
  if (!lock.other || lock.isTaking) return null
  return (
    <p className="lock-line" role="status">
      <span>{say('fusion.editing', { name: lock.other.name, until: clockText(lock.other.until) })}</span>
      {isEditing ? (
        <button type="button" className="button" onClick={lock.takeOver}>
          {say('fusion.take-over')}
        </button>
      ) : null}
    </p>
  )
}
