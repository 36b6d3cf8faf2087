import { ImagePlus } from 'lucide-react'
import { useState, type ChangeEvent, type FormEvent } from 'react'
import type { SeenItem } from '@open110/core/item'
import { sayOr } from '@open110/core/words/citizen'
import type { Message } from '@open110/modules/report'
import { quickQuestions } from '@open110/modules/thread'
import { usePhone } from '../app/hooks.ts'
import { timeOf } from '../app/spell.ts'
import { sha256Of } from '../phone/digest.ts'
import { Picture } from './Picture.tsx'
import { Brief } from './Brief.tsx'
import { openQuestion, percentOf, talkOf, waitsForAnswer, type TalkLine } from './report.state.ts'
import './Talk.css'

/** 对话 — what both sides have written, the question that waits for a tap, and a place to write. */
export function Talk({
  of,
  messages,
  items,
  isQuiet,
}: {
  of: string
  messages: readonly Message[]
  items: readonly SeenItem[]
  isQuiet: boolean
}) {
  const { say, outbox, newId } = usePhone()
  const [words, setWords] = useState('')
  const question = openQuestion(messages, items)
  const lines = talkOf(messages, items)
  // A dialogue into which something came quietly is not read aloud any more, on whatever page it stands.
  const isHushed = isQuiet || messages.some(({ quiet }) => quiet === true)

  const answer = (option: string) =>
    void outbox.press([
      {
        id: newId(),
        of,
        parcel: { kind: 'message', body: { answer: { question: question ?? '', option } } },
      },
    ])
  const write = (event: FormEvent) => {
    event.preventDefault()
    if (!words.trim()) return
    void outbox.press([{ id: newId(), of, parcel: { kind: 'message', body: { words: words.trim() } } }])
    setWords('')
  }
  const picture = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    event.target.value = ''
    if (!file) return
    void sha256Of(file)
      .catch(() => undefined)
      .then((sha256) => {
        const note = { name: file.name, type: file.type, bytes: file.size, ...(sha256 ? { sha256 } : {}) }
        return outbox.press([
          { id: newId(), of, parcel: { kind: 'attachment', isSaid: true, file: note }, file },
        ])
      })
  }

  return (
    <section className="card talk" aria-label={say('talk.title')}>
      {!isQuiet && <h2>{say('talk.title')}</h2>}
      {lines.length === 0 && !isQuiet && <p className="about">{say('talk.empty')}</p>}
      {lines.length > 0 && (
        <ol className="talk-lines" aria-live={isHushed ? 'off' : 'polite'}>
          {lines.map((line) => (
            <Line key={line.from === 'server' ? line.message.id : line.item.id} line={line} />
          ))}
        </ol>
      )}
      {question && (
        <div className="talk-question" role="group" aria-label={say(`question.${question}`)}>
          <p className="label">{say(`question.${question}`)}</p>
          <div className="talk-options">
            {quickQuestions[question].options.map((option) => (
              <button key={option} type="button" className="button" onClick={() => answer(option)}>
                {sayOr(say, `option.${question}.${option}`)}
              </button>
            ))}
            {isQuiet && <Brief of={of} isQuestion />}
          </div>
        </div>
      )}
      {isQuiet && !question && waitsForAnswer(messages, items) && (
        <div className="talk-options" role="group" aria-label={say('talk.title')}>
          <Brief of={of} isQuestion={false} />
        </div>
      )}
      <form className="talk-write" onSubmit={write}>
        <label className="button" title={say('talk.picture')}>
          <ImagePlus size={22} strokeWidth={1.75} aria-hidden />
          <span className="aside">{say('talk.picture')}</span>
          <input className="aside" type="file" accept="image/*" onChange={picture} />
        </label>
        <textarea
          rows={1}
          maxLength={5_000}
          aria-label={say('talk.write')}
          {...(isQuiet ? unhelped : {})}
          placeholder={say('talk.write')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <button type="submit" className="button" disabled={!words.trim()}>
          {say('talk.send')}
        </button>
      </form>
    </section>
  )
}

/** 不留词 — what is typed where somebody hides is neither guessed at, marked, nor learnt by the phone. */
const unhelped = {
  autoComplete: 'off',
  autoCorrect: 'off',
  autoCapitalize: 'off',
  spellCheck: false,
} as const

function Line({ line }: { line: TalkLine }) {
  const { say, now, language, outbox } = usePhone()
  if (line.from === 'phone') {
    const { item } = line
    const { shows } = item
    const isOnTheWay = line.isPicture && shows === 'sending'
    return (
      <li className="line line-mine">
        <p>{line.isPicture ? say('talk.picture-of') : optionOr(line.words)}</p>
        <small>
          {isOnTheWay
            ? say('file.sending', { percent: percentOf(item) })
            : shows === 'delivered'
              ? say('file.delivered')
              : say(`talk.item.${shows}`)}
          {(shows === 'ask' || shows === 'refused') && (
            <>
              <button type="button" className="button plain" onClick={() => void outbox.agree(item.id)}>
                {say('ladder.retry')}
              </button>
              <button type="button" className="button plain" onClick={() => void outbox.drop(item.id)}>
                {say('ladder.drop')}
              </button>
            </>
          )}
        </small>
      </li>
    )
  }
  const { message } = line
  const isMine = message.from === 'citizen'
  const who = isMine ? undefined : (message.by ?? (message.from === 'desk' ? say('talk.desk') : undefined))
  return (
    <li
      className={isMine ? 'line line-mine' : message.from === 'desk' ? 'line line-desk' : 'line line-system'}
    >
      {who && <b>{who}</b>}
      {message.attachment && <Picture attachment={message.attachment} />}
      {wordsOf() && <p>{wordsOf()}</p>}
      <small>
        <time dateTime={message.at}>{timeOf(message.at, now(), language)}</time>
        {isMine && message.readAt && ` · ${say('talk.read')}`}
      </small>
    </li>
  )

  function wordsOf(): string {
    if (message.kind === 'question') return sayOr(say, `question.${message.question ?? ''}`)
    if (message.kind === 'answer')
      return sayOr(say, `option.${message.question ?? ''}.${message.option ?? ''}`)
    return message.words
  }

  function optionOr(words: string): string {
    return /^[a-z-]+\.[a-z-]+$/.test(words) ? sayOr(say, `option.${words}`) : words
  }
}
