import { useEffect, useState } from 'react'
import { sayOr } from '@open110/core/words/citizen'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import { lookAtLink } from '@open110/modules/video/api'
import { useCell, usePhone } from '../app/hooks.ts'
import { Controls } from './Controls.tsx'
import { HeardHere, Preview } from './Pictures.tsx'
import { begin } from './begin.ts'
import { running } from './running.ts'
import { Trouble } from './Stage.tsx'
import { stateWords } from './video.state.ts'
import './Video.css'

/** 凭链接加入 — an interpreter, a sign relay, or the reporter on another phone. Nothing of the report is shown here. */
export function Joined({ token }: { token: string }) {
  const phone = usePhone()
  const { say } = phone
  const now = useCell(running)
  const of = `link:${token}`
  const [hasLeft, setLeft] = useState(false)
  const here = now?.of === of ? now.video : undefined
  const door = useDoor(token)
  const join = () => {
    setLeft(false)
    begin(phone, of, { by: 'link', token }, false)
  }
  return (
    <main className="stack film-joined">
      <h1>{say('film.link.title')}</h1>
      {here && !hasLeft ? (
        <Call video={here} onLeave={() => setLeft(true)} />
      ) : door.refused ? (
        <NotIn refused={door.refused} />
      ) : (
        <section className="card film-consent">
          {hasLeft && <p>{say('film.link.left')}</p>}
          <p>
            {door.leads ? say('film.link.about-desk', { desk: door.leads.desk }) : say('film.link.about')}
          </p>
          {door.leads && <p>{say(`film.link.as.${door.leads.role}`)}</p>}
          <button type="button" className="button main" onClick={join}>
            {say('film.link.join')}
          </button>
        </section>
      )}
    </main>
  )
}

function Call({
  video,
  onLeave,
}: {
  video: NonNullable<ReturnType<typeof running.get>>['video']
  onLeave: () => void
}) {
  const { say } = usePhone()
  const sight = useCell(video.sight)
  const { phase, refused } = sight
  if (phase === 'barred') return <NotIn refused={refused} />
  if (phase === 'over') return <p className="card">{say('film.over')}</p>
  const role = sight.video?.participants.find(({ id }) => id === sight.me)?.role
  const isReporter = role === 'reporter'
  return (
    <>
      <HeardHere heard={sight.heard} isQuiet={false} />
      {!isReporter && phase === 'in' && sight.heard.length === 0 && (
        <p className="card">{say('film.link.waiting')}</p>
      )}
      <section className="card film">
        <Preview stream={sight.preview} isMirrored={sight.facing === 'front'} />
        <div className="film-state">
          <p className="film-words" role="status">
            {say(isReporter ? stateWords(sight, false) : stateWords(sight, true))}
          </p>
          {sight.trouble && !sight.hasPicture && <Trouble video={video} />}
        </div>
        <Controls
          video={video}
          sight={sight}
          isQuiet={false}
          {...(isReporter
            ? {}
            : {
                onLeave: () => {
                  video.leave()
                  onLeave()
                },
              })}
        />
      </section>
    </>
  )
}

function NotIn({ refused }: { refused: string | undefined }) {
  const { say } = usePhone()
  return (
    <section className="card">
      <p className="label">{say('film.link.no')}</p>
      <p>{refused && sayOr(say, `refusal.${refused}`)}</p>
      <p className="about">{say('film.link.ask')}</p>
    </section>
  )
}

type Door = { readonly leads?: GivesOf<typeof lookAtLink>; readonly refused?: string }

/** Whose call this is. Where nobody answers the page says less and the button is there all the same. */
function useDoor(token: string): Door {
  const { call, session } = usePhone()
  const [door, setDoor] = useState<Door>({})
  useEffect(() => {
    let isGone = false
    const look = async () => {
      await session.ready()
      const answer = await call(lookAtLink, { params: { token } })
      if (isGone) return
      if (!isRefusal(answer)) setDoor({ leads: answer })
      // Anything else, an ended session say, is no fault of the link: the button finds out.
      else if (answer.refused.startsWith('video.')) setDoor({ refused: answer.refused })
    }
    look().catch(() => undefined)
    return () => {
      isGone = true
    }
  }, [token, call, session])
  return door
}
