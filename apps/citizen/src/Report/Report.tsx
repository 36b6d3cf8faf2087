import { lazy, Suspense, useEffect, useState } from 'react'
import { useItems, usePhone, useSpoken } from '../app/hooks.ts'
import { leaveQuiet } from '../app/quiet.ts'
import type { Sight } from '@open110/core/watch'
import { openReportStates } from '@open110/modules/report'
import { Lines } from '../Home/Lines.tsx'
import { A } from '../parts/A.tsx'
import { Ladder } from '../parts/Ladder.tsx'
import { Top } from '../parts/Top.tsx'
import { HideBar } from '../Silent/HideBar.tsx'
import { Tell } from '../Silent/Tell.tsx'
import { Beside } from '../Where/Beside.tsx'
import { Withdraw } from '../Withdraw/Withdraw.tsx'
import { mayAsk } from '../Withdraw/withdraw.state.ts'
import { Add } from './Add.tsx'
import { Course } from './Course.tsx'
import { Sent } from './Sent.tsx'
import { StaleBar } from './StaleBar.tsx'
import { Talk } from './Talk.tsx'
import { Track } from './Track.tsx'
import { Waiting } from './Waiting.tsx'
import { WayOutCard } from './WayOutCard.tsx'
import { useOneReport, useTruth } from './one.ts'
import { itemsOf } from './report.state.ts'
import './Report.css'

const VideoCard = lazy(async () => ({ default: (await import('../Video/VideoCard.tsx')).VideoCard }))
/** Nobody who is sending needs it. */
const After = lazy(async () => ({ default: (await import('../After/After.tsx')).After }))

/** 我的报警 — one report from the press of the button to the end: what is true of it, and the dialogue. */
export function Report({ id }: { id: string }) {
  const { say } = usePhone()
  const items = useItems()
  const one = useOneReport(id)
  const { local, server, sight, mode, isQuiet, isFound } = one
  const { report } = sight
  const { rungs, ways, told, tag } = useTruth(one)
  const own = itemsOf(items, local?.id, server)
  const of = server ?? local?.id
  const isOver = report?.state === 'done' || report?.state === 'invalid'
  const isOpenStill = !report || openReportStates.some((each) => each === report.state)
  const after = server && report?.after && (
    <Suspense>
      <After of={server} report={report} isQuiet={isQuiet} isOver={isOver} />
    </Suspense>
  )

  if (isFound) return null
  if (!report && !local)
    return <Missing isOnServer={server !== undefined} problem={sight.problem} isQuiet={isQuiet} />
  return (
    <>
      {isQuiet ? <QuietHead /> : <Top title={say('report.title')} />}
      <main className="stack report">
        <Lines isCounted={false} />
        {report && <StaleBar problem={sight.problem} />}
        <Ladder rungs={rungs} report={report} local={local} isQuiet={isQuiet} />
        {ways.length > 0 && <WayOutCard ways={ways} isQuiet={isQuiet} isUnsent={!report} />}
        {told && <p className="card">{told}</p>}
        {mode === 'silent' && isOpenStill && <Tell tag={tag} />}
        {mode === 'location' && isOpenStill && <Beside report={report} local={local} />}
        {server && report && (
          <Suspense>
            <VideoCard of={server} isQuiet={isQuiet} isOver={isOver} />
          </Suspense>
        )}
        {server && report && !isQuiet && <Waiting of={server} report={report} />}
        {isOver && after}
        {of && <Talk of={of} messages={report?.messages ?? []} items={own} isQuiet={isQuiet} />}
        {of && <Track of={of} isWanted={isQuiet || mode === 'location'} isOpen={isOpenStill} />}
        {of && !isQuiet && <Add of={of} report={report} items={own} />}
        <Sent report={report} local={local} items={own} />
        {report && !isQuiet && <Course report={report} />}
        {!isOver && after}
        {of && (!report || mayAsk(report.state)) && <Withdraw of={of} items={own} isQuiet={isQuiet} />}
        {isQuiet && (
          <p className="about report-leave">
            {say('silent.mute')}
            {say('silent.again-hint')}
            <A to="/" className="button plain" onGo={leaveQuiet}>
              {say('silent.leave')}
            </A>
          </p>
        )}
      </main>
    </>
  )
}

/** No title to be seen; one to be heard, and it says nothing. */
export function QuietHead() {
  const { say } = usePhone()
  return (
    <header className="under">
      <HideBar />
      <h1 className="aside">{say('title.neutral')}</h1>
    </header>
  )
}

/** How long the phone's own store may take to open before an id that only it can know is called unknown. */
const storeMs = 1_500

function Missing(props: { isOnServer: boolean; problem: Sight['problem']; isQuiet: boolean }) {
  const { say } = usePhone()
  const spoken = useSpoken()
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const id = setTimeout(() => setLate(true), storeMs)
    return () => clearTimeout(id)
  }, [])
  const { isQuiet, isOnServer } = props
  const problem = !isOnServer && isLate ? 'not-found' : props.problem
  return (
    <>
      {isQuiet ? <QuietHead /> : <Top title={say('report.title')} />}
      <main className="stack">
        <p role={spoken}>
          {say(
            problem === 'not-found' ? 'report.not-found' : problem ? 'report.unanswered' : 'report.loading',
          )}
        </p>
        {problem === 'not-found' && (
          <A to="/check" className="button">
            {say('home.check')}
          </A>
        )}
      </main>
    </>
  )
}
