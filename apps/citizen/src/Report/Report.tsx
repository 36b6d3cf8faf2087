import { lazy, Suspense, useEffect, useState } from 'react'
import { ladderOf } from '@open110/core/ladder'
import { sayOr } from '@open110/core/words/citizen'
import { useCell, useItems, usePhone, useSpoken, useTick } from '../app/hooks.ts'
import { go, place } from '../app/path.ts'
import { hide, isOpened, leaveQuiet, rememberQuiet } from '../app/quiet.ts'
import { cell } from '@open110/core/cell'
import { rungsOf, type Sight } from '@open110/core/watch'
import { Lines } from '../Home/Lines.tsx'
import { A } from '../parts/A.tsx'
import { Ladder } from '../parts/Ladder.tsx'
import { Top } from '../parts/Top.tsx'
import { HideBar } from '../Silent/HideBar.tsx'
import { Add } from './Add.tsx'
import { Course } from './Course.tsx'
import { Sent } from './Sent.tsx'
import { StaleBar } from './StaleBar.tsx'
import { Talk } from './Talk.tsx'
import { Track } from './Track.tsx'
import { Waiting } from './Waiting.tsx'
import { WayOutCard } from './WayOutCard.tsx'
import { itemsOf, localReport, quietGuidance, wayOutOf } from './report.state.ts'
import './Report.css'

const nothing = cell<Sight>({})
/** Nobody who is sending needs it. */
const After = lazy(async () => ({ default: (await import('../After/After.tsx')).After }))

/** 我的报警 — one report from the press of the button to the end: what is true of it, and the dialogue. */
export function Report({ id }: { id: string }) {
  const { say, watch, now, nowMs, locator } = usePhone()
  const items = useItems()
  const local = localReport(id, items)
  const server = local?.receipt?.id ?? (id.startsWith('rp_') ? id : undefined)
  useEffect(() => (server ? watch.look(server) : undefined), [server, watch])
  const sight = useCell(server ? watch.sight(server) : nothing)
  const { report } = sight
  const { fix } = useCell(locator.sight)
  const mode = report?.mode ?? (local?.parcel.kind === 'report' ? local.parcel.body.mode : undefined)
  const { isQuiet: isHushed, isUnsure } = useCell(place)
  // An address opened from the history tells nothing: quiet until it is known that the report is not.
  const isQuiet = mode === 'silent' || (isHushed && !(isUnsure && mode !== undefined))

  // Found in the browser's own history: the cover, and under it the report for whoever knows the way back.
  const isOpen = useCell(isOpened)
  const isFound = mode === 'silent' && isUnsure === true && !isOpen

  // The address becomes the server's as soon as there is one, and a silent report turns quiet wherever it is opened.
  useEffect(() => {
    const { path } = place.get()
    const right = `/r/${server ?? id}`
    if (!path.startsWith('/r/')) return rememberQuiet(right) // covered
    if (isFound) {
      rememberQuiet(right)
      return hide()
    }
    if (path !== right || isQuiet !== isHushed) go(right, { replace: true, quiet: isQuiet })
  }, [server, id, isQuiet, isHushed, isFound])

  const isReceived = report?.ladder.some(({ step }) => step === 'received') ?? false
  useTick(!isReceived)
  const { rungs, waitedSeconds } = report
    ? rungsOf(sight, now(), nowMs())
    : { rungs: ladderOf({ ...(local ? { local: local.shows } : {}), waitedSeconds: 0 }), waitedSeconds: 0 }
  const own = itemsOf(items, local?.id, server)
  const tag = report?.tag ?? (local?.parcel.kind === 'report' ? local.parcel.body.tag : undefined)
  const words = report?.words ?? (local?.parcel.kind === 'report' ? local.parcel.body.words : undefined)
  const what = [tag && say(`tag.${tag}` as 'tag.fire'), words].filter(Boolean).join(' ').slice(0, 60)
  const [shownSince] = useState(nowMs)
  const shownForSeconds = (nowMs() - shownSince) / 1_000
  const ways = wayOutOf({ local, report, waitedSeconds, isQuiet, fix, what, now: now(), shownForSeconds })
  const of = server ?? local?.id
  // What was true of the desk before somebody opened the report is not true afterwards.
  const isUnstaffed = report?.guidance === 'guidance.no-desk'
  const guidance = isReceived && isUnstaffed ? undefined : report?.guidance

  const told = guidance && (isQuiet ? quietGuidance(say, guidance) : sayOr(say, guidance))

  const isOver = report?.state === 'done' || report?.state === 'invalid'
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
        {server && report && !isQuiet && <Waiting of={server} report={report} />}
        {isOver && after}
        {of && <Talk of={of} messages={report?.messages ?? []} items={own} isQuiet={isQuiet} />}
        {of && <Track of={of} isWanted={isQuiet || mode === 'location'} isOpen={report?.state !== 'done'} />}
        {of && !isQuiet && <Add of={of} report={report} items={own} />}
        <Sent report={report} local={local} items={own} />
        {report && !isQuiet && <Course report={report} />}
        {!isOver && after}
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
function QuietHead() {
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
