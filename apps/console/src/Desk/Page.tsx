import { Component, lazy, Suspense, useEffect, type ReactNode } from 'react'
import type { GoTo } from '../Boards/goto.ts'
import { SlipBoard } from '../Boards/SlipBoard.tsx'
import type { View } from '../Header/views.state.ts'
import { useDesk } from './desk.tsx'

// What a call needs is in the first file: queue, alarm, dialogue, dispatch, panic. These are for whoever looks at them.
const pages = {
  deadlines: async () => ({ default: (await import('../Deadlines/Deadlines.tsx')).Deadlines }),
  loops: async () => ({ default: (await import('../OpenLoops/OpenLoops.tsx')).OpenLoops }),
  duty: async () => ({ default: (await import('../Duty/Duty.tsx')).Duty }),
  incidents: async () => ({ default: (await import('../Incidents/Incidents.tsx')).Incidents }),
  followUps: async () => ({ default: (await import('../FollowUp/FollowUps.tsx')).FollowUps }),
  escalations: async () => ({ default: (await import('../Escalation/Escalations.tsx')).Escalations }),
  handovers: async () => ({ default: (await import('../Handover/Handovers.tsx')).Handovers }),
  figures: async () => ({ default: (await import('../Figures/Figures.tsx')).Figures }),
  seats: async () => ({ default: (await import('../Seats/Seats.tsx')).Seats }),
  videos: async () => ({ default: (await import('../Video/LiveCalls.tsx')).LiveCalls }),
  devices: async () => ({ default: (await import('../Channel/Devices.tsx')).Devices }),
}
const Deadlines = lazy(pages.deadlines)
const OpenLoops = lazy(pages.loops)
const Duty = lazy(pages.duty)
const Incidents = lazy(pages.incidents)
const FollowUps = lazy(pages.followUps)
const Escalations = lazy(pages.escalations)
const Handovers = lazy(pages.handovers)
const Figures = lazy(pages.figures)
const Seats = lazy(pages.seats)
const LiveCalls = lazy(pages.videos)
const Devices = lazy(pages.devices)

/** The desk is drawn and heard first; the other pages come after it, so that an update later in the shift takes none away. */
const fetchAfterMs = 5_000

/** 看板页 — one view at a time beside the desk itself. */
export function Page({ view, onGo }: { view: Exclude<View, 'desk'>; onGo: (to: GoTo) => void }) {
  const { say } = useDesk()
  return (
    <Unfetched
      key={view}
      draw={() => (
        <div className="page-unfetched" role="alert">
          <p>{say('console.page-unfetched', { name: say(`console.view.${view}`) })}</p>
          <button type="button" className="button is-primary" onClick={() => location.reload()}>
            {say('console.page-reload')}
          </button>
        </div>
      )}
    >
      <Suspense fallback={<p className="empty">{say('console.loading')}</p>}>
        <View view={view} onGo={onGo} />
      </Suspense>
    </Unfetched>
  )
}

function View({ view, onGo }: { view: Exclude<View, 'desk'>; onGo: (to: GoTo) => void }) {
  const open = (incident: string) => onGo({ incident })
  switch (view) {
    case 'board':
      return <SlipBoard onGo={onGo} />
    case 'overdue':
      return <Deadlines onOpen={open} />
    case 'loops':
      return <OpenLoops onGo={onGo} />
    case 'duty':
      return <Duty onGo={onGo} />
    case 'incidents':
      return <Incidents onOpen={open} />
    case 'follow-ups':
      return <FollowUps onOpen={open} />
    case 'escalations':
      return <Escalations onOpen={open} />
    case 'handover':
      return <Handovers onOpen={onGo} />
    case 'figures':
      return <Figures />
    case 'videos':
      return <LiveCalls onGo={onGo} />
    case 'seats':
      return (
        <>
          <Seats />
          <Devices />
        </>
      )
  }
}

/** Fetches the other pages while nobody waits for them. */
export function usePagesAtHand(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      // Named degradation: what cannot be fetched now is asked for again when somebody looks at it, and says so then.
      for (const fetchPage of Object.values(pages)) void fetchPage().catch(() => undefined)
    }, fetchAfterMs)
    return () => clearTimeout(timer)
  }, [])
}

/** 没有取到 — a page whose file is gone since an update, or does not come, says so in its place; the desk goes on. */
class Unfetched extends Component<{ draw: () => ReactNode; children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render() {
    return this.state.isBroken ? this.props.draw() : this.props.children
  }
}
