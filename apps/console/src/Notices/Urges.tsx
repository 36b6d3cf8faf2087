import { useState } from 'react'
import type { QueueRow } from '@open110/modules/report'
import * as reports from '@open110/modules/report/api'
import { urgePolicy } from '@open110/modules/report/urge'
import * as dispatches from '@open110/modules/dispatch/api'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { makeKey } from '../Desk/server.ts'
import { isEnded } from '../Dispatch/slip.state.ts'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { urgedElsewhere } from './notices.state.ts'

/** 报警人催促 — "nobody has come yet". Answered in one press with the usual truth, and the units are urged in the same one. */
export function Urges({ queue, onGo }: { queue: readonly QueueRow[]; onGo: (to: GoTo) => void }) {
  const report = useRoom((room) => room.report)
  const owedAt = queue.find((row) => row.report === report?.id)?.urgedAt
  return (
    <>
      {report && owedAt ? (
        <Urge key={report.id} report={report.id} at={owedAt} name={report.receiptCode} onGo={onGo} isOpen />
      ) : null}
      {urgedElsewhere(queue, report?.id).map((row) => (
        <Urge key={row.report} report={row.report} at={row.urgedAt} name={row.receiptCode} onGo={onGo} />
      ))}
    </>
  )
}

function Urge({
  report,
  at,
  name,
  isOpen = false,
  onGo,
}: {
  report: string
  at: string
  name: string
  isOpen?: boolean
  onGo: (to: GoTo) => void
}) {
  const { say, call, room } = useDesk()
  const slips = useRoom((workplace) => workplace.slips)
  const incident = useRoom((workplace) => workplace.open?.incident)
  const nowMs = useNow()
  const acting = useAct()
  const [key] = useState(makeKey)
  const seconds = secondsSince(at, nowMs)
  /** Whom the answer is about: nobody is told that officers were urged on while none were sent. */
  const sent = (slips ?? []).filter((slip) => !isEnded(slip))
  const answer = async () => {
    const done = await acting.run(() => call(reports.answerUrge, { params: { report }, body: {}, key }))
    if (done)
      for (const slip of sent.filter(({ state }) => state !== 'on-scene'))
        await acting.run(() => call(dispatches.urge, { params: { slip: slip.id }, body: {}, key: makeKey() }))
    room.refresh(['report', 'slips'])
  }
  return (
    <article className="notice is-urge" data-red={seconds >= urgePolicy.redSeconds || undefined}>
      <p role="status">
        <b>{say('console.urged-by-reporter', { code: name })}</b>
      </p>
      <p className="figure">{ageText(seconds)}</p>
      <div className="notice-acts">
        {isOpen && sent.length > 0 ? (
          <button type="button" className="button" disabled={acting.isBusy} onClick={() => void answer()}>
            {say('console.urge-answer')}
          </button>
        ) : isOpen ? (
          <button
            type="button"
            className="button"
            onClick={() => onGo({ report, ...(incident && { incident, wish: 'go-units' }) })}
          >
            {say('console.urge-none')}
          </button>
        ) : (
          <button type="button" className="button" onClick={() => onGo({ report })}>
            {say('console.open-incident')}
          </button>
        )}
      </div>
      <Said text={acting.said} />
    </article>
  )
}
