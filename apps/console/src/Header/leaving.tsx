import { useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import * as desks from '@open110/modules/desk/api'
import { useDesk } from '../Desk/desk.tsx'

/**
 * 退席 — whoever signs out is asked once about what is still theirs, and is never held back: a second press leaves, and so
 * does a server that does not answer.
 */
export function useLeaving(onSignOut: () => void): {
  /** How much is open; absent while nobody asks to leave. */
  readonly count: number | undefined
  readonly ask: () => Promise<void>
  readonly leave: () => void
  readonly stay: () => void
} {
  const { call, session } = useDesk()
  const [asked, setAsked] = useState<{ readonly count?: number }>()
  return {
    count: asked?.count,
    leave: onSignOut,
    stay: () => setAsked(undefined),
    async ask() {
      if (asked) return onSignOut()
      setAsked({})
      const count = await openItems().catch((cause: unknown) => {
        // Named degradation: nobody is kept at a desk by a server that does not answer.
        if (!(cause instanceof Unanswered)) throw cause
        return 0
      })
      if (count === 0) return onSignOut()
      setAsked({ count })
    },
  }

  async function openItems(): Promise<number> {
    // Whoever only looks on answers for nothing.
    if (!session.staff.permissions.includes('desk.sit')) return 0
    const sheet = await call(desks.handoverSheet, { params: { desk: session.staff.org } })
    return isRefusal(sheet) ? 0 : sheet.items.length
  }
}

/** What is still open, and the three ways on. */
export function LeavingNotice({
  count,
  onHandOver,
  onLeave,
  onStay,
}: {
  count: number
  onHandOver: () => void
  onLeave: () => void
  onStay: () => void
}) {
  const { say } = useDesk()
  return (
    <article className="notice is-leaving">
      <p role="alert">{say('console.leaving', { count })}</p>
      <div className="notice-acts">
        <button type="button" className="button is-primary" onClick={onHandOver}>
          {say('console.leaving.hand-over')}
        </button>
        <button type="button" className="button" onClick={onLeave}>
          {say('console.leaving.leave')}
        </button>
        <button type="button" className="button is-quiet" onClick={onStay}>
          {say('action.cancel')}
        </button>
      </div>
    </article>
  )
}
