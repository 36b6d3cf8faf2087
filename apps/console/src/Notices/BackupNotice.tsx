import type { Backup } from '@open110/modules/dispatch'
import * as dispatches from '@open110/modules/dispatch/api'
import type { GoTo } from '../Boards/goto.ts'
import { Said, useAct } from '../Desk/act.tsx'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ReasonedAct } from '../parts/ReasonedAct.tsx'
import { ageText, secondsSince } from '../Queue/age.state.ts'

/** 增援请求 — who asks for what; answered by sending somebody, or declined with the reason that the unit reads. */
export function BackupNotice({ backup, onGo }: { backup: Backup; onGo: (to: GoTo) => void }) {
  const { say, call, boards } = useDesk()
  const nowMs = useNow()
  const acting = useAct()
  const what = say('console.backup.what', { kind: say(`backup.kind.${backup.kind}`), count: backup.count })
  return (
    <article className="notice is-backup">
      <p role="alert">
        <span aria-hidden="true">◆</span>{' '}
        <b>
          {backup.from === 'danger'
            ? say('console.backup.proposed', { what })
            : say('console.backup.asked', { unit: backup.unitName ?? '', what })}
        </b>{' '}
        {backup.words}
      </p>
      <p className="figure">{ageText(secondsSince(backup.happenedAt, nowMs))}</p>
      <div className="notice-acts">
        <button
          type="button"
          className="button"
          onClick={() => onGo({ incident: backup.incident, wish: 'go-units' })}
        >
          {say('console.backup.send')}
        </button>
        <ReasonedAct
          say={say}
          label={say('console.backup.decline')}
          isBusy={acting.isBusy}
          onAct={async (reason) => {
            const params = { backup: backup.id }
            const done = await acting.run(() => call(dispatches.declineBackup, { params, body: { reason } }))
            boards.refresh(['backups'])
            return done !== undefined
          }}
        />
      </div>
      <Said text={acting.said} />
    </article>
  )
}
