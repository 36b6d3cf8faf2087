import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Escalation } from '@open110/modules/escalation'
import * as escalations from '@open110/modules/escalation/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { momentText } from '../Queue/age.state.ts'

/** 一件请示 — the question, the answer, and the buttons of whoever looks: 批示, 知悉, 已按批示执行. */
export function EscalationRow({
  escalation,
  onChange,
  children,
}: {
  escalation: Escalation
  onChange: () => void
  children?: ReactNode
}) {
  const { say, call } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const [isWriting, write] = useState(false)
  const can = (name: string) => escalation.openMoves.includes(name)
  const move = async (name: string, more: { words?: string; forUnits?: boolean } = {}) => {
    const done = await acting.run(() =>
      call(escalations.moveEscalation, {
        params: { escalation: escalation.id },
        body: { move: name, ...more },
      }),
    )
    onChange()
    if (done) write(false)
  }
  const who = (step: { by: string; at: string }) => `${step.by} ${momentText(step.at, nowMs)}`
  return (
    <li>
      {children}
      <span className={escalation.openMoves.length > 0 ? 'chip is-strong' : 'chip'}>
        {say(`escalation.state.${escalation.state}`)}
      </span>
      <span>{say(`escalation.aim.${escalation.aim}`)}</span>
      <span className="note">{who({ by: escalation.askedBy, at: escalation.askedAt })}</span>
      <p className="escalation-words">{escalation.words}</p>
      {escalation.instruction ? (
        <p className="escalation-instruction">
          {say('escalation.instruction')} {escalation.instruction}
          {escalation.forUnits ? <span className="note"> · {say('escalation.to-units')}</span> : null}
        </p>
      ) : null}
      {escalation.answered ? (
        <span className="note">
          {say('escalation.answered', { who: who(escalation.answered) })}
          {escalation.carriedOut ? ` · ${say('escalation.done', { who: who(escalation.carriedOut) })}` : ''}
        </span>
      ) : null}
      {can('instruct') && !isWriting ? (
        <button type="button" className="button is-primary" onClick={() => write(true)}>
          {say('escalation.instruct')}
        </button>
      ) : null}
      {can('see') && !isWriting ? (
        <button type="button" className="button" disabled={acting.isBusy} onClick={() => void move('see')}>
          {say('escalation.see')}
        </button>
      ) : null}
      {can('note') && !isWriting ? (
        <button type="button" className="button" disabled={acting.isBusy} onClick={() => void move('note')}>
          {say('escalation.note')}
        </button>
      ) : null}
      {can('carry-out') ? (
        <button
          type="button"
          className="button is-primary"
          disabled={acting.isBusy}
          onClick={() => void move('carry-out')}
        >
          {say('escalation.carry-out')}
        </button>
      ) : null}
      {isWriting ? (
        <Instruct onSend={(more) => move('instruct', more)} onCancel={() => write(false)} />
      ) : null}
      <Said text={acting.said} />
    </li>
  )
}

/** 批示框 — words, and whether the units read them too; Ctrl+Enter sends. */
function Instruct({
  onSend,
  onCancel,
}: {
  onSend: (more: { words: string; forUnits: boolean }) => Promise<void>
  onCancel: () => void
}) {
  const { say } = useDesk()
  const [words, write] = useState('')
  const [forUnits, tick] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  const send = () =>
    words.trim() === '' ? field.current?.focus() : void onSend({ words: words.trim(), forUnits })
  return (
    <form
      className="escalation-form"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.code === 'Escape') onCancel()
      }}
    >
      <textarea
        ref={field}
        className="area"
        rows={2}
        maxLength={2_000}
        aria-label={say('escalation.instruction')}
        value={words}
        onChange={(event) => write(event.target.value)}
      />
      <label>
        <input type="checkbox" checked={forUnits} onChange={(event) => tick(event.target.checked)} />{' '}
        {say('escalation.for-units')}
      </label>
      <button type="submit" className="button is-primary" disabled={words.trim() === ''}>
        {say('escalation.instruct')} <kbd className="key">Ctrl+Enter</kbd>
      </button>
      <button type="button" className="button is-quiet" onClick={onCancel}>
        {say('action.cancel')}
      </button>
    </form>
  )
}
