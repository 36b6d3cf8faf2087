import { useState } from 'react'
import type { TakesOf } from '@open110/kit/route'
import type { VideoCall } from '@open110/modules/video'
import * as videos from '@open110/modules/video/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'

type Kind = TakesOf<typeof videos.mark>['kind']
const kinds: readonly Kind[] = ['prank', 'exposure', 'insult', 'other']

/** 标记滥用 — kept with the recording; it ranks what comes later and refuses nobody (SH-12). */
export function Mark({ video, onDone }: { video: VideoCall; onDone: () => void }) {
  const { say, call } = useDesk()
  const acting = useAct()
  const [kind, choose] = useState<Kind>('prank')
  const [words, write] = useState('')
  const mark = async () => {
    const done = await acting.run(() =>
      call(videos.mark, { params: { video: video.id }, body: { kind, words: words.trim() }, key: makeKey() }),
    )
    if (done) onDone()
  }
  return (
    <form
      className="video-part"
      aria-label={say('video.part.mark')}
      onSubmit={(event) => {
        event.preventDefault()
        if (words.trim()) void mark()
      }}
    >
      <div className="video-acts" role="radiogroup" aria-label={say('video.mark-kind')}>
        {kinds.map((each) => (
          <label key={each} className="video-kind">
            <input type="radio" name="video-mark" checked={kind === each} onChange={() => choose(each)} />{' '}
            {say(`video.mark.${each}`)}
          </label>
        ))}
      </div>
      <input
        className="input"
        type="text"
        maxLength={500}
        aria-label={say('video.mark-words')}
        placeholder={say('video.mark-words')}
        value={words}
        onChange={(event) => write(event.target.value)}
      />
      <div className="video-acts">
        <button type="submit" className="button is-primary" disabled={acting.isBusy || words.trim() === ''}>
          {say('video.part.mark')}
        </button>
        <span className="note">{say('video.mark-note')}</span>
      </div>
      <Said text={acting.said} />
    </form>
  )
}
