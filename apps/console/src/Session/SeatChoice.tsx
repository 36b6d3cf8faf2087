import { useCallback, useEffect, useState } from 'react'
import { Unanswered, type Call } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { Seat } from '@open110/modules/desk'
import { seats as seatsOf, signIn } from '@open110/modules/desk/api'
import { sayRefusal } from '../Desk/act.tsx'
import { say } from '../words.ts'
import type { Session } from './session.state.ts'

/** 入席 — which chair; a chair that somebody sits in says who. */
export function SeatChoice({
  call,
  session,
  onSeat,
  onWatch,
  onSignOut,
}: {
  call: Call
  session: Session
  onSeat: (seat: number) => void
  onWatch: () => void
  onSignOut: () => void
}) {
  const desk = session.staff.org
  const [found, setFound] = useState<{ name: string; seats: readonly Seat[] }>()
  const [said, setSaid] = useState('')
  const [isBusy, setBusy] = useState(false)
  const attempt = useCallback(async (act: () => Promise<void>) => {
    setBusy(true)
    setSaid('')
    try {
      await act()
    } catch (cause) {
      if (!(cause instanceof Unanswered)) throw cause
      setSaid(say('console.sign-in.unanswered'))
    } finally {
      setBusy(false)
    }
  }, [])
  const load = useCallback(
    () =>
      attempt(async () => {
        const answer = await call(seatsOf, { params: { desk } })
        if (!isRefusal(answer)) return setFound({ name: answer.desk.name, seats: answer.seats })
        if (answer.refused === 'session.signed-out') return onSignOut()
        setSaid(
          answer.refused === 'desk.not-found' || answer.refused === 'permission.denied'
            ? say('console.seat.denied')
            : sayRefusal(say, answer),
        )
      }),
    [attempt, call, desk, onSignOut],
  )
  useEffect(() => {
    void load()
  }, [load])
  const sit = (seat: number) =>
    attempt(async () => {
      const answer = await call(signIn, { params: { desk, seat: String(seat) } })
      if (!isRefusal(answer)) return onSeat(seat)
      setSaid(sayRefusal(say, answer))
      const again = await call(seatsOf, { params: { desk } })
      if (!isRefusal(again)) setFound({ name: again.desk.name, seats: again.seats })
    })
  return (
    <main className="entry">
      <section className="entry-card" aria-label={say('console.seat.choose')}>
        {session.staff.isDemo ? <p className="demo">{say('console.demo')}</p> : null}
        <h1>{found?.name ?? session.staff.orgName}</h1>
        <p className="note">{say('console.seat.greeting', { name: session.staff.name })}</p>
        <div className="seat-grid">
          {(found?.seats ?? []).map((seat) => {
            const isOther = seat.state === 'live' && seat.staff !== session.staff.id
            return (
              <button
                key={seat.seat}
                type="button"
                className="button is-large seat"
                disabled={isBusy || isOther}
                onClick={() => void sit(seat.seat)}
              >
                <b>{say('console.seat', { seat: seat.seat })}</b>
                <span className="note">
                  {seat.state === 'empty'
                    ? say('console.seat.empty')
                    : say(`console.seat.${seat.state}`, { name: seat.staffName ?? '' })}
                </span>
              </button>
            )
          })}
        </div>
        {found === undefined && said === '' ? <p className="note">{say('console.loading')}</p> : null}
        <p className="said" role="alert" hidden={said === ''}>
          {said}
        </p>
        <p className="entry-foot">
          {found ? (
            <button type="button" className="button is-quiet" onClick={onWatch}>
              {say('console.seat.watch')}
            </button>
          ) : (
            <button type="button" className="button is-quiet" disabled={isBusy} onClick={() => void load()}>
              {say('action.retry')}
            </button>
          )}
          <button type="button" className="button is-quiet" onClick={onSignOut}>
            {say('console.sign-out')}
          </button>
        </p>
      </section>
    </main>
  )
}
