import { Video } from 'lucide-react'
import type { VideoCall } from '@open110/modules/video'
import * as reports from '@open110/modules/report/api'
import { useBoard } from '../Boards/useBoard.ts'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { useJoined } from './useVideos.ts'
import { arrivingIn } from './video.state.ts'
import './Video.css'

/** 视频提示 — somebody films and nobody of the desk is there; or the call that this desk is in lies beneath another page. */
export function VideoNotice({ isDeskShown, onGo }: { isDeskShown: boolean; onGo: (to: GoTo) => void }) {
  const calls = useBoard('videos').value ?? []
  const joined = useJoined()
  const opened = useRoom((room) => room.open?.report)
  const [first, ...more] = arrivingIn(calls).filter(({ report }) => !isDeskShown || report !== opened)
  const isAside = joined && (!isDeskShown || joined.video.report !== opened)
  return (
    <>
      {first ? <Arriving video={first} others={more.length} onGo={onGo} /> : null}
      {isAside ? <Beneath video={joined.video} onGo={onGo} /> : null}
    </>
  )
}

function Arriving({ video, others, onGo }: { video: VideoCall; others: number; onGo: (to: GoTo) => void }) {
  const { say, call, room, session, videos } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const row = useRoom((workplace) => workplace.queue?.find(({ report }) => report === video.report))
  const come = async () => {
    onGo({ report: video.report, ...(video.incident ? { incident: video.incident } : {}) })
    const { report } = video
    // Whoever comes to see has received it: the phone is told the one with the other, and never the second alone.
    if (row?.state === 'delivered' && session.seat !== undefined) {
      const had = await acting.run<unknown>(() => call(reports.receive, { params: { report } }))
      room.refresh(['queue', 'report'])
      if (had === undefined) return
    }
    await acting.run(() => videos.enter(video.id))
  }
  return (
    <section
      className="video-notice"
      data-covert={video.isCovert || undefined}
      aria-label={say('video.arriving')}
    >
      <p role="status">
        <Video size={18} strokeWidth={1.75} aria-hidden="true" />
        <b>{say(video.isCovert ? 'video.arriving-covert' : 'video.arriving')}</b>
        <span className="figure">{row?.receiptCode}</span>
      </p>
      <time className="figure">{ageText(secondsSince(video.openedAt, nowMs))}</time>
      {others > 0 ? <span className="note">{say('call.more', { count: others })}</span> : null}
      <button
        type="button"
        className="button is-primary"
        disabled={acting.isBusy}
        onClick={() => void come()}
      >
        {say('video.go')}
      </button>
      <Said text={acting.said} />
    </section>
  )
}

function Beneath({ video, onGo }: { video: VideoCall; onGo: (to: GoTo) => void }) {
  const { say, videos } = useDesk()
  const nowMs = useNow()
  return (
    <section className="video-notice is-calm" aria-label={say('video.going-on')}>
      <p role="status">
        <Video size={18} strokeWidth={1.75} aria-hidden="true" />
        <b>{say(video.isTalking ? 'video.talking' : 'video.going-on')}</b>
        <span className="note">{say(video.state === 'lost' ? 'video.lost' : 'video.beneath')}</span>
      </p>
      <time className="figure">{ageText(secondsSince(video.startedAt ?? video.openedAt, nowMs))}</time>
      <button
        type="button"
        className="button"
        onClick={() =>
          onGo({ report: video.report, ...(video.incident ? { incident: video.incident } : {}) })
        }
      >
        {say('video.go-back')}
      </button>
      <button type="button" className="button is-quiet" onClick={() => void videos.leave()}>
        {say('video.leave')}
      </button>
    </section>
  )
}
