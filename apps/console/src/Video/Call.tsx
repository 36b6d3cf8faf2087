import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { ReportView } from '@open110/modules/report'
import { useDesk, useNow, useRoom, useWish } from '../Desk/desk.tsx'
import { useExposed } from '../Exposure/useExposed.ts'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { Controls } from './Controls.tsx'
import { Finding } from './Finding.tsx'
import { More } from './More.tsx'
import { Others } from './Others.tsx'
import { Picture } from './Picture.tsx'
import { Quality } from './Quality.tsx'
import type { Joined } from './session.state.ts'
import { Snapshots, useSnapshots } from './Snapshots.tsx'
import { Talk } from './Talk.tsx'
import { presentIn, reporterOf, stageOf } from './video.state.ts'

/** 通话中 — the picture, what can be asked of the phone, and who is there. Nothing of it stands before the work. */
export function Call({
  joined,
  report,
  onGrow,
}: {
  joined: Joined
  report: ReportView
  onGrow: (isBig: boolean) => void
}) {
  const { say, videos } = useDesk()
  const nowMs = useNow()
  const live = useRoom((room) => room.live)
  const { video, entry, seen } = joined
  const reporter = reporterOf(video)
  const main = seen.find(({ of }) => of === reporter?.id)
  const stage = stageOf(video)
  const isUnseen = entry.me.role === 'supervisor'
  const [isOpen, open] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const snapshots = useSnapshots(joined, box)

  const stills = stage === 'stills' && video.still ? video.still : undefined
  useExposed(isOpen, 'video', video.id, report.id)
  useEffect(() => {
    onGrow(isOpen)
    return () => onGrow(false)
  }, [isOpen, onGrow])
  const show = (isShown: boolean) => {
    open(isShown)
    // Sound comes with the picture, both on purpose; put away, both are gone.
    videos.listen(isShown)
  }
  const sinceWords =
    stage === 'lost'
      ? video.lostAt
        ? say('video.lost-since', { age: ageText(secondsSince(video.lostAt, nowMs)) })
        : say('video.lost')
      : say(`video.stage.${stage}`)

  const keys = (event: KeyboardEvent<HTMLElement>) => {
    // A key that is held down is one press.
    if (event.repeat || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey)
      return
    if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return
    const control = box.current
      ?.closest('.video')
      ?.querySelector<HTMLButtonElement>(`[data-key="${event.code}"]:not(:disabled)`)
    if (!control) return
    event.preventDefault()
    control.click()
  }
  return (
    // Its keys are the keys of its buttons, heard while the hand is in the pane.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="video-call" onKeyDown={keys}>
      {isOpen ? <PutAway onAway={() => show(false)} /> : null}
      <header className="video-line">
        <span className={stage === 'lost' ? 'chip is-strong' : 'chip'} role="status">
          {sinceWords}
        </span>
        {video.startedAt ? (
          <span className="figure">{ageText(secondsSince(video.startedAt, nowMs))}</span>
        ) : null}
        {video.isCovert ? <span className="chip is-striped">{say('video.covert')}</span> : null}
        {isUnseen ? <span className="chip is-strong">{say('video.unseen')}</span> : null}
        {main ? <Quality seen={main} step={reporter?.step} /> : null}
        {live === 'stale' ? <span className="note">{say('video.stale')}</span> : null}
        <span className="note video-count">{say('video.present', { count: presentIn(video).length })}</span>
      </header>
      {video.isTalking ? <p className="video-talking">{say('video.talking')}</p> : null}
      <div className="video-body" ref={box}>
        <Picture
          video={video}
          {...(main ? { seen: main } : {})}
          {...(stills ? { still: stills } : {})}
          stage={stage}
          isOpen={isOpen}
          onOpen={() => show(true)}
          onClose={() => show(false)}
          onSnapshot={() => void snapshots.take()}
        />
        <div className="video-side">
          <Others seen={seen.filter((one) => one !== main)} video={video} isOpen={isOpen} />
          {isUnseen ? (
            <>
              <div className="video-acts">
                <Listen joined={joined} />
                <button type="button" className="button" onClick={() => void videos.leave()}>
                  {say('video.leave')}
                </button>
              </div>
              <Finding video={video} />
            </>
          ) : (
            <>
              <Controls joined={joined} onSnapshot={snapshots.take} isSnapping={snapshots.isBusy}>
                <Listen joined={joined} />
                <Talk joined={joined} />
              </Controls>
            </>
          )}
        </div>
      </div>
      {isUnseen ? null : <Snapshots snapshots={snapshots} />}
      {isUnseen ? null : <More joined={joined} report={report} />}
    </div>
  )
}

/** While the picture is open, the first Esc puts it away; the next one is for what lies beneath. */
function PutAway({ onAway }: { onAway: () => void }) {
  useWish('dismiss', onAway)
  return null
}

/** 听 — this desk's own speakers; the phone knows nothing of it. */
function Listen({ joined: { isListening } }: { joined: Joined }) {
  const { say, videos } = useDesk()
  return (
    <button
      type="button"
      className="button"
      data-key="KeyM"
      aria-pressed={isListening}
      onClick={() => videos.listen(!isListening)}
    >
      {say(isListening ? 'video.listening' : 'video.listen')} <kbd className="key">M</kbd>
    </button>
  )
}
