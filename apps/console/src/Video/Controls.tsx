import { useState, type ReactNode } from 'react'
import type { Hint } from '@open110/modules/video'
import * as videos from '@open110/modules/video/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useWish } from '../Desk/desk.tsx'
import type { Joined } from './session.state.ts'
import { pictureHint, reporterOf } from './video.state.ts'

/** 请对方配合 — one press asks the phone for something; it reads it as words and hears nothing. */
export function Controls({
  joined: { video },
  onSnapshot,
  isSnapping,
  children,
}: {
  joined: Joined
  onSnapshot: () => Promise<void>
  isSnapping: boolean
  /** What belongs to this desk itself: listening and speaking. */
  children: ReactNode
}) {
  const { say, call, bus } = useDesk()
  const acting = useAct()
  const [asked, remember] = useState<Hint>()
  const [isFront, turn] = useState(false)
  const [isLit, light] = useState(false)
  const step = reporterOf(video)?.step ?? 'video'
  const isHere = video.state === 'live'
  const hint = async (wanted: Hint) => {
    const done = await acting.run(() =>
      call(videos.hint, { params: { video: video.id }, body: { hint: wanted } }),
    )
    if (!done) return
    remember(wanted)
    if (wanted === 'front' || wanted === 'back') turn(wanted === 'front')
    if (wanted === 'torch-on' || wanted === 'torch-off') light(wanted === 'torch-on')
  }
  useWish('snapshot', () => void onSnapshot())
  const button = (wanted: Hint, code?: string, key?: string) => (
    <button
      type="button"
      className="button"
      data-key={code}
      disabled={acting.isBusy || !isHere}
      onClick={() => void hint(wanted)}
    >
      {say(`video.hint.${wanted}`)} {key ? <kbd className="key">{key}</kbd> : null}
    </button>
  )
  return (
    <>
      <div className="video-acts">
        {children}
        <button
          type="button"
          className="button is-primary"
          disabled={isSnapping}
          title={say('video.snapshot-hint')}
          onClick={() => void onSnapshot()}
        >
          {say('video.snapshot')} <kbd className="key">F9</kbd>
        </button>
        <button type="button" className="button" onClick={() => void bus.send('go-units')}>
          {say('video.dispatch')} <kbd className="key">G U</kbd>
        </button>
      </div>
      <div className="video-acts" role="group" aria-label={say('video.hints')}>
        {button(isFront ? 'back' : 'front', 'KeyC', 'C')}
        {button(isLit ? 'torch-off' : 'torch-on', 'KeyL', 'L')}
        {button(pictureHint(step), 'KeyS', 'S')}
        {button('steady')}
        {button('closer')}
        {button('wider')}
      </div>
      {asked ? (
        <p className="note" role="status">
          {say('video.hinted', { hint: say(`video.hint.${asked}`) })}
        </p>
      ) : null}
      <Said text={acting.said} />
    </>
  )
}
