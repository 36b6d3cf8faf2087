import { isOffered, type QueueRow } from '@open110/modules/report'
import { sayOr } from '@open110/core/words/console'
import { useDesk, useNow, useRoom } from '../Desk/desk.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'
import { Priority } from '../parts/Priority.tsx'
import { alarmsOf } from './alarm.state.ts'

/** 告警条 — a place of its own in the header, so that it pushes nothing and covers nothing. */
export function Banner({
  target,
  dismissed,
  onAnswer,
  onShow,
}: {
  target: QueueRow | undefined
  dismissed: ReadonlySet<string>
  onAnswer: (row: QueueRow) => void
  onShow: (report: string) => void
}) {
  const { say, session } = useDesk()
  const rows = useRoom((room) => room.queue)
  const seats = useRoom((room) => room.seats)
  const policy = useRoom((room) => room.policy)
  const nowMs = useNow()
  const alarms = alarmsOf(rows ?? [], seats, policy, nowMs).filter((alarm) => !dismissed.has(alarm.id))
  const [alarm] = alarms
  return (
    <div
      className="banner"
      data-alarm={alarm !== undefined || undefined}
      role="status"
      aria-label={say('console.alarms')}
    >
      {alarm ? (
        <button
          type="button"
          className="banner-alarm"
          onClick={() => 'reports' in alarm && alarm.reports[0] && onShow(alarm.reports[0])}
        >
          {alarm.kind === 'unreceived'
            ? say('console.alarm.unreceived', {
                count: alarm.reports.length,
                age: ageText(alarm.waitedSeconds),
              })
            : alarm.kind === 'owner-lost'
              ? say('console.alarm.owner-lost', { count: alarm.reports.length })
              : say('console.alarm.unstaffed')}
          {alarms.length > 1 ? ` +${alarms.length - 1}` : ''} <kbd className="key">Esc</kbd>
        </button>
      ) : null}
      {target ? (
        <>
          <button type="button" className="banner-next" onClick={() => onShow(target.report)}>
            <Priority level={target.urgency} say={say} />
            <span className="banner-gist">
              {target.mode === 'silent' ? `${say('mode.silent')} ` : ''}
              {target.gist || (target.tag ? sayOr(say, `tag.${target.tag}`) : say('console.no-words'))}
            </span>
            <span className="banner-age">{ageText(secondsSince(target.deliveredAt, nowMs))}</span>
          </button>
          <button
            type="button"
            className="button"
            disabled={session.seat === undefined}
            onClick={() => onAnswer(target)}
          >
            {say(isOffered(target) ? 'console.reclaim-this' : 'console.receive-this')}{' '}
            <kbd className="key">A</kbd>
          </button>
        </>
      ) : null}
    </div>
  )
}
