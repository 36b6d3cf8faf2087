import { useCallback, useEffect, useId, useState } from 'react'
import { Printer } from 'lucide-react'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import * as desks from '@open110/modules/desk/api'
import { handoverMoved } from '@open110/modules/desk/events'
import type { Handover } from '@open110/modules/desk/handover'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useDraft, useNow } from '../Desk/desk.tsx'
import { momentText } from '../Queue/age.state.ts'
import { Sheet } from './Sheet.tsx'
import './Handover.css'

const textOf = (kept: unknown) => (typeof kept === 'string' ? kept : '')

/** 交接班 — what I leave open, what waits for a signature, and what was signed before. */
export function Handovers({
  onOpen,
}: {
  onOpen?: (item: { report: string } | { incident: string }) => void
}) {
  const { say, call, room, session } = useDesk()
  const params = { desk: session.staff.org }
  const desk = session.staff.org
  const nowMs = useNow()
  const acting = useAct()
  const [sheet, keepSheet] = useState<GivesOf<typeof desks.handoverSheet>>()
  const [all, keepAll] = useState<readonly Handover[]>()
  const [isUnanswered, miss] = useState(false)
  const [notes, write, clear] = useDraft('message', `handover-${desk}`, textOf)
  const id = useId()

  const fetch = useCallback(async () => {
    try {
      const [mine, history] = await Promise.all([
        call(desks.handoverSheet, { params: { desk } }),
        call(desks.handovers, { params: { desk } }),
      ])
      if (!isRefusal(mine)) keepSheet(mine)
      if (!isRefusal(history)) keepAll(history)
      miss(isRefusal(mine) || isRefusal(history))
    } catch (cause) {
      // Named degradation: the sheet as it was stays, and says so.
      if (!(cause instanceof Unanswered)) throw cause
      miss(true)
    }
  }, [call, desk])
  useEffect(() => {
    void fetch()
    return room.hearFrames({
      frame: (frame) => {
        if (frame.type === handoverMoved.name || frame.type.startsWith('incident.')) void fetch()
      },
      refetch: () => void fetch(),
    })
  }, [fetch, room])

  const make = async () => {
    const done = await acting.run(() => call(desks.handOver, { params, body: { notes: notes.trim() } }))
    if (done) clear()
    void fetch()
  }
  const move = async (handover: string, name: 'sign' | 'withdraw') => {
    await acting.run(() => call(desks.moveHandover, { params: { handover }, body: { move: name } }))
    room.refresh(['queue', 'incident', 'report'])
    void fetch()
  }
  const waiting = all?.filter(({ state }) => state === 'open') ?? []
  const past = all?.filter(({ state }) => state !== 'open') ?? []
  const isMine = (handover: Handover) => handover.outgoing === session.staff.id

  return (
    <div className="handover">
      <div className="handover-head">
        <h2>{say('handover.title')}</h2>
        <span className="handover-acts">
          <button type="button" className="button" onClick={() => window.print()}>
            <Printer size={15} strokeWidth={1.75} aria-hidden="true" /> {say('handover.print')}
          </button>
        </span>
      </div>
      {isUnanswered ? (
        <p className="said" role="alert">
          {say(sheet ? 'console.part-stale' : 'console.unanswered')}{' '}
          <button type="button" className="button" onClick={() => void fetch()}>
            {say('action.retry')}
          </button>
        </p>
      ) : null}
      <Said text={acting.said} />
      {waiting.map((handover) => (
        <section key={handover.id} className="handover-sheet is-open" aria-label={say('handover.waiting')}>
          <div className="handover-head">
            <span className="chip is-strong">{say('handover.state.open')}</span>
            <b>{handover.outgoingName}</b>
            <span className="note">{momentText(handover.madeAt, nowMs)}</span>
            <span className="handover-acts">
              {isMine(handover) ? (
                <button
                  type="button"
                  className="button"
                  disabled={acting.isBusy}
                  onClick={() => void move(handover.id, 'withdraw')}
                >
                  {say('handover.withdraw')}
                </button>
              ) : (
                <button
                  type="button"
                  className="button is-primary"
                  disabled={acting.isBusy}
                  aria-disabled={session.seat === undefined || undefined}
                  title={session.seat === undefined ? say('handover.no-seat') : undefined}
                  onClick={() => session.seat !== undefined && void move(handover.id, 'sign')}
                >
                  {say('handover.sign')}
                </button>
              )}
            </span>
          </div>
          {isMine(handover) ? <p className="note">{say('handover.until-signed')}</p> : null}
          <Sheet sheet={handover} notes={handover.notes} {...(onOpen && { onOpen })} />
          <p className="handover-signature">{say('handover.signature')}</p>
        </section>
      ))}
      <section className="handover-sheet" aria-label={say('handover.mine')}>
        <h3>{say('handover.mine')}</h3>
        {!sheet && !isUnanswered ? <p className="empty">{say('console.loading')}</p> : null}
        {sheet?.items.length === 0 ? <p className="note">{say('handover.none')}</p> : null}
        {sheet ? <Sheet sheet={sheet} {...(onOpen && { onOpen })} /> : null}
        {sheet && sheet.items.length > 0 ? (
          <form
            onSubmit={(event) => {
              event.preventDefault()
              void make()
            }}
          >
            <label htmlFor={id} className="field-label">
              {say('handover.notes')}
            </label>
            <textarea
              id={id}
              className="area"
              rows={3}
              maxLength={5_000}
              placeholder={say('handover.notes-hint')}
              value={notes}
              onChange={(event) => write(event.target.value)}
            />
            <span className="field-acts">
              <button type="submit" className="button is-primary" disabled={acting.isBusy}>
                {say(waiting.some(isMine) ? 'handover.remake' : 'handover.make')}
              </button>
              <span className="note">{say('handover.until-signed')}</span>
            </span>
          </form>
        ) : null}
      </section>
      <section className="handover-sheet handover-history" aria-label={say('handover.history')}>
        <h3>{say('handover.history')}</h3>
        {all && past.length === 0 ? <p className="note">{say('handover.empty')}</p> : null}
        {past.map((handover) => (
          <details key={handover.id}>
            <summary>
              {momentText(handover.endedAt ?? handover.madeAt, nowMs)} ·{' '}
              {handover.incomingName
                ? say('handover.from-to', { from: handover.outgoingName, to: handover.incomingName })
                : handover.outgoingName}{' '}
              · {say(`handover.state.${handover.state}`)} ·{' '}
              {say('handover.items', { count: handover.items.length })}
            </summary>
            <Sheet sheet={handover} notes={handover.notes} {...(onOpen && { onOpen })} />
          </details>
        ))}
      </section>
    </div>
  )
}
