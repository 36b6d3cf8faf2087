import { useState } from 'react'
import { openReportStates, reportMoves, type ReportView } from '@open110/modules/report'
import * as reports from '@open110/modules/report/api'
import { takeOver } from '@open110/modules/desk'
import { momentOf } from '@open110/kit/time'
import { sayOr } from '@open110/core/words/console'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useRoom, useWish } from '../Desk/desk.tsx'
import { MoveButtons } from '../parts/MoveButtons.tsx'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'
import { isSupervisor } from '../Session/session.state.ts'
import { buttonsOf } from './buttons.state.ts'

/** 接收与抢接 — who answers for this report, and how another may take it over (lessons c1). */
export function Claim({ report }: { report: ReportView }) {
  const { say, call, room, session } = useDesk()
  const policy = useRoom((workplace) => workplace.policy)
  const nowMs = useNow()
  const acting = useAct()
  const [asked, ask] = useState(0)
  const owner = report.staff?.owner
  const isMine = owner?.staff === session.staff.id
  const isOver = !openReportStates.some((state) => state === report.state)
  const received = report.ladder.find((rung) => rung.step === 'received')
  const how =
    owner && received && !isMine && !isOver
      ? takeOver(
          { receivedAt: received.at, ownerState: owner.state },
          { isSupervisor: isSupervisor(session) },
          momentOf(nowMs),
          policy,
        )
      : undefined

  const take = async (reason?: string) => {
    const done = await acting.run(() =>
      call(reports.take, { params: { report: report.id }, ...(reason ? { body: { reason } } : {}) }),
    )
    room.refresh(['report', 'queue'])
    return done !== undefined
  }
  const receive = async () => {
    const done = await acting.run(() => call(reports.receive, { params: { report: report.id } }))
    room.refresh(['report', 'queue'])
    return done !== undefined
  }
  const askTake = (reason = '') => {
    if (report.state === 'delivered') return say('console.take.not-received')
    if (!how) return say('console.take.mine')
    if (how === 'take' || how === 'reclaim' || reason !== '') void take(reason || undefined)
    else if (how === 'needs-reason') ask((count) => count + 1)
    else return say('console.take.denied')
    return undefined
  }
  useWish('take', () => askTake())
  useWish('/take', askTake)

  if (report.state === 'delivered') {
    return (
      <div className="claim is-waiting">
        <button
          type="button"
          className="button is-primary is-large"
          disabled={acting.isBusy || session.seat === undefined}
          onClick={() => void receive()}
        >
          {say('console.receive')} <kbd className="key">A</kbd>
        </button>
        <span className="note">
          {say(session.seat === undefined ? 'console.receive-no-seat' : 'console.receive-hint')}
        </span>
        <Said text={acting.said} />
      </div>
    )
  }
  if (!how) return <Said text={acting.said} />
  return (
    <div className="claim">
      {how === 'take' || how === 'reclaim' ? (
        <button type="button" className="button" disabled={acting.isBusy} onClick={() => void take()}>
          {say(how === 'take' ? 'console.take' : 'console.reclaim')} <kbd className="key">T</kbd>
        </button>
      ) : null}
      {how === 'needs-reason' ? (
        <ReasonedAct
          say={say}
          label={say('console.take-over')}
          askAt={asked}
          isBusy={acting.isBusy}
          onAct={take}
        />
      ) : null}
      {how === 'denied' ? (
        <button type="button" className="button" aria-disabled="true" title={say('console.take.denied')}>
          {say('console.take')}
        </button>
      ) : null}
      <Said text={acting.said} />
    </div>
  )
}

/** What the table of moves lets a person do with the report itself; the absent ones say why. */
export function ReportMoves({ report }: { report: ReportView }) {
  const { say, call, room, session } = useDesk()
  const acting = useAct()
  if (report.staff?.incidentId && report.state !== 'merged') return null
  const shown = ['declined', 'invalid'].includes(report.state)
    ? ['restore']
    : ['verify', 'decline', 'invalidate']
  const buttons = buttonsOf(reportMoves, report.state, session.staff.roles, shown)
  if (buttons.every((button) => !button.isOpen && button.why?.is === 'not-now')) return null
  const act = async (move: string, reason?: string) => {
    const done = await acting.run(() =>
      call(reports.moveReport, {
        params: { report: report.id },
        body: { move: move as 'verify', ...(reason ? { reason } : {}) },
      }),
    )
    room.refresh(['report', 'queue'])
    return done !== undefined
  }
  return (
    <>
      <MoveButtons
        say={say}
        buttons={buttons}
        kind="report"
        label={(move) => sayOr(say, `console.report-move.${move}`)}
        isBusy={acting.isBusy}
        onMove={act}
      />
      <Said text={acting.said} />
    </>
  )
}
