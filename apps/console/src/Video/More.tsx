import { useState } from 'react'
import type { ReportView } from '@open110/modules/report'
import * as videos from '@open110/modules/video/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'
import { Mark } from './Mark.tsx'
import { Party } from './Party.tsx'
import { PinPlace } from './PinPlace.tsx'
import type { Joined } from './session.state.ts'

const parts = ['place', 'party', 'mark'] as const
type Part = (typeof parts)[number]
const keys: Readonly<Record<Part, readonly [code: string, shown: string] | undefined>> = {
  place: ['KeyP', 'P'],
  party: ['KeyI', 'I'],
  mark: undefined,
}

/** 其他操作 — folded away until wanted, one at a time, beneath the picture. */
export function More({ joined, report }: { joined: Joined; report: ReportView }) {
  const { say, call, session, videos: desk } = useDesk()
  const ending = useAct()
  const [part, unfold] = useState<Part>()
  const { video } = joined
  const end = async (reason: string) => {
    const done = await ending.run(() =>
      call(videos.moveVideo, { params: { video: video.id }, body: { move: 'end', reason } }),
    )
    if (done) desk.take(done)
    return done !== undefined
  }
  return (
    <>
      <div className="video-line">
        {parts.map((name) => (
          <button
            key={name}
            type="button"
            className="button"
            data-key={keys[name]?.[0]}
            aria-expanded={part === name}
            onClick={() => unfold(part === name ? undefined : name)}
          >
            {say(`video.part.${name}`)}
            {keys[name] ? <kbd className="key">{keys[name][1]}</kbd> : null}
          </button>
        ))}
        {report.staff?.owner?.staff === session.staff.id ? null : (
          <button type="button" className="button" onClick={() => void desk.leave()}>
            {say('video.leave')}
          </button>
        )}
        <span className="video-end">
          <ReasonedAct
            say={say}
            label={say('video.end')}
            hint={say('video.end-hint')}
            isBusy={ending.isBusy}
            onAct={end}
          />
        </span>
      </div>
      {part === 'place' ? <PinPlace report={report} onDone={() => unfold(undefined)} /> : null}
      {part === 'party' ? <Party joined={joined} /> : null}
      {part === 'mark' ? <Mark video={video} onDone={() => unfold(undefined)} /> : null}
      <Said text={ending.said} />
    </>
  )
}
