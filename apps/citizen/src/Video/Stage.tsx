import { useState } from 'react'
import type { SeenItem } from '@open110/core/item'
import { sayOr } from '@open110/core/words/citizen'
import { useCell, usePhone, useSpoken } from '../app/hooks.ts'
import { useTruth, type One } from '../Report/one.ts'
import { itemsOf } from '../Report/report.state.ts'
import { Talk } from '../Report/Talk.tsx'
import { WayOutCard } from '../Report/WayOutCard.tsx'
import { Controls } from './Controls.tsx'
import { HeardHere, Preview } from './Pictures.tsx'
import { VideoCard } from './VideoCard.tsx'
import { hintAct, stateWords, troubleWords } from './video.state.ts'
import type { OpenVideo } from './video.ts'

/** 通话中 — one sentence that is true, the own picture small, what the desk asks for, and the dialogue below. */
export function Stage({ video, one, items }: { video: OpenVideo; one: One; items: readonly SeenItem[] }) {
  const { say } = usePhone()
  const spoken = useSpoken()
  const { local, server, isQuiet } = one
  const { report } = one.sight
  const sight = useCell(video.sight)
  const { rungs, ways, told } = useTruth(one)
  const of = server ?? local?.id ?? ''
  const rung = rungs.findLast((each) => each.step !== 'waiting')
  const isOn = sight.phase === 'asking' || sight.phase === 'in'
  const isTrue = sight.phase === 'in' && sight.line === 'up' && !sight.trouble
  const isOver = report?.state === 'done' || report?.state === 'invalid'
  return (
    <>
      {ways.length > 0 && <WayOutCard ways={ways} isQuiet={isQuiet} isUnsent={!report} />}
      {told && <p className="card">{told}</p>}
      <HeardHere heard={sight.heard} isQuiet={isQuiet} />
      <section className={isTrue ? 'card film film-up' : 'card film'}>
        {isOn && (sight.hasPicture || !sight.trouble) && (
          <Preview stream={sight.preview} isMirrored={sight.facing === 'front'} />
        )}
        <div className="film-state">
          <p className="film-words" role={spoken}>
            {say(stateWords(sight, isQuiet))}
          </p>
          {rung && (
            <p className="about">
              {[sayOr(say, `ladder.${rung.step}`), !isQuiet && rung.isReached && rung.by]
                .filter(Boolean)
                .join(' · ')}
            </p>
          )}
          {isOn && sight.hasPicture && !sight.hasSound && <p className="about">{say('film.no-sound')}</p>}
          {isOn && sight.trouble && !sight.hasPicture && <Trouble video={video} />}
          {sight.phase === 'barred' && !isQuiet && (
            <p className="about">
              {sight.refused && sayOr(say, `refusal.${sight.refused}`)} {say('film.barred-about')}
            </p>
          )}
        </div>
        {isOn && <Controls video={video} sight={sight} isQuiet={isQuiet} />}
      </section>
      {isOn && sight.hint && <Asked video={video} isQuiet={isQuiet} />}
      {!isOn && server && <VideoCard of={server} isQuiet={isQuiet} isOver={isOver} />}
      <Talk
        of={of}
        messages={report?.messages ?? []}
        items={itemsOf(items, local?.id, server)}
        isQuiet={isQuiet}
      />
    </>
  )
}

/** Why there is no picture, and what the person can do about it. */
export function Trouble({ video }: { video: OpenVideo }) {
  const { say } = usePhone()
  const { trouble } = useCell(video.sight)
  if (!trouble) return null
  return (
    <>
      <p className="about">{say(troubleWords(trouble))}</p>
      <button type="button" className="button" onClick={() => void video.tryAgain()}>
        {say('action.retry')}
      </button>
    </>
  )
}

/** 拍摄提示 — words, never a sound; what can be done about it is one tap beside them. */
function Asked({ video, isQuiet }: { video: OpenVideo; isQuiet: boolean }) {
  const { say } = usePhone()
  const sight = useCell(video.sight)
  const { hint } = sight
  const [isBusy, setBusy] = useState(false)
  if (!hint) return null
  const act = hintAct(hint, sight)
  const run = async () => {
    setBusy(true)
    await (act === 'turn' ? video.turn() : video.torch())
    setBusy(false)
    video.readHint()
  }
  return (
    <section className="card film-hint" role={isQuiet ? undefined : 'status'}>
      <p>{say(`film.hint.${hint}`)}</p>
      <div className="row">
        {act && (
          <button type="button" className="button" disabled={isBusy} onClick={() => void run()}>
            {say(`film.${act}`)}
          </button>
        )}
        <button type="button" className="button plain" onClick={video.readHint}>
          {say('film.hint.done')}
        </button>
      </div>
    </section>
  )
}
