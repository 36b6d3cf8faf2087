import { useEffect, useState } from 'react'
import { StaleBar } from '@open110/ui/stale'
import { isOffered, type QueueRow } from '@open110/modules/report'
import * as reports from '@open110/modules/report/api'
import { Banner } from '../Alarm/Banner.tsx'
import { alarmsOf } from '../Alarm/alarm.state.ts'
import { useRinging } from '../Alarm/useRinging.ts'
import { CallNotice } from '../Channel/CallNotice.tsx'
import { CommandBar } from '../Command/CommandBar.tsx'
import type { GoTo } from '../Boards/goto.ts'
import { Header } from '../Header/Header.tsx'
import { LeavingNotice, useLeaving } from '../Header/leaving.tsx'
import { useView } from '../Header/useView.ts'
import { Views } from '../Header/Views.tsx'
import { views, type View } from '../Header/views.state.ts'
import { HealthBar } from '../Health/HealthBar.tsx'
import type { Bus, Wish } from '../Keys/bus.ts'
import { Help } from '../Keys/Help.tsx'
import { useKeys } from '../Keys/useKeys.ts'
import { Notices } from '../Notices/Notices.tsx'
import { useSounding } from '../Notices/useSounding.ts'
import { Queue } from '../Queue/Queue.tsx'
import { ageText } from '../Queue/age.state.ts'
import { answerTarget } from '../Queue/queue.state.ts'
import { ReportPane } from '../Report/ReportPane.tsx'
import type { Theme } from '../theme.ts'
import { useKeptCall } from '../Video/useKeptCall.ts'
import { VideoNotice } from '../Video/VideoNotice.tsx'
import { Aside } from './Aside.tsx'
import { Said, useAct } from './act.tsx'
import { useDesk, useNow, useRoom, useWish } from './desk.tsx'
import { Page, usePagesAtHand } from './Page.tsx'
import './Workplace.css'

const zones = ['queue', 'report', 'aside'] as const

/** 接警席 — three zones under a header; nothing floats but what a person has called up. */
export function Workplace({
  theme,
  onTheme,
  onSignOut,
}: {
  theme: Theme
  onTheme: () => void
  onSignOut: () => void
}) {
  const { say, room, call, bus, session, speaker } = useDesk()
  const [view, setView] = useView()
  const [zone, setZone] = useState<(typeof zones)[number]>('queue')
  const [selected, select] = useState<string>()
  const [isMuted, mute] = useState(false)
  const [isHelping, help] = useState(false)
  const [dismissed, dismiss] = useState<ReadonlySet<string>>(new Set<string>())
  const answering = useAct()
  const [notice, setNotice] = useState('')
  const rows = useRoom((workplace) => workplace.queue)
  const live = useRoom((workplace) => workplace.live)
  const deskName = useRoom((workplace) => workplace.deskName) ?? session.staff.orgName
  const target = answerTarget(rows ?? [], session.staff.id, selected)
  useEffect(() => {
    if (!notice) return
    const fade = setTimeout(() => setNotice(''), 6_000)
    return () => clearTimeout(fade)
  }, [notice])
  const isLocked = useSpeakerLock()
  const leaving = useLeaving(onSignOut)
  usePagesAtHand()
  useKeys(bus, setNotice)
  const quiet = useRinging(
    isMuted,
    session.seat === undefined ? deskName : `${deskName} · ${say('console.seat', { seat: session.seat })}`,
  )

  const open = (report: string) => {
    const row = room.get().queue?.find((other) => other.report === report)
    room.open({ report, ...(row?.incident ? { incident: row.incident.id } : {}) })
    select(report)
    setView('desk')
    setZone('report')
  }
  const go = (to: GoTo) => {
    if (to.view) return setView(to.view)
    if (!to.incident && !to.report) return
    room.open({
      ...(to.report ? { report: to.report } : {}),
      ...(to.incident ? { incident: to.incident } : {}),
    })
    setView('desk')
    setZone(to.wish === 'go-units' ? 'aside' : 'report')
    if (to.wish) grantOnceShown(bus, to.wish)
  }
  const answer = async (row: QueueRow) => {
    open(row.report)
    if (session.seat === undefined) return say('console.receive-no-seat')
    const params = { report: row.report }
    await answering.run<unknown>(() =>
      isOffered(row) ? call(reports.take, { params }) : call(reports.receive, { params }),
    )
    room.refresh(['queue', 'report'])
    return undefined
  }
  const answerNow = () => (target ? answer(target) : say('console.nothing-waits'))
  useWish('answer', answerNow)
  useWish('/receive', answerNow)
  useViewWishes(setView)
  useSounding(isMuted)
  useKeptCall((report) => (view === 'desk' ? open(report) : room.open({ report })))
  useWish('mute', () => mute((was) => !was))
  useWish('help', () => help((was) => !was))
  useWish('/help', () => help(true))
  useWish('/find', (argument) => {
    const found = room
      .get()
      .queue?.find((row) => row.receiptCode === argument || row.incident?.number.endsWith(argument))
    if (argument !== '' && found) return open(found.report)
    setView('incidents')
  })
  useWish('dismiss', () => {
    setNotice('')
    answering.hush()
    if (isHelping) return help(false)
    quiet()
    const now = room.get()
    const alarms = alarmsOf(now.queue ?? [], now.seats, now.policy, Date.now() + now.skewMs)
    dismiss(new Set(alarms.map((alarm) => alarm.id)))
  })

  return (
    <div className="workplace" data-stale={live === 'stale' || undefined}>
      <Header
        theme={theme}
        onTheme={onTheme}
        isMuted={isMuted}
        isLocked={isLocked}
        onMute={() => {
          speaker.unlock()
          mute((was) => !was)
        }}
        onHelp={() => help((was) => !was)}
        onSignOut={() => void leaving.ask()}
      >
        <Banner target={target} dismissed={dismissed} onAnswer={(row) => void answer(row)} onShow={open} />
      </Header>
      <Views view={view} />
      <div className="notices">
        <CallNotice onGo={go} />
        <VideoNotice isDeskShown={view === 'desk'} onGo={go} />
        <Stale />
        {leaving.count === undefined ? null : (
          <LeavingNotice
            count={leaving.count}
            onHandOver={() => {
              leaving.stay()
              setView('handover')
            }}
            onLeave={leaving.leave}
            onStay={leaving.stay}
          />
        )}
        {answering.said || notice ? <Said text={answering.said || notice} /> : null}
        <Notices onGo={go} />
      </div>
      <HealthBar />
      {view === 'desk' ? (
        <>
          <nav className="zone-tabs" aria-label={say('console.zones')}>
            {zones.map((name) => (
              <button key={name} type="button" aria-pressed={zone === name} onClick={() => setZone(name)}>
                {say(`console.zone.${name}`)}
              </button>
            ))}
          </nav>
          <main className="zones" data-zone={zone}>
            <Queue selected={selected} onSelect={select} onOpen={open} />
            <ReportPane />
            <Aside theme={theme} />
          </main>
        </>
      ) : null}
      {view === 'desk' ? null : (
        <main className="page">
          <Page view={view} onGo={go} />
        </main>
      )}
      {isHelping ? <Help onClose={() => help(false)} /> : null}
      <CommandBar />
    </div>
  )
}

/** A key or `/go` leads to a view. */
function useViewWishes(onView: (view: View) => void): void {
  const { say, bus } = useDesk()
  useEffect(() => {
    const stops = views.map((view) => bus.on(`view-${view}`, () => onView(view)))
    return () => stops.forEach((stop) => stop())
  }, [bus, onView])
  useWish('/go', (argument) => {
    const view = views.find((name) => say(`console.view.${name}`).includes(argument))
    return view ? onView(view) : say('console.view.unknown', { name: argument })
  })
}

/** The hand goes to a button as soon as the incident has brought it; after three seconds nobody waits for it any more. */
function grantOnceShown(bus: Bus, wish: Wish): void {
  const startMs = performance.now()
  const tryNow = () => {
    const isThere = document.querySelector('[data-issue]') !== null
    if (isThere) void bus.send(wish)
    else if (performance.now() - startMs < 3_000) setTimeout(tryNow, 100)
  }
  setTimeout(tryNow, 50)
}

/** 失联 — across the view within two seconds of silence, with the age and a way to try again (promise 5). */
function Stale() {
  const { say, room } = useDesk()
  const live = useRoom((workplace) => workplace.live)
  useNow()
  if (live !== 'stale') return null
  return (
    <StaleBar
      words={say('console.stale')}
      age={ageText(room.silentMs() / 1000)}
      action={say('console.reconnect')}
      onReconnect={() => room.reconnect()}
    />
  )
}

/** After a reload the browser is silent until the first press; that press opens it. */
function useSpeakerLock(): boolean {
  const { speaker } = useDesk()
  const [isLocked, lock] = useState(!speaker.isUnlocked())
  useEffect(() => {
    const unlock = () => {
      speaker.unlock()
      setTimeout(() => lock(!speaker.isUnlocked()), 100)
    }
    window.addEventListener('pointerdown', unlock)
    window.addEventListener('keydown', unlock)
    return () => {
      window.removeEventListener('pointerdown', unlock)
      window.removeEventListener('keydown', unlock)
    }
  }, [speaker])
  return isLocked
}
