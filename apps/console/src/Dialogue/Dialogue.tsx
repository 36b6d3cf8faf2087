import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Message, ReportView } from '@open110/modules/report'
import { phrases } from '@open110/modules/thread'
import * as threads from '@open110/modules/thread/api'
import { sayOr } from '@open110/core/words/console'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft, useNow, useWish } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { Piece } from '../Evidence/Piece.tsx'
import { ageText, clockText, secondsSince, signalTone } from '../Queue/age.state.ts'
import { keyring } from '../Session/draft.state.ts'
import { appended, markOf, unmarked } from './dialogue.state.ts'
import { Questions } from './Questions.tsx'
import './Dialogue.css'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : '')

/** 对话 — what the desk and the reporter write to each other. Words unsent survive everything but being sent. */
export function Dialogue({ report }: { report: ReportView }) {
  const { say, call, room, session } = useDesk()
  const nowMs = useNow()
  const [words, write, clear] = useDraft('message', report.id, textOf)
  const sending = useAct()
  const [keys] = useState(() => keyring(makeKey))
  const field = useRef<HTMLTextAreaElement>(null)
  const log = useRef<HTMLDivElement>(null)
  const id = useId()
  const isReceived = report.state !== 'delivered'
  const isOver = ['done', 'declined', 'invalid', 'transferred'].includes(report.state)
  const isMine = report.staff?.owner?.staff === session.staff.id
  const unread = unmarked(report.messages)
  const signal = report.staff?.lastSignalAt ? secondsSince(report.staff.lastSignalAt, nowMs) : undefined

  const send = async (text: string) => {
    const body = { words: text.trim() }
    if (body.words === '' || !isReceived) return false
    const key = keys.keyFor({ report: report.id, ...body })
    const done = await sending.run(() =>
      call(threads.sendMessage, { params: { report: report.id }, body: { ...body, clientId: key }, key }),
    )
    if (!done) return false
    keys.answered()
    room.refresh(['report'])
    return true
  }
  const submit = async () => {
    if (await send(words)) clear()
  }
  const insert = (index: number) => {
    const phrase = phrases[index]
    if (!phrase || !isReceived) return
    write((last) => appended(last, say(`phrase.${phrase}`)))
    field.current?.focus()
  }
  useWish('phrase-1', () => insert(0))
  useWish('phrase-2', () => insert(1))
  useWish('phrase-3', () => insert(2))
  useWish('phrase-4', () => insert(3))
  useWish('phrase-5', () => insert(4))
  useWish('phrase-6', () => insert(5))
  useWish('phrase-7', () => insert(6))
  useWish('phrase-8', () => insert(7))
  useWish('go-dialogue', () => field.current?.focus())
  useWish('/say', async (argument) => {
    if (!isReceived) return say('console.dialogue-closed')
    return (await send(argument)) ? undefined : sending.said || say('console.unanswered')
  })

  useEffect(() => {
    if (!isMine || unread === undefined || document.hidden) return
    void call(threads.markRead, {
      params: { report: report.id },
      body: { delivered: unread, read: unread },
    }).then(
      () => room.refresh(['queue']),
      () => undefined, // the next message, or the next opening, marks it again
    )
  }, [call, room, report.id, isMine, unread])

  const last = report.messages.at(-1)?.seq
  const wasAtEnd = useRef(true)
  useLayoutEffect(() => {
    const box = log.current
    if (box && wasAtEnd.current) box.scrollTop = box.scrollHeight
  }, [last, report.id])

  return (
    <section className="dialogue" aria-label={say('console.dialogue')}>
      <header className="zone-head">
        <h3>
          {say('console.dialogue')} <kbd className="key">G D</kbd>
        </h3>
        {signal === undefined ? null : (
          <span className={isOver ? 'signal' : `signal is-${signalTone(signal)}`}>
            {say('console.signal-age', { age: ageText(signal) })}
          </span>
        )}
      </header>
      <div
        className="log"
        ref={log}
        role="log"
        // A list that scrolls must be reached by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={say('console.dialogue')}
        onScroll={(event) => {
          const box = event.currentTarget
          wasAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40
        }}
      >
        {report.messages.length === 0 ? <p className="empty">{say(emptyOf(report))}</p> : null}
        {report.messages.map((message) => (
          <Line key={message.id} message={message} report={report} />
        ))}
      </div>
      {isReceived ? (
        <>
          <Questions report={report} />
          <div className="phrases" role="group" aria-label={say('console.phrases')}>
            {phrases.map((phrase, index) => (
              <button
                key={phrase}
                type="button"
                className="button is-quiet"
                title={say(`phrase.${phrase}`)}
                onClick={() => insert(index)}
              >
                <kbd className="key">F{index + 1}</kbd>
                {say(`console.phrase.${phrase}`)}
              </button>
            ))}
          </div>
          <form
            className="composer"
            onSubmit={(event) => {
              event.preventDefault()
              void submit()
            }}
          >
            <label htmlFor={id} className="visually-hidden">
              {say('console.message')}
            </label>
            <textarea
              id={id}
              ref={field}
              className="area"
              rows={2}
              maxLength={5_000}
              placeholder={say(
                report.mode === 'silent' ? 'console.message-hint-silent' : 'console.message-hint',
              )}
              value={words}
              onChange={(event) => write(event.target.value)}
            />
            <button
              type="submit"
              className="button is-primary"
              disabled={sending.isBusy || words.trim() === ''}
            >
              {say('console.send')} <kbd className="key">Ctrl+Enter</kbd>
            </button>
          </form>
          <Said text={sending.said} />
        </>
      ) : null}
    </section>
  )
}

const emptyOf = (report: ReportView) =>
  report.state === 'delivered'
    ? 'console.dialogue-closed'
    : report.mode === 'sms'
      ? 'text.dialogue-empty'
      : 'console.dialogue-empty'

function Line({ message, report }: { message: Message; report: ReportView }) {
  const { say } = useDesk()
  const picture = message.attachment
    ? report.attachments.find((piece) => piece.id === message.attachment)
    : undefined
  const words =
    message.kind === 'question' && message.question
      ? sayOr(say, `question.${message.question}`)
      : message.kind === 'answer' && message.question && message.option
        ? sayOr(say, `option.${message.question}.${message.option}`)
        : message.words
  return (
    <div className="line" data-from={message.from} data-kind={message.kind}>
      <p className="line-words">
        {message.kind === 'question' ? <span className="chip">{say('console.asked')}</span> : null}
        {message.kind === 'answer' ? <span className="chip">{say('console.answered')}</span> : null}
        {words}
      </p>
      {picture ? <Piece piece={picture} report={report.id} /> : null}
      <p className="line-foot">
        <time dateTime={message.at}>{clockText(message.at)}</time>
        {message.from === 'citizen' ? say('console.reporter') : (message.by ?? '')}
        {message.from === 'desk' ? (
          // By text it is the carrier who knows how far it came; that stands with the texts.
          <span data-mark={markOf(message)}>
            {report.mode === 'sms' ? say('text.mark') : say(`console.mark.${markOf(message)}`)}
          </span>
        ) : null}
      </p>
    </div>
  )
}
