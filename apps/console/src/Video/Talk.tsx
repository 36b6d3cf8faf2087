import { useState } from 'react'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import type { Joined } from './session.state.ts'

/** 喊话 — the desk speaks through the phone: pressed, confirmed, and red for as long as the scene can hear it (NY-15). */
export function Talk({ joined: { video, talking } }: { joined: Joined }) {
  const { say, videos } = useDesk()
  const acting = useAct()
  const [isAsking, ask] = useState(false)
  const [isDeaf, deaf] = useState(false)
  const isOn = talking === 'on'
  const talk = async (on: boolean) => {
    ask(false)
    deaf(false)
    await acting.run(async () => {
      const said = await videos.talk(on)
      if (said !== 'no-microphone') return said
      deaf(true)
      return undefined
    })
  }
  if (isOn || (video.isTalking && talking === 'off'))
    return (
      <button
        type="button"
        className="button is-talking"
        data-key="KeyH"
        disabled={acting.isBusy}
        onClick={() => void talk(false)}
      >
        {say(isOn ? 'video.talk-end' : 'video.talk-end-others')} <kbd className="key">H</kbd>
      </button>
    )
  if (isAsking)
    return (
      <span className="video-confirm" role="group" aria-label={say('video.talk')}>
        <span>{say(video.isCovert ? 'video.talk-covert' : 'video.talk-sure')}</span>
        <button
          type="button"
          className="button is-talking"
          // The second press is another key than the first: nobody speaks by a finger that slips.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          disabled={acting.isBusy}
          onClick={() => void talk(true)}
        >
          {say('video.talk-begin')}
        </button>
        <button type="button" className="button is-quiet" onClick={() => ask(false)}>
          {say('action.cancel')}
        </button>
      </span>
    )
  return (
    <>
      <button
        type="button"
        className="button"
        data-key="KeyH"
        disabled={acting.isBusy || talking === 'starting' || video.state !== 'live'}
        title={say('video.talk-hint')}
        onClick={() => ask(true)}
      >
        {say(talking === 'starting' ? 'video.talk-starting' : 'video.talk')} <kbd className="key">H</kbd>
      </button>
      <Said text={isDeaf ? say('video.no-microphone') : acting.said} />
    </>
  )
}
