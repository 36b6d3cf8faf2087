import { useCallback, useEffect, useMemo, useState } from 'react'
import { Unanswered } from '@open110/kit/client/call'
import { signIn, signOut } from '@open110/modules/desk/api'
import { logout } from '@open110/modules/staff/api'
import { openSpeaker } from './Alarm/sound.ts'
import { DeskProvider, openTick, type Desk } from './Desk/desk.tsx'
import { boardsFor, callAs, fetchFileAs, healthWatch, roomFor, videosFor } from './Desk/server.ts'
import { Workplace } from './Desk/Workplace.tsx'
import { openBus } from './Keys/bus.ts'
import { openDrafts } from './Session/draft.state.ts'
import { SeatChoice } from './Session/SeatChoice.tsx'
import { keepSession, keptSession, type Session } from './Session/session.state.ts'
import { SignIn } from './Session/SignIn.tsx'
import { SoundTest } from './Session/SoundTest.tsx'
import { useTheme } from './theme.ts'
import { say } from './words.ts'

const speaker = openSpeaker()
const tick = openTick()
const drafts = openDrafts(sessionStorage)

/** Sign in, sit down, hear the alarm, work. A reload comes back to the work. */
export function App() {
  const [session, setSession] = useState(() => keptSession(sessionStorage))
  const [hasTested, setTested] = useState(session?.seat !== undefined)
  const [wasSignedOut, setSignedOut] = useState(false)
  const [theme, changeTheme] = useTheme()
  const token = session?.token
  const call = useMemo(() => callAs(() => token), [token])
  const change = useCallback((next: Session | undefined) => {
    keepSession(sessionStorage, next)
    setSession(next)
  }, [])
  const lose = useCallback(() => {
    setSignedOut(true)
    change(undefined)
  }, [change])
  const leave = useCallback(async () => {
    if (!session) return
    try {
      if (session.seat !== undefined) {
        await call(signOut, { params: { desk: session.staff.org, seat: String(session.seat) } })
      }
      await call(logout)
    } catch (cause) {
      // Named degradation: the seat falls silent and turns stale by itself.
      if (!(cause instanceof Unanswered)) throw cause
    }
    setSignedOut(false)
    setTested(false)
    change(undefined)
  }, [call, change, session])

  if (!session) {
    return (
      <SignIn
        call={call}
        wasSignedOut={wasSignedOut}
        onDone={(next) => {
          setSignedOut(false)
          change(next)
        }}
      />
    )
  }
  if (session.seat === undefined && !session.isWatching) {
    return (
      <SeatChoice
        call={call}
        session={session}
        onSeat={(seat) => change({ ...session, seat })}
        onWatch={() => {
          setTested(true)
          change({ ...session, isWatching: true })
        }}
        onSignOut={() => void leave()}
      />
    )
  }
  if (!hasTested) {
    return <SoundTest speaker={speaker} onHeard={() => setTested(true)} onSilent={() => setTested(true)} />
  }
  return (
    <Shift
      key={session.token}
      session={session}
      theme={theme}
      onTheme={changeTheme}
      onLost={lose}
      onLeave={() => void leave()}
    />
  )
}

/** 当班 — one signed-in stretch: its live connection lives and ends with it. */
function Shift({
  session,
  theme,
  onTheme,
  onLost,
  onLeave,
}: {
  session: Session
  theme: 'light' | 'dark'
  onTheme: () => void
  onLost: () => void
  onLeave: () => void
}) {
  const [desk, setDesk] = useState<Desk>()
  useEffect(() => {
    const { token, staff, seat } = session
    const call = callAs(() => token)
    const room = roomFor(call, token, staff.org, onLost)
    const boards = boardsFor(call, room, staff.org)
    const videos = videosFor(call, room)
    const health = healthWatch()
    let wasLive = room.get().live
    room.subscribe(() => {
      const { live } = room.get()
      if (live !== wasLive) health.ask()
      wasLive = live
    })
    setDesk({
      say,
      session,
      call,
      room,
      boards,
      videos,
      bus: openBus(),
      drafts,
      speaker,
      fetchFile: fetchFileAs(token),
      tick,
      health,
    })
    // After a reload the chair is taken again; it is this person's own.
    if (seat !== undefined)
      void call(signIn, { params: { desk: staff.org, seat: String(seat) } }).catch(() => undefined)
    return () => {
      boards.close()
      videos.close()
      room.close()
      health.close()
    }
  }, [session, onLost])
  if (!desk) return null
  return (
    <DeskProvider value={desk}>
      <Workplace theme={theme} onTheme={onTheme} onSignOut={onLeave} />
    </DeskProvider>
  )
}
