import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { browserSocket, browserTimers } from '@open110/kit/client/browser'
import type { Call } from '@open110/kit/client/call'
import { logout } from '@open110/modules/staff/api'
import type { Chime } from './chime.ts'
import { asking, mayChime, openDuty } from './duty.state.ts'
import { pictureOpener } from './picture.ts'
import { Screen } from './Screen.tsx'
import type { Session } from './session.state.ts'
import type { Shelf } from './shelf.ts'
import { openTrack, type Track } from './track.state.ts'
import { useGeolocation, useNow, useOnline } from './watch.ts'
import { say } from './words.ts'

/** A level 1 slip is rung again until somebody signs it; everything else rings once (design: 声音). */
const ringAgainMs = 6_000

/** 值勤 — joins the state, the phone's abilities and the screen; it draws nothing itself. */
export function OnDuty(given: {
  call: Call
  session: Session
  unit: string
  shelf: Shelf
  chime: Chime
  onLeave: (ended: boolean) => void
}) {
  const { call, session, unit, shelf, chime, onLeave } = given
  const [track, setTrack] = useState<Track>({ state: 'off', waiting: 0 })
  const [tracker] = useState(() =>
    openTrack({ unit, call, shelf, timers: browserTimers, onChange: () => setTrack(tracker.get()) }),
  )
  const ring = useRef<(isUrgent: boolean) => void>(() => undefined)
  const [desk] = useState(() =>
    openDuty({
      unit,
      call,
      shelf,
      socket: browserSocket,
      timers: browserTimers,
      token: () => session.token,
      now: () => new Date().toISOString(),
      makeKey: () => crypto.randomUUID(),
      onNew: (_, card) => ring.current(card.incident.level === 1),
    }),
  )
  const [openPicture] = useState(() => pictureOpener(() => session.token))
  const duty = useSyncExternalStore(desk.subscribe, desk.get)
  const now = useNow()
  useEffect(() => {
    ring.current = (isUrgent) => {
      if (mayChime(desk.get())) chime.ring(isUrgent ? 'urgent' : 'ordinary')
    }
  }, [desk, chime])
  useEffect(
    () => () => {
      desk.close()
      tracker.close()
    },
    [desk, tracker],
  )

  const state = duty.unit?.state
  useGeolocation(tracker, state !== undefined && state !== 'off' && state !== 'out')
  useOnline(
    useCallback(() => {
      desk.reconnect()
      void tracker.flush()
    }, [desk, tracker]),
  )

  const count = asking(duty)
  useEffect(() => {
    document.title = count > 0 ? `(${count}) ${say('field.title')}` : say('field.title')
  }, [count])
  const isUrgentUnsigned = duty.cards.some(
    ({ slip, incident }) =>
      slip.state === 'issued' &&
      incident.level === 1 &&
      !duty.presses.some((press) => press.slip === slip.id),
  )
  useEffect(() => {
    if (!isUrgentUnsigned) return
    const again = setInterval(() => ring.current(true), ringAgainMs)
    return () => clearInterval(again)
  }, [isUrgentUnsigned])

  const isSignedOut = duty.phase === 'signed-out'
  useEffect(() => {
    if (isSignedOut) onLeave(true)
  }, [isSignedOut, onLeave])

  return (
    <Screen
      duty={duty}
      track={track}
      now={now}
      silentSeconds={desk.silentMs() / 1000}
      session={session}
      shelf={shelf}
      chime={chime}
      openPicture={openPicture}
      onPress={(slip, name, extra) => {
        const fix = tracker.freshFix(new Date().toISOString())
        desk.press(slip, name, { ...(fix ? { fix } : {}), ...extra })
      }}
      onRead={desk.confirmRead}
      onDismiss={desk.dismiss}
      onStandAs={desk.standAs}
      onReconnect={desk.reconnect}
      onSignOut={() => {
        // The server may be out of reach; this phone forgets either way.
        void call(logout).catch(() => undefined)
        onLeave(false)
      }}
    />
  )
}
