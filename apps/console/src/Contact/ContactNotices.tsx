import type { QueueRow } from '@open110/modules/report'
import * as contacts from '@open110/modules/contact/api'
import type { Override } from '@open110/modules/contact/override'
import { useBoard } from '../Boards/useBoard.ts'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText } from '../Queue/age.state.ts'
import { askedToWithdraw, awaitsMe } from './contact.state.ts'

/** 撤回与破例提示 — a reporter under duress before all else; then who asks to withdraw, and who waits for a second person. */
export function ContactNotices({ queue, onGo }: { queue: readonly QueueRow[]; onGo: (to: GoTo) => void }) {
  const { say } = useDesk()
  const nowMs = useNow()
  const overrides = useBoard('overrides').value ?? []
  const asked = overrides.filter(
    (one) => awaitsMe(one) && one.state === 'asked' && Date.parse(one.until) > nowMs,
  )
  return (
    <>
      {askedToWithdraw(queue).map(({ row, isDuress }) => (
        <article
          key={row.report}
          className={isDuress ? 'notice is-panic' : 'notice'}
          data-raised={isDuress || undefined}
        >
          <p role="alert">
            {isDuress ? <span aria-hidden="true">▲ </span> : null}
            <b>
              {isDuress
                ? say('withdraw.duress-alarm', { code: row.receiptCode })
                : `${say('withdraw.title')} · ${row.receiptCode}`}
            </b>
          </p>
          <div className="notice-acts">
            <button type="button" className="button" onClick={() => onGo({ report: row.report })}>
              {say('withdraw.open')}
            </button>
          </div>
        </article>
      ))}
      {asked.map((override) => (
        <Asked key={override.id} override={override} nowMs={nowMs} onGo={onGo} />
      ))}
    </>
  )
}

function Asked({ override, nowMs, onGo }: { override: Override; nowMs: number; onGo: (to: GoTo) => void }) {
  const { say, call, boards } = useDesk()
  const acting = useAct()
  const confirm = async () => {
    await acting.run(() => call(contacts.confirm, { params: { override: override.id } }))
    boards.refresh(['overrides'])
  }
  const left = ageText(Math.max(0, (Date.parse(override.until) - nowMs) / 1_000))
  return (
    <article className="notice">
      <p role="status">
        <b>
          {say('contact.override')} · {say(`contact.way.${override.way}`)}
        </b>{' '}
        {override.receiptCode} {say('contact.override-by', { by: override.by })}:{override.reason}
      </p>
      <p className="figure">{say('contact.override-left', { age: left })}</p>
      <div className="notice-acts">
        <button type="button" className="button" disabled={acting.isBusy} onClick={() => void confirm()}>
          {say('contact.confirm')}
        </button>
        <button type="button" className="button" onClick={() => onGo({ report: override.report })}>
          {say('withdraw.open')}
        </button>
      </div>
      <Said text={acting.said} />
    </article>
  )
}
