import { Phone } from 'lucide-react'
import type { Call } from '@open110/modules/channel'
import * as channels from '@open110/modules/channel/api'
import { useBoard } from '../Boards/useBoard.ts'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useWish } from '../Desk/desk.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { numberText, placeText, ringingOf } from './call.state.ts'
import './Channel.css'

/** 来电提示 — a strip that covers no work: who rings, from where, for how long. A answers. */
export function CallNotice({ onGo }: { onGo: (to: GoTo) => void }) {
  const { session } = useDesk()
  const calls = useBoard('calls').value ?? []
  const [first, ...more] = ringingOf(calls)
  const isTalking = calls.some(({ state, seat }) => state === 'answered' && seat === session.seat)
  return first ? <Ringing call={first} others={more.length} isTalking={isTalking} onGo={onGo} /> : null
}

function Ringing({
  call,
  others,
  isTalking,
  onGo,
}: {
  call: Call
  others: number
  /** Whoever talks does not take a second one with a slip of the hand. */
  isTalking: boolean
  onGo: (to: GoTo) => void
}) {
  const { say, session, call: ask, boards, room } = useDesk()
  const acting = useAct()
  const nowMs = useNow()
  const answer = async () => {
    if (session.seat === undefined) return say('console.receive-no-seat')
    const done = await acting.run(() => ask(channels.answerCall, { params: { call: call.id } }))
    boards.refresh(['calls'])
    if (!done) return undefined
    room.refresh(['queue'])
    onGo({ report: done.report })
    return undefined
  }
  return (
    <section className="call-notice" aria-label={say('call.banner')}>
      <p role="status" className="call-who">
        <Phone size={18} strokeWidth={1.75} aria-hidden="true" />
        <b>{say('call.banner')}</b>
        <strong className="figure">
          {call.number ? numberText(call.number) : say('call.number-withheld')}
        </strong>
        <span>{say('call.called', { called: call.called })}</span>
        <span>{placeText(say, call.place)}</span>
      </p>
      <time className="figure">{ageText(secondsSince(call.rangAt, nowMs))}</time>
      {others > 0 ? <span className="note">{say('call.more', { count: others })}</span> : null}
      <Said text={acting.said} />
      <button
        type="button"
        className="button is-primary"
        disabled={acting.isBusy || isTalking || session.seat === undefined}
        title={isTalking ? say('call.busy') : undefined}
        onClick={() => void answer()}
      >
        {say('call.answer')} {isTalking ? null : <AnswerKey onAnswer={answer} />}
      </button>
    </section>
  )
}

/** The key is this call's for as long as it is shown here. */
function AnswerKey({ onAnswer }: { onAnswer: () => Promise<string | undefined> }) {
  useWish('answer', onAnswer)
  return <kbd className="key">A</kbd>
}
