import { useEffect, useId, useRef } from 'react'
import type { Call } from '@open110/modules/channel'
import * as channels from '@open110/modules/channel/api'
import type { ReportView } from '@open110/modules/report'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft, useNow } from '../Desk/desk.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { numberText, placeText } from './call.state.ts'
import { useLine } from './useLine.ts'
import './Channel.css'

const wordsIn = (kept: unknown): string => (typeof kept === 'string' ? kept : '')

/** 接听登记 — number and place are there already; the hand lies on what the caller says. */
export function CallForm({ report }: { report: ReportView }) {
  const { say, session, call: ask, room } = useDesk()
  const { line, isLost, again } = useLine(report.id)
  const [words, write, clear] = useDraft('statement', report.id, wordsIn)
  const acting = useAct()
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const isMine = report.staff?.owner?.staff === session.staff.id
  const isFirst = report.words === undefined
  const isOver = !['received', 'verifying', 'accepted', 'merged', 'handling'].includes(report.state)
  useEffect(() => {
    if (isMine && isFirst) field.current?.focus()
  }, [isMine, isFirst])

  const register = async () => {
    if (!words.trim()) return
    const body = { words: words.trim() }
    const done = await acting.run(() => ask(channels.statement, { params: { report: report.id }, body }))
    if (!done) return
    clear()
    room.refresh(['report', 'queue'])
  }
  const act = async (contract: typeof channels.hangUp, call: string) => {
    await acting.run(() => ask(contract, { params: { call } }))
    again()
  }
  const callBack = async () => {
    await acting.run(() => ask(channels.callBack, { params: { report: report.id } }))
    again()
  }
  const calls = line?.calls ?? []
  const talking = calls.find(({ state }) => state === 'answered')
  const last = calls.at(-1)
  return (
    <section className="call-form" aria-label={say('call.form')}>
      <dl className="call-facts">
        <Fact name={say('call.number')}>
          {line ? (
            <strong className="figure">
              {line.number ? numberText(line.number) : say('call.number-withheld')}
            </strong>
          ) : (
            say(isLost ? 'line.unread' : 'console.loading')
          )}
        </Fact>
        {last ? <Fact name={say('call.line')}>{last.called}</Fact> : null}
        {last ? <Fact name={say('call.place')}>{placeText(say, last.place)}</Fact> : null}
        {report.staff?.owner ? <Fact name={say('call.by')}>{report.staff.owner.name}</Fact> : null}
      </dl>
      {calls.map((call) => (
        <p key={call.id} className="call-line">
          {call.direction === 'out' ? <span className="chip">{say('call.direction.out')}</span> : null}
          <CallState call={call} />
          {call.ringSeconds === undefined ? null : (
            <span className="note">{say('call.ring', { seconds: call.ringSeconds.toFixed(1) })}</span>
          )}
          {call.recordingRef ? (
            <span className="note">
              {say('call.recording')} <code>{call.recordingRef}</code>
            </span>
          ) : null}
        </p>
      ))}
      {report.staff?.flags.includes('missed-call') && calls.every(({ state }) => state === 'missed') ? (
        <p className="note">{say('call.missed-note')}</p>
      ) : null}
      {isOver ? null : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void register()
          }}
        >
          <label htmlFor={id} className="field-label">
            {say(isFirst ? 'call.words' : 'call.words-more')}
          </label>
          <textarea
            id={id}
            ref={field}
            className="area"
            rows={isFirst ? 3 : 1}
            maxLength={20_000}
            placeholder={isFirst ? say('call.words-hint') : undefined}
            value={words}
            onChange={(event) => write(event.target.value)}
          />
          <div className="call-acts">
            <button type="submit" className="button is-primary" disabled={acting.isBusy || !words.trim()}>
              {say('call.register')} <kbd className="key">Ctrl+Enter</kbd>
            </button>
            {talking ? (
              <button
                type="button"
                className="button"
                disabled={acting.isBusy}
                onClick={() => void act(channels.hangUp, talking.id)}
              >
                {say('call.hang-up')}
              </button>
            ) : (
              <button
                type="button"
                className="button"
                disabled={acting.isBusy || !report.staff?.callSafe || !line?.number}
                title={report.staff?.callSafe ? undefined : say('call.back-locked')}
                onClick={() => void callBack()}
              >
                {say('call.back')}
              </button>
            )}
            {report.staff?.callSafe ? null : (
              <span className="chip is-striped">{say('call.back-locked')}</span>
            )}
          </div>
        </form>
      )}
      <Said text={acting.said} />
    </section>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function CallState({ call }: { call: Call }) {
  const { say } = useDesk()
  const nowMs = useNow()
  const age =
    call.state === 'answered'
      ? ageText(secondsSince(call.answeredAt ?? call.rangAt, nowMs))
      : ageText(call.talkSeconds ?? 0)
  return (
    <span className={call.state === 'answered' ? 'chip is-news' : 'chip'}>
      {say(`call.state.${call.state}`, { age })}
    </span>
  )
}
