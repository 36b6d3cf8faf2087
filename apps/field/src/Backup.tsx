import { Button } from '@open110/ui/button'
import { backupKinds, type Backup, type BackupKind } from '@open110/modules/dispatch'
import { useHold } from './hold.ts'
import type { Press } from './outbox.state.ts'
import { clockTime, say } from './words.ts'

const backupHoldMs = 2_000

function HoldKind(given: { kind: BackupKind; onAsk: () => void }) {
  const { isHeld, on } = useHold(backupHoldMs, given.onAsk)
  return (
    <button type="button" className="hold" data-held={isHeld || undefined} {...on}>
      <span>{say(`field.backup.${given.kind}`)}</span>
      <small>{isHeld ? say('field.panic.hold') : say('field.backup.how')}</small>
    </button>
  )
}

/** 请求增援 — held for two seconds; what was asked and what the desk said to it stands below. */
export function BackupSheet(given: {
  backups: readonly Backup[]
  waiting: readonly Press[]
  onAsk: (kind: BackupKind) => void
  onClose: () => void
}) {
  return (
    <div className="sheet" role="group" aria-label={say('field.backup')}>
      <p>{say('field.backup.why')}</p>
      <div className="sheet-grid">
        {backupKinds.map((kind) => (
          <HoldKind key={kind} kind={kind} onAsk={() => given.onAsk(kind)} />
        ))}
      </div>
      <div role="status">
        <ul className="sheet-list">
          {given.waiting.map((press) =>
            press.act === 'backup' ? (
              <li key={press.key}>
                {say(`field.backup.${press.kind}`)} <time>{clockTime(press.madeAt)}</time>{' '}
                <b>{say('field.waiting')}</b>
              </li>
            ) : undefined,
          )}
          {given.backups.map((backup) => (
            <li key={backup.id}>
              {say(`field.backup.${backup.kind}`)} <time>{clockTime(backup.happenedAt)}</time>{' '}
              <b>{say(`field.backup.state.${backup.state}`)}</b> {backup.reason}
            </li>
          ))}
        </ul>
      </div>
      <Button kind="quiet" onPress={given.onClose}>
        {say('field.close')}
      </Button>
    </div>
  )
}
