import { useEffect, useRef, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { Incident } from '@open110/modules/incident'
import * as incidents from '@open110/modules/incident/api'
import { useDesk, useNow } from '../Desk/desk.tsx'

/** Said again well before it lapses, as long as somebody edits. */
const againMs = 20_000

/**
 * 编辑锁 — said when editing begins and while it lasts, taken back when it ends. Who else edits is a name and a moment, and
 * never keeps anybody from typing; `isTaking` goes with the next save when a person has chosen to take over.
 */
export function useLock(incident: Incident, isEditing: boolean) {
  const { call, room, session } = useDesk()
  const nowMs = useNow()
  const [isTaking, take] = useState(false)
  const { lock } = incident
  const isHeld = lock !== undefined && Date.parse(lock.until) > nowMs
  const other = isHeld && lock.staff !== session.staff.id ? lock : undefined
  const id = incident.id
  const held = useRef(false)

  useEffect(() => {
    if (!isEditing) return
    const params = { incident: id }
    // Named degradation: without an answer nobody is told who edits; the version still keeps one from covering the other.
    const quiet = (cause: unknown) => {
      if (!(cause instanceof Unanswered)) throw cause
    }
    // Taken over once; who loses it again is told, and does not snatch it back every time it is said.
    let isFirst = isTaking
    const say = () => {
      const takeOver = isFirst
      isFirst = false
      void call(incidents.lock, { params, body: { takeOver } }).then((answer) => {
        held.current = !isRefusal(answer)
        if (isRefusal(answer)) take(false)
      }, quiet)
    }
    say()
    const again = setInterval(say, againMs)
    return () => {
      clearInterval(again)
      if (held.current) void call(incidents.unlock, { params }).then(() => undefined, quiet)
      held.current = false
    }
  }, [call, id, isEditing, isTaking])
  useEffect(() => {
    if (!isEditing) take(false)
  }, [isEditing])

  return {
    other,
    isTaking,
    takeOver() {
      take(true)
      room.refresh(['incident'])
    },
  }
}
