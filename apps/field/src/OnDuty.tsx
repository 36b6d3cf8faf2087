import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { browserSocket, browserTimers } from '@open110/kit/client/browser'
import type { Call } from '@open110/kit/client/call'
import type { LiveFrame } from '@open110/kit/event'
import { logout } from '@open110/modules/staff/api'
import { asking, askingCount, cries, mayChime, sorted } from './asks.state.ts'
import { tusCarry } from './carry.ts'
import type { Chime } from './chime.ts'
import { openDuty } from './duty.state.ts'
import { notify } from './notify.ts'
import { openParcels } from './parcels.state.ts'
import { browserParcels } from './parcels.store.ts'
import { pictureOpener } from './picture.ts'
import { openPost } from './post.state.ts'
import { Screen } from './Screen.tsx'
import type { Session } from './session.state.ts'
import type { Shelf } from './shelf.ts'
import { openTrack, type Track } from './track.state.ts'
import type { VideoPorts } from './Video.tsx'
import { findOnce, useGeolocation, useIsOffline, useNow, useOnline } from './watch.ts'
import { say } from './words.ts'

/** Rung again until somebody signs or reads; everything else rings once (design: 声音). */
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
  const busy = useRef(false)
  const [tracker] = useState(() =>
    openTrack({
      unit,
      call,
      shelf,
      timers: browserTimers,
      isBusy: () => busy.current,
      onChange: () => setTrack(tracker.get()),
    }),
  )
  const ring = useRef<(isUrgent: boolean) => void>(() => undefined)
  const [hearers] = useState(() => new Set<(frame: LiveFrame | undefined) => void>())
  const [video] = useState<VideoPorts>(() => ({
    call,
    token: () => session.token,
    hear(act) {
      hearers.add(act)
      return () => void hearers.delete(act)
    },
  }))
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
      onFrame: (frame) => hearers.forEach((hear) => hear(frame)),
      onNew: (what, level) => ring.current(what === 'danger' || what === 'panic' || level <= 2),
    }),
  )
  const [post] = useState(() =>
    openPost({ unit, call, makeKey: () => crypto.randomUUID(), onAnswer: desk.refetch }),
  )
  const [, setParcelsSeen] = useState(0)
  const [parcels] = useState(() =>
    openParcels({
      unit,
      store: browserParcels(),
      carry: tusCarry(() => session.token),
      timers: browserTimers,
      mayGo: () => desk.get().presses.every((press) => press.unit !== unit),
      onChange: () => setParcelsSeen((times) => times + 1),
    }),
  )
  const [openPicture] = useState(() => pictureOpener(() => session.token))
  const duty = useSyncExternalStore(desk.subscribe, desk.get)
  const now = useNow()
  const isOffline = useIsOffline()
  useEffect(() => {
    ring.current = (isUrgent) => {
      if (!mayChime(desk.get())) return
      chime.ring(isUrgent ? 'urgent' : 'ordinary')
      notify(say('field.notice'))
    }
  }, [desk, chime])
  useEffect(() => {
    // Where the store cannot be opened, pictures are said not to be kept when one is taken.
    void parcels.wake().catch(() => undefined)
    return () => {
      desk.close()
      tracker.close()
      parcels.close()
    }
  }, [desk, tracker, parcels])

  const state = duty.unit?.state
  const isBusy = sorted(duty).open.some((one) => one.state !== 'reported')
  useEffect(() => {
    busy.current = isBusy
  }, [isBusy])
  useGeolocation(tracker, state !== undefined && state !== 'off' && state !== 'out')
  useOnline(
    useCallback(() => {
      desk.reconnect()
      void tracker.flush()
      void parcels.send()
    }, [desk, tracker, parcels]),
  )

  const count = askingCount(duty)
  useEffect(() => {
    document.title = count > 0 ? `(${count}) ${say('field.title')}` : say('field.title')
  }, [count])
  const isUrgent =
    sorted(duty).open.some((one) => one.state === 'issued' && one.card.incident.level <= 2) ||
    asking(duty).some(({ what }) => what === 'danger') ||
    cries(duty).some((panic) => panic.state === 'raised')
  useEffect(() => {
    if (!isUrgent) return
    const again = setInterval(() => ring.current(true), ringAgainMs)
    return () => clearInterval(again)
  }, [isUrgent])

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
      isOffline={isOffline}
      session={session}
      shelf={shelf}
      chime={chime}
      evidence={{
        parcels: parcels.get(),
        isStored: parcels.isStored(),
        add(incident, file) {
          const fix = tracker.freshFix(new Date().toISOString())
          const made = { id: crypto.randomUUID(), unit, incident, madeAt: new Date().toISOString() }
          void parcels.add(
            { ...made, name: file.name, type: file.type, bytes: file.size, ...(fix && { fix }) },
            file,
          )
        },
        again: (id) => void parcels.again(id),
      }}
      openPicture={openPicture}
      video={video}
      onPress={(...acts) => {
        const fix = tracker.freshFix(new Date().toISOString())
        desk.press(
          ...acts.map((act) => (fix && (act.act === 'move' || act.act === 'panic') ? { fix, ...act } : act)),
        )
        const [act] = acts
        // Pressed where nobody was looking for the place: it goes at once, and again with the place.
        if (act?.act === 'panic' && !fix) findOnce((found) => desk.press({ ...act, fix: found }))
      }}
      onUndo={desk.undo}
      onRead={desk.confirmRead}
      onDismiss={desk.dismiss}
      post={post}
      onReconnect={desk.reconnect}
      onSignOut={() => {
        // The server may be out of reach; this phone forgets either way.
        void call(logout).catch(() => undefined)
        onLeave(false)
      }}
    />
  )
}
