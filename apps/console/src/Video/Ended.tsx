import { lazy, Suspense, useState } from 'react'
import type { VideoCall } from '@open110/modules/video'
import { sayOr } from '@open110/core/words/console'
import { useDesk } from '../Desk/desk.tsx'
import { ageText, clockText, secondsSince } from '../Queue/age.state.ts'

const Playback = lazy(async () => ({ default: (await import('./Playback.tsx')).Playback }))

/** 已结束 — the calls of this report that are over, the newest first; their recordings are played here. */
export function Ended({
  video,
  calls,
  onGrow,
}: {
  video: VideoCall
  calls: readonly VideoCall[]
  onGrow: (isBig: boolean) => void
}) {
  const { say } = useDesk()
  const [playing, play] = useState<string>()
  const filmed = [video, ...calls.filter(({ id }) => id !== video.id)].filter(
    ({ startedAt, endedAt }) => startedAt !== undefined && endedAt !== undefined,
  )
  const close = () => {
    play(undefined)
    onGrow(false)
  }
  const chosen = filmed.find(({ id }) => id === playing)
  if (chosen)
    return (
      <Suspense fallback={<p className="video-line note">{say('console.loading')}</p>}>
        <Playback video={chosen} onClose={close} onGrow={onGrow} />
      </Suspense>
    )
  return (
    <>
      {video.startedAt === undefined ? (
        <p className="video-line">
          <span className="chip">
            {say(
              `video.stage.${video.state === 'ended' ? 'recalled' : (video.state as 'declined' | 'expired')}`,
            )}
          </span>
          <span className="note figure">{clockText(video.endedAt ?? video.openedAt)}</span>
        </p>
      ) : null}
      {filmed.map((each) => (
        <p key={each.id} className="video-line">
          <span className="chip">{say('video.recording')}</span>
          <span className="figure">
            {clockText(each.startedAt!)} · {ageText(secondsSince(each.startedAt!, Date.parse(each.endedAt!)))}
          </span>
          {each.endedWhy ? <span className="note">{sayOr(say, `video.ended.${each.endedWhy}`)}</span> : null}
          <button type="button" className="button" onClick={() => play(each.id)}>
            {say('video.replay')}
          </button>
        </p>
      ))}
    </>
  )
}
