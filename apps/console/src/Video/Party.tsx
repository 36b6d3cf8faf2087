import { useState } from 'react'
import type { Participant } from '@open110/modules/video'
import * as videos from '@open110/modules/video/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { clockText } from '../Queue/age.state.ts'
import type { Link } from './link.ts'
import { LinkLine } from './LinkLine.tsx'
import type { Joined } from './session.state.ts'
import { canShowOut, presentIn, titleOf } from './video.state.ts'

const guests = ['interpreter', 'sign-relay', 'reporter'] as const
type Guest = (typeof guests)[number]

/** 参与人 — who is in the call and as what, who may be asked in, and who is shown out. */
export function Party({ joined: { video, entry, seen } }: { joined: Joined }) {
  const { say, call } = useDesk()
  const acting = useAct()
  const [link, keep] = useState<Link & { readonly role: Guest }>()
  const params = { video: video.id }
  const ask = async (role: Guest) => {
    const made = await acting.run(() => call(videos.link, { params, body: { role }, key: makeKey() }))
    if (made) keep({ ...made, role })
  }
  const showOut = (who: Participant) =>
    void acting.run(() => call(videos.leave, { params: { ...params, participant: who.id } }))
  return (
    <section className="video-part" aria-label={say('video.part.party')}>
      <ul className="video-party">
        {presentIn(video).map((who) => (
          <li key={who.id}>
            <b>{titleOf(say(`video.role.${who.role}`), who.name)}</b>
            {who.id === entry.me.id ? <span className="note">{say('video.me')}</span> : null}
            <span className="note figure">
              {clockText(who.joinedAt)} {stateOf(who)}
            </span>
            {canShowOut(who, entry.me) ? (
              <button
                type="button"
                className="button is-quiet"
                disabled={acting.isBusy}
                onClick={() => showOut(who)}
              >
                {say('video.show-out')}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      <div className="video-acts" role="group" aria-label={say('video.ask-in')}>
        {guests.map((role) => (
          <button
            key={role}
            type="button"
            className="button"
            disabled={acting.isBusy}
            onClick={() => void ask(role)}
          >
            {say(`video.ask-in.${role}`)}
          </button>
        ))}
      </div>
      <p className="note">{say('video.ask-in-note')}</p>
      {link ? (
        <p className="video-line">
          {say(`video.role.${link.role}`)} <LinkLine key={link.path} link={link} />
        </p>
      ) : null}
      <Said text={acting.said} />
    </section>
  )

  function stateOf(who: Participant): string {
    if (seen.some(({ of, isLost, isMoving }) => of === who.id && isMoving && isLost))
      return say('video.line-lost')
    if (who.feed?.kinds.includes('video')) return say('video.sends-video')
    return who.feed ? say('video.sends-sound') : ''
  }
}
