import { slipMoves, type Slip } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import { sayOr } from '@open110/core/words/console'
import { useBoard } from '../Boards/useBoard.ts'
import { ClockCell } from '../Deadlines/ClockCell.tsx'
import { pressing } from '../Deadlines/deadlines.state.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { MoveButtons } from '../parts/MoveButtons.tsx'
import { ageText, clockText } from '../Queue/age.state.ts'
import { buttonsOf } from '../Report/buttons.state.ts'
import { SlipTalk } from './SlipTalk.tsx'
import {
  countsText,
  dispatcherMoves,
  isEnded,
  isRadioed,
  stepsOf,
  unreadOf,
  unsignedFor,
} from './slip.state.ts'

/** 处警单 — where it stands, each step with its time, and what the desk may do with it now. */
export function SlipView({ slip }: { slip: Slip }) {
  const { say, call, room } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const unsigned = unsignedFor(slip, nowMs)
  const unread = unreadOf(slip)
  const clock = pressing(useBoard('deadlines').value?.deadlines, { slip: slip.id })
  const move = async (name: string, reason?: string) => {
    const done = await acting.run(() =>
      call(dispatches.moveSlip, {
        params: { slip: slip.id },
        body: { move: name, ...(reason ? { reason } : {}) },
      }),
    )
    room.refresh(['slips', 'suggestions', 'incident', 'units', 'queue', 'report'])
    return done !== undefined
  }
  // An ended slip asks nothing; of an open one the absent acts are shown with their reason.
  const buttons = isEnded(slip)
    ? []
    : buttonsOf(slipMoves, slip.state, ['dispatcher'], dispatcherMoves)
        .filter((button) => button.isOpen || button.move === 'cancel' || button.move === 'close')
        // What belongs to the unit stands last, and asks why the desk writes it down.
        .map((button) => (isRadioed(button.move) ? { ...button, needs: ['reason'] } : button))
        .toSorted((a, b) => Number(isRadioed(a.move)) - Number(isRadioed(b.move)))
  return (
    <article
      className="slip"
      data-ended={isEnded(slip) || undefined}
      aria-label={`${slip.unitName} ${say(`slip.state.${slip.state}`)}`}
    >
      <header>
        <b>{slip.unitName}</b>
        <span className="state">{say(`slip.state.${slip.state}`)}</span>
        {clock ? (
          <ClockCell clock={clock} isNamed />
        ) : unsigned ? (
          <span className={`age is-${unsigned.tone}`} title={say('console.unsigned')}>
            {ageText(unsigned.seconds)}
          </span>
        ) : null}
        <span className="note slip-number">{slip.number}</span>
      </header>
      {slip.words ? <p>{slip.words}</p> : null}
      <ol className="steps">
        <li>
          {say('console.step.issue')} {clockText(slip.issuedAt)}
        </li>
        {stepsOf(slip)
          .filter(({ move: step }) => step !== 'issue')
          .map(({ move: step, at, by, via, isLate }) => (
            <li key={`${step}-${at}`} title={isLate ? say('console.step-late') : undefined}>
              {sayOr(say, `slip.move.${step}`)} {clockText(at)}
              {isLate ? ` (${say('console.step-late')})` : ''}
              {via
                ? ` (${say(step === 'sign' ? 'slip.signed-for' : 'slip.radioed', { by, way: say(`slip.way.${via}`) })})`
                : ''}
            </li>
          ))}
      </ol>
      {slip.reason || slip.returnReason ? (
        <p className="note">
          {slip.returnReason ? `${say(`return-reason.${slip.returnReason}`)} ` : ''}
          {slip.reason ? say('console.reason', { words: slip.reason }) : ''}
        </p>
      ) : null}
      {isEnded(slip) || unread.length === 0 ? null : (
        <p className="slip-unread">{unread.map((what) => say(`readback.${what}`)).join('、')}</p>
      )}
      {slip.feedback ? (
        <p className="feedback">
          <b>{say(`outcome.${slip.feedback.outcome}`)}</b> {slip.feedback.words}{' '}
          <span className="note">{countsText(slip.feedback, say)}</span>
        </p>
      ) : null}
      <div className="moves" role="group" aria-label={say('console.slip-moves', { unit: slip.unitName })}>
        <MoveButtons
          say={say}
          buttons={buttons}
          kind="slip"
          label={(name) => sayOr(say, `${isRadioed(name) ? 'slip.by-radio' : 'slip.move'}.${name}`)}
          isBusy={acting.isBusy}
          onMove={move}
        />
      </div>
      <Said text={acting.said} />
      {isEnded(slip) && slip.dialogue.length === 0 ? null : <SlipTalk slip={slip} />}
    </article>
  )
}
