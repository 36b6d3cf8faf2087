import { useEffect, useState } from 'react'
import { StaleBar } from '@open110/ui/stale'
import { isOffered, type QueueRow } from '@open110/modules/report'
import * as reports from '@open110/modules/report/api'
import { Banner } from '../Alarm/Banner.tsx'
import { alarmsOf } from '../Alarm/alarm.state.ts'
import { useRinging } from '../Alarm/useRinging.ts'
import { CommandBar } from '../Command/CommandBar.tsx'
import { Header, type View } from '../Header/Header.tsx'
import { HealthBar } from '../Health/HealthBar.tsx'
import { Incidents } from '../Incidents/Incidents.tsx'
import { Help } from '../Keys/Help.tsx'
import { useKeys } from '../Keys/useKeys.ts'
import { Queue } from '../Queue/Queue.tsx'
import { ageText } from '../Queue/age.state.ts'
import { answerTarget } from '../Queue/queue.state.ts'
import { ReportPane } from '../Report/ReportPane.tsx'
import { Seats } from '../Seats/Seats.tsx'
import type { Theme } from '../theme.ts'
import { Aside } from './Aside.tsx'
import { Said, useAct } from './act.tsx'
import { useDesk, useNow, useRoom, useWish } from './desk.tsx'
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
  const [view, setView] = useState<View>('desk')
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
        view={view}
        onView={setView}
        theme={theme}
        onTheme={onTheme}
        isMuted={isMuted}
        isLocked={isLocked}
        onMute={() => {
          speaker.unlock()
          mute((was) => !was)
        }}
        onHelp={() => help((was) => !was)}
        onSignOut={onSignOut}
      >
        <Banner target={target} dismissed={dismissed} onAnswer={(row) => void answer(row)} onShow={open} />
      </Header>
      <Stale />
      <HealthBar />
      {answering.said || notice ? (
        <div className="stale">
          <Said text={answering.said || notice} />
        </div>
      ) : null}
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
      {view === 'incidents' ? (
        <main className="page">
          <Incidents
            onOpen={(incident) => {
              room.open({ incident })
              setView('desk')
              setZone('report')
            }}
          />
        </main>
      ) : null}
      {view === 'seats' ? (
        <main className="page">
          <Seats />
        </main>
      ) : null}
      {isHelping ? <Help onClose={() => help(false)} /> : null}
      <CommandBar />
    </div>
  )
}

/** 失联 — across the view within two seconds of silence, with the age and a way to try again (promise 5). */
function Stale() {
  const { say, room } = useDesk()
  const live = useRoom((workplace) => workplace.live)
  useNow()
  if (live !== 'stale') return null
  return (
    <div className="stale">
      <StaleBar
        words={say('console.stale')}
        age={ageText(room.silentMs() / 1000)}
        action={say('console.reconnect')}
        onReconnect={() => room.reconnect()}
      />
    </div>
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
