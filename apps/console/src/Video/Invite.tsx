import { useState } from 'react'
import type { Way } from '@open110/modules/contact'
import type { InvitedBy } from '@open110/modules/video'
import type { ReportView } from '@open110/modules/report'
import * as videos from '@open110/modules/video/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useWish } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { keepLink } from './link.ts'
import { LinkLine } from './LinkLine.tsx'
import { invitesFor } from './video.state.ts'

export type Reach = (way: Way) => boolean

/** 邀请视频 — by a way that the reporter can be reached by; one that is closed says why. */
export function Invite({
  report,
  reach,
  isCovert,
  isAgain,
  onChange,
}: {
  report: ReportView
  /** How the reporter may be reached now. */
  reach: Reach
  isCovert: boolean
  isAgain: boolean
  onChange: () => void
}) {
  const { say, call } = useDesk()
  const acting = useAct()
  const [link, keep] = useState<{ path: string; until: string }>()
  const isEnded = ['closed', 'invalid'].includes(report.state)
  const ways = invitesFor({
    isCovert,
    mayReach: reach,
    hasNumber: report.staff?.reporter.phone !== undefined || ['phone', 'sms'].includes(report.mode),
    hasApp: !['phone', 'sms', 'walk-in', 'panic', 'agency'].includes(report.mode),
  })
  const invite = async (by: InvitedBy) => {
    const done = await acting.run(() =>
      call(videos.invite, { params: { report: report.id }, body: { by }, key: makeKey() }),
    )
    if (done?.link) {
      keepLink(done.video.id, done.link)
      keep(done.link)
    }
    onChange()
  }
  useWish('/link', (argument) => {
    const wanted: InvitedBy = /短信/.test(argument) ? 'sms' : /应用/.test(argument) ? 'app' : 'link'
    const way = ways.find(({ by }) => by === wanted)
    if (isEnded) return say('video.report-over')
    return way?.why ? say(`video.why.${way.why}`) : void invite(wanted)
  })
  if (isEnded) return null
  return (
    <div className="video-line" role="group" aria-label={say('video.invite')}>
      <span className="video-name">{say(isAgain ? 'video.invite-again' : 'video.invite')}</span>
      {ways.map(({ by, why }) => (
        <button
          key={by}
          type="button"
          className="button"
          aria-disabled={why !== undefined || undefined}
          disabled={acting.isBusy}
          title={why ? say(`video.why.${why}`) : say(`video.by.${by}-hint`)}
          onClick={() => (why ? undefined : void invite(by))}
        >
          {say(`video.by.${by}`)} {by === 'link' && !why ? <kbd className="key">F10</kbd> : null}
        </button>
      ))}
      {isCovert ? <span className="note">{say('video.covert-only')}</span> : null}
      {link ? <LinkLine link={link} /> : null}
      <Said text={acting.said} />
    </div>
  )
}
