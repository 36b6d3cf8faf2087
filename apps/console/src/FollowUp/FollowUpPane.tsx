import { useEffect, useState } from 'react'
import { isRefusal } from '@open110/kit/refuse'
import { isCovert } from '@open110/modules/contact'
import { followUpMoves, type FollowUp, type SeenRating } from '@open110/modules/followup'
import { moveFollowUp, ratingsOf } from '@open110/modules/followup/api'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { momentText } from '../Queue/age.state.ts'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'
import { Try } from './Try.tsx'

const openings = ['give-up', 'settle'] as const

/** 一项回访 — why, who may be reached how, what was tried, and what came of it. */
export function FollowUpPane({
  followUp,
  onDone,
  onOpen,
}: {
  followUp: FollowUp
  onDone: () => void
  onOpen?: () => void
}) {
  const { say, call, session } = useDesk()
  const nowMs = useNow()
  const act = useAct()
  const ratings = useRatings(followUp.incident)
  const move = async (name: (typeof openings)[number], reason: string) => {
    const body = { move: name, reason }
    const done = await act.run(() => call(moveFollowUp, { params: { followup: followUp.id }, body }))
    if (done) onDone()
    return done !== undefined
  }
  const { result, reach } = followUp
  const roles: readonly string[] = session.staff.roles
  const isOpenTo = (name: (typeof openings)[number]) =>
    followUp.openMoves.includes(name) && followUpMoves[name].by.some((role) => roles.includes(role))

  return (
    <>
      <header className="follow-up-head">
        <h2>{say(`followup.reason.${followUp.reason}`)}</h2>
        <span className="state">{say(`followup.state.${followUp.state}`)}</span>
        <span className="figure">{followUp.incidentNumber}</span>
        {onOpen && (
          <button type="button" className="button" onClick={onOpen}>
            {say('followup.open-incident')}
          </button>
        )}
      </header>
      {followUp.words && <blockquote>{followUp.words}</blockquote>}
      <p className="note">
        {say(followUp.openedBy ? 'followup.opened-by' : 'followup.opened', {
          by: followUp.openedBy ?? '',
          at: momentText(followUp.openedAt, nowMs),
        })}
      </p>
      {isCovert({ mode: followUp.contact }) && followUp.state !== 'done' && (
        <p className="said">
          {reach
            ? say('followup.covert-reach', {
                ways: reach.ways.map((way) => say(`followup.channel.${way}`)).join('、'),
                from: momentText(reach.from, nowMs),
                until: momentText(reach.until, nowMs),
              })
            : say('followup.covert-about')}
        </p>
      )}
      {ratings && ratings.length > 0 && (
        <section>
          <h3>{say('followup.ratings')}</h3>
          <ul>
            {ratings.map((rating) => (
              <li key={`${rating.report}${rating.stage}`}>
                {say(`followup.stage.${rating.stage}`)}{' '}
                <b>{say('followup.stars', { stars: rating.stars })}</b> {rating.words}{' '}
                <span className="note">{momentText(rating.at, nowMs)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>{say('followup.attempts')}</h3>
        {followUp.attempts.length === 0 && <p className="note">{say('followup.attempts-none')}</p>}
        <ol>
          {followUp.attempts.map((attempt, index) => (
            <li key={`${attempt.at}${index}`}>
              <span className="figure">{momentText(attempt.at, nowMs)}</span>{' '}
              {say(`followup.channel.${attempt.channel}`)}{' '}
              <b>
                {say(
                  attempt.hasReached
                    ? 'followup.reached'
                    : attempt.channel === 'call'
                      ? 'followup.not-reached'
                      : 'followup.no-answer-yet',
                )}
              </b>{' '}
              <span className="note">{attempt.by}</span> {attempt.words}
            </li>
          ))}
        </ol>
      </section>
      {result && (
        <section>
          <h3>{say('followup.result')}</h3>
          {result.satisfaction !== undefined && (
            <p>{say('followup.stars', { stars: result.satisfaction })}</p>
          )}
          {result.comment && <p>{result.comment}</p>}
          {result.advice && <p>{say('followup.advice-said', { advice: result.advice })}</p>}
        </section>
      )}
      {followUp.note && <p>{say('followup.note', { note: followUp.note })}</p>}
      {(followUp.state === 'due' || followUp.state === 'attempted') && (
        <Try followUp={followUp} onDone={onDone} />
      )}
      <div className="follow-up-acts">
        {openings
          .filter((name) => followUp.openMoves.includes(name) && isOpenTo(name))
          .map((name) => (
            <ReasonedAct
              key={name}
              say={say}
              label={say(`followup.move.${name}`)}
              isBusy={act.isBusy}
              onAct={(reason) => move(name, reason)}
            />
          ))}
        {followUp.state === 'unreachable' && !isOpenTo('settle') && (
          <p className="note">{say('followup.settle-denied')}</p>
        )}
      </div>
      <Said text={act.said} />
    </>
  )
}

/** What the reporters of the incident have said; nothing of it is shown where it could not be read. */
function useRatings(incident: string): readonly SeenRating[] | undefined {
  const { call } = useDesk()
  const [ratings, keep] = useState<readonly SeenRating[]>()
  useEffect(() => {
    let isGone = false
    call(ratingsOf, { params: { incident } }).then(
      (answer) => isGone || isRefusal(answer) || keep(answer),
      () => undefined, // Named degradation: the ratings stay away; the follow-up goes on without them.
    )
    return () => {
      isGone = true
    }
  }, [call, incident])
  return ratings
}
