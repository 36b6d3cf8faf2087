import type { VideoCall } from '@open110/modules/video'
import * as videos from '@open110/modules/video/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { keptLink } from './link.ts'
import { LinkLine } from './LinkLine.tsx'

/** 已邀请 — the reporter has been asked; how long it still stands, and taken back by one press. */
export function Waiting({ video, onChange }: { video: VideoCall; onChange: () => void }) {
  const { say, call } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const link = keptLink(video.id)
  const leftSeconds = video.inviteUntil ? Math.floor((Date.parse(video.inviteUntil) - nowMs) / 1_000) : 0
  const recall = async () => {
    await acting.run(() => call(videos.moveVideo, { params: { video: video.id }, body: { move: 'recall' } }))
    onChange()
  }
  return (
    <div className="video-line" role="group" aria-label={say('video.invited')}>
      <b role="status">{say('video.invited-by', { by: say(`video.by.${video.by}`) })}</b>
      <span className="figure">{ageText(secondsSince(video.openedAt, nowMs))}</span>
      {leftSeconds > 0 && !link ? (
        <span className="note figure">{say('video.link-left', { age: ageText(leftSeconds) })}</span>
      ) : null}
      <button type="button" className="button" disabled={acting.isBusy} onClick={() => void recall()}>
        {say('video.recall')}
      </button>
      {link ? <LinkLine link={link} /> : null}
      <Said text={acting.said} />
    </div>
  )
}
