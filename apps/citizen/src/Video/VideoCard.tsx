import { Video } from 'lucide-react'
import { moveVideo } from '@open110/modules/video/api'
import { useAct } from '../app/act.ts'
import { useCell, usePhone } from '../app/hooks.ts'
import { go } from '../app/path.ts'
import { useRules } from './rules.ts'
import { forgetOver, running } from './running.ts'
import './Video.css'

const icon = { size: 20, strokeWidth: 1.75, 'aria-hidden': true } as const

/** 视频 in the report's page: the desk asks for it, it goes on, or the person may begin it. Neutral where others may look. */
export function VideoCard({ of, isQuiet, isOver }: { of: string; isQuiet: boolean; isOver: boolean }) {
  const { say, call } = usePhone()
  const known = useRules(of)
  const now = useCell(running)
  const { isBusy, problem, run } = useAct()
  const word = isQuiet ? '-quiet' : ''
  const open = () => {
    forgetOver()
    go(`/r/${of}/live`, { quiet: isQuiet })
  }
  const video = known?.video
  const phase = now?.of === of ? now.video.sight.get().phase : undefined
  const isHere = phase === 'asking' || phase === 'in'
  if (video?.state === 'invited') {
    const decline = () => call(moveVideo, { params: { video: video.id }, body: { move: 'decline' } })
    return (
      <section className="card film-invited" role={isQuiet ? undefined : 'status'}>
        <p className={isQuiet ? undefined : 'label'}>{say(`film.card.invited${word}`)}</p>
        <div className="row">
          <button type="button" className={isQuiet ? 'button' : 'button main'} onClick={open}>
            {say(`film.card.yes${word}`)}
          </button>
          <button type="button" className="button plain" disabled={isBusy} onClick={() => void run(decline)}>
            {say('film.card.no')}
          </button>
        </div>
        {problem && <p className="about">{problem}</p>}
      </section>
    )
  }
  if (video?.state === 'live' || video?.state === 'lost') {
    return (
      <section className="card film-open">
        <p>{say(isHere ? (isQuiet ? 'film.sent-quiet' : 'film.card.on') : `film.card.open${word}`)}</p>
        <button type="button" className="button" onClick={open}>
          {say(`film.card.back${word}`)}
        </button>
      </section>
    )
  }
  if (known?.mode !== 'self' || isOver) return null
  return (
    <button type="button" className="button" onClick={open}>
      {!isQuiet && <Video {...icon} />}
      {say(`film.card.start${word}`)}
    </button>
  )
}
