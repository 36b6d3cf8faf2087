import { useId, useState, type FormEvent } from 'react'
import { channels, type FollowUp } from '@open110/modules/followup'
import { attempt } from '@open110/modules/followup/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk } from '../Desk/desk.tsx'
import { attemptOf, emptyDraft, isComplete, usualWords, type Draft } from './followups.state.ts'

const five = [1, 2, 3, 4, 5] as const

/** 登记一次回访 — one try: by which way, whether somebody was reached, and what they said. */
export function Try({ followUp, onDone }: { followUp: FollowUp; onDone: () => void }) {
  const { say, call } = useDesk()
  const id = useId()
  const act = useAct()
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(followUp))
  const write = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const send = async (event: FormEvent) => {
    event.preventDefault()
    const body = attemptOf(draft)
    const done = await act.run(() => call(attempt, { params: { followup: followUp.id }, body }))
    if (!done) return
    setDraft(emptyDraft(followUp))
    onDone()
  }
  const isMessage = draft.channel === 'message'
  return (
    <form className="follow-up-try" onSubmit={(event) => void send(event)}>
      <h3>{say('followup.try')}</h3>
      <div role="group" aria-label={say('followup.channel')} className="scopes">
        {channels.map((channel) => {
          const isOff = !followUp.channels.includes(channel)
          return (
            <button
              key={channel}
              type="button"
              className="button"
              aria-pressed={draft.channel === channel}
              aria-disabled={isOff || undefined}
              title={isOff ? say('refusal.contact.forbidden') : undefined}
              onClick={() => isOff || write({ channel })}
            >
              {say(`followup.channel.${channel}`)}
            </button>
          )
        })}
      </div>
      <label htmlFor={`${id}-words`}>{say(isMessage ? 'followup.message' : 'followup.words')}</label>
      <textarea
        id={`${id}-words`}
        className="area"
        rows={2}
        maxLength={2_000}
        value={draft.words}
        onChange={(event) => write({ words: event.target.value })}
      />
      {isMessage && (
        <button type="button" className="button" onClick={() => write({ words: say(usualWords(followUp)) })}>
          {say('followup.use-usual')}
        </button>
      )}
      <label className="follow-up-reached">
        <input
          type="checkbox"
          checked={draft.hasReached}
          onChange={(event) => write({ hasReached: event.target.checked })}
        />
        {say('followup.has-reached')}
      </label>
      {draft.hasReached && (
        <>
          <div role="group" aria-label={say('followup.satisfaction')} className="scopes">
            {five.map((stars) => (
              <button
                key={stars}
                type="button"
                className="button"
                aria-pressed={draft.satisfaction === stars}
                onClick={() => write({ satisfaction: stars })}
              >
                {stars} {say(`rate.said.${stars}`)}
              </button>
            ))}
          </div>
          {(['comment', 'advice'] as const).map((field) => (
            <div key={field}>
              <label htmlFor={`${id}-${field}`}>{say(`followup.${field}`)}</label>
              <textarea
                id={`${id}-${field}`}
                className="area"
                rows={2}
                maxLength={2_000}
                value={draft[field]}
                onChange={(event) => write({ [field]: event.target.value })}
              />
            </div>
          ))}
        </>
      )}
      <button type="submit" className="button is-primary" disabled={act.isBusy || !isComplete(draft)}>
        {say(attemptOf(draft).result ? 'followup.finish' : 'followup.keep')}
      </button>
      <Said text={act.said} />
    </form>
  )
}
