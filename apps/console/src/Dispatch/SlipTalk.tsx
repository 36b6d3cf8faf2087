import { useId, useState } from 'react'
import type { Slip } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { clockText } from '../Queue/age.state.ts'
import { keyring } from '../Session/draft.state.ts'
import { isEnded } from './slip.state.ts'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : '')

/** 警令对话 — urges and words between the desk and the unit, each with when the other side has read it. */
export function SlipTalk({ slip }: { slip: Slip }) {
  const { say, call, room } = useDesk()
  const acting = useAct()
  const [words, write, clear] = useDraft('message', slip.id, textOf)
  const [keys] = useState(() => keyring(makeKey))
  const id = useId()
  const params = { slip: slip.id }
  const send = async (kind: 'urge' | 'message') => {
    const text = words.trim()
    const key = keys.keyFor({ slip: slip.id, kind, text })
    const done = await acting.run<unknown>(() =>
      kind === 'urge'
        ? call(dispatches.urge, { params, body: text ? { words: text } : {}, key })
        : call(dispatches.say, { params, body: { words: text }, key }),
    )
    if (done) {
      keys.answered()
      clear()
    }
    room.refresh(['slips'])
  }
  const heard = slip.dialogue.findLast(({ side, readAt }) => side === 'unit' && readAt === undefined)
  const read = async () => {
    if (!heard) return
    await acting.run(() =>
      call(dispatches.acknowledge, { params, body: { what: 'message', upTo: heard.at } }),
    )
    room.refresh(['slips'])
  }
  return (
    <div className="slip-talk">
      {slip.dialogue.length > 0 ? (
        <ol>
          {slip.dialogue.map((word) => (
            <li key={word.id} data-side={word.side}>
              <span className="figure note">{clockText(word.at)}</span>{' '}
              <b>
                {word.kind === 'urge' ? say('console.urge') : word.side === 'unit' ? slip.unitName : word.by}
              </b>{' '}
              {word.words}{' '}
              <span className="note">
                {word.readAt
                  ? say('console.read-at', { time: clockText(word.readAt) })
                  : say('console.not-read')}
              </span>
            </li>
          ))}
        </ol>
      ) : null}
      {isEnded(slip) ? null : (
        <form
          className="slip-say"
          onSubmit={(event) => {
            event.preventDefault()
            if (words.trim()) void send('message')
          }}
        >
          <label htmlFor={id} className="visually-hidden">
            {say('console.say-to', { unit: slip.unitName })}
          </label>
          <input
            id={id}
            className="input"
            type="text"
            maxLength={500}
            autoComplete="off"
            placeholder={say('console.say-to', { unit: slip.unitName })}
            value={words}
            onChange={(event) => write(event.target.value)}
          />
          <button type="submit" className="button" disabled={acting.isBusy || words.trim() === ''}>
            {say('console.say')}
          </button>
          <button type="button" className="button" disabled={acting.isBusy} onClick={() => void send('urge')}>
            {say('console.urge')}
          </button>
          {heard ? (
            <button type="button" className="button" disabled={acting.isBusy} onClick={() => void read()}>
              {say('console.mark-read')}
            </button>
          ) : null}
        </form>
      )}
      <Said text={acting.said} />
    </div>
  )
}
