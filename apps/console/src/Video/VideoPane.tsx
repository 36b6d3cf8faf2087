import { useEffect, useRef, useState } from 'react'
import { isCovert as isCovertPolicy, mayReach } from '@open110/modules/contact'
import { isOver } from '@open110/modules/video'
import type { ReportView } from '@open110/modules/report'
import { useContact } from '../Contact/useContact.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useRoom, useWish } from '../Desk/desk.tsx'
import { Call } from './Call.tsx'
import { Divider } from './Divider.tsx'
import { Ended } from './Ended.tsx'
import { Invite, type Reach } from './Invite.tsx'
import { Waiting } from './Waiting.tsx'
import { useJoined, useVideosOf } from './useVideos.ts'
import { currentOf, stageOf } from './video.state.ts'
import './Video.css'

/** 视频 — between the map and the tabs, never over the work: what is open of the report's call, or how to ask for one. */
export function VideoPane() {
  const report = useRoom((room) => room.report)
  return report?.staff ? <OfReport key={report.id} report={report} /> : null
}

function OfReport({ report }: { report: ReportView }) {
  const { say, session, videos, bus } = useDesk()
  const { calls, fault, again } = useVideosOf(report.id)
  const joined = useJoined()
  const entering = useAct()
  const pane = useRef<HTMLElement>(null)
  const [isBig, grow] = useState(false)
  const known = calls && currentOf(calls)
  const mine = joined && joined.video.report === report.id ? joined : undefined
  const video = mine?.video ?? known
  const stage = stageOf(video)
  // Who cannot be read is covert.
  const policy = report.staff?.contact ?? { mode: 'silent' }
  const isCovert = isCovertPolicy(policy)
  const { found } = useContact(report.id)
  const reach: Reach = (way) =>
    found?.contact.ways.find((one) => one.way === way)?.isOpen ?? mayReach(policy, way)
  const isMyReport = report.staff?.owner?.staff === session.staff.id
  const isOpen = known !== undefined && !isOver(known.state)

  // Whoever answers for the report is in its call without a further press: the first picture waits for nobody.
  const toEnter = isMyReport && isOpen && !mine ? known.id : undefined
  const { run } = entering
  useEffect(() => {
    if (toEnter) void run(() => videos.enter(toEnter))
  }, [toEnter, run, videos])

  useWish('video', () => {
    if (mine) pane.current?.querySelector<HTMLElement>('[data-picture]')?.focus()
    else if (isOpen) void run(() => videos.enter(known.id))
    else {
      const said = bus.send('/link')
      return said === 'unheard' ? say('video.none-here') : said
    }
    return undefined
  })

  return (
    <section
      ref={pane}
      className="video"
      aria-label={say('video.title')}
      data-stage={stage}
      data-covert={video?.isCovert || isCovert || undefined}
      data-talking={(mine && video?.isTalking) || undefined}
      data-big={isBig || undefined}
    >
      {isBig ? <Divider /> : null}
      {calls === undefined ? (
        <p className="video-line note">
          {say(fault ? 'video.unread' : 'console.loading')}{' '}
          {fault ? (
            <button type="button" className="button" onClick={again}>
              {say('action.retry')}
            </button>
          ) : null}
        </p>
      ) : null}
      {fault && calls ? <p className="video-line note">{say('console.part-stale')}</p> : null}
      {mine && mine.video.state !== 'invited' ? <Call joined={mine} report={report} onGrow={grow} /> : null}
      {video?.state === 'invited' ? <Waiting video={video} onChange={again} /> : null}
      {!mine && isOpen && known.state !== 'invited' ? (
        <p className="video-line">
          <b>{say('video.going-on')}</b>
          <button
            type="button"
            className="button is-primary"
            disabled={entering.isBusy}
            onClick={() => void run(() => videos.enter(known.id))}
          >
            {say('video.enter')} <kbd className="key">F10</kbd>
          </button>
          {session.staff.permissions.includes('video.supervise') ? (
            <button
              type="button"
              className="button"
              disabled={entering.isBusy}
              title={say('video.enter-unseen-hint')}
              onClick={() => void run(() => videos.enter(known.id, 'supervisor'))}
            >
              {say('video.enter-unseen')}
            </button>
          ) : null}
        </p>
      ) : null}
      {video && isOver(video.state) ? (
        <Ended key={video.id} video={video} calls={calls ?? []} onGrow={grow} />
      ) : null}
      {calls && !isOpen && !mine && !isBig && report.state !== 'delivered' ? (
        <Invite
          report={report}
          reach={reach}
          isCovert={isCovert}
          isAgain={calls.length > 0}
          onChange={again}
        />
      ) : null}
      <Said text={entering.said} />
    </section>
  )
}
