import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { move } from '@open110/kit/moves'
import type { Reader, Tx } from '@open110/kit/server/db'
import * as store from './dispatch.backup.store.ts'
import type { StoredBackup } from './dispatch.backup.store.ts'
import { slipBackupAsked, slipBackupMoved } from './dispatch.events.ts'
import { backupMoves, type Backup, type BackupKind } from './dispatch.ts'
import type { StoredSlip } from './dispatch.store.ts'

export type Backups = ReturnType<typeof openBackups>

export function backupOf({ desk: _, ...backup }: StoredBackup): Backup {
  return backup
}

/** 增援 — asked for by a unit or proposed by a danger; a person answers, or it falls away with what it was for. */
export function openBackups(near: { ids: Ids }) {
  async function go(
    tx: Tx,
    backup: StoredBackup,
    name: keyof typeof backupMoves,
    by: { role: 'dispatcher' | 'system'; name: string },
    now: string,
    more: { answer?: string | undefined; reason?: string | undefined } = {},
  ): Promise<StoredBackup | Refusal<'move.not-now' | 'move.denied'>> {
    const state = move(backupMoves, backup.state, name, [by.role])
    if (isRefusal(state)) return state
    await tx.run(store.markBackup, { backup: backup.id, state, now, by: by.name, ...more })
    const { id, incident, desk, slip, unit, kind } = backup
    tx.emit(slipBackupMoved, now, { backup: id, incident, desk, slip, unit, kind, state, at: now })
    return tx.one(store.backupForUpdate, { backup: id })
  }

  return {
    go,
    held: (tx: Tx, backup: string) => tx.one(store.backupForUpdate, { backup }),
    incidentOf: async (db: Reader, desk: string, backup: string) =>
      (await db.maybe(store.incidentOf, { desk, backup }))?.incident,
    askedAt: async (db: Reader, desk: string) => (await db.all(store.askedAtDesk, { desk })).map(backupOf),

    /** Asked anew; a danger proposes the same only once. */
    async ask(
      tx: Tx,
      about: {
        incident: string
        desk: string
        slip?: string
        unit?: string
        unitName?: string
        danger?: string
      },
      what: { kind: BackupKind; count: number; words?: string | undefined; happenedAt: string },
      now: string,
    ): Promise<StoredBackup | undefined> {
      const id = near.ids.make('bk')
      if ((await tx.run(store.addBackup, { id, ...about, ...what, now })) === 0) return undefined
      const { incident, desk, slip, unit } = about
      const { kind, count } = what
      tx.emit(slipBackupAsked, now, { backup: id, incident, desk, slip, unit, kind, count, at: now })
      return tx.one(store.backupForUpdate, { backup: id })
    },

    /** Why no slip may be sent for it: of another incident, or answered otherwise meanwhile. */
    async unanswerable(
      tx: Tx,
      backup: string,
      incident: string,
    ): Promise<{ no: Refusal<'backup.not-found'>; state?: string } | undefined> {
      const found = await tx.maybe(store.backupForUpdate, { backup })
      if (found?.incident !== incident) return { no: refuse('backup.not-found') }
      const next = move(backupMoves, found.state, 'answer', ['dispatcher'])
      return isRefusal(next) ? { no: refuse('backup.not-found'), state: found.state } : undefined
    },

    /** A further slip is on its way for it. The second one of several answers nothing more. */
    async answered(tx: Tx, backup: string, slip: string, by: string, now: string): Promise<void> {
      const found = await tx.maybe(store.backupForUpdate, { backup })
      if (found?.state === 'asked')
        await go(tx, found, 'answer', { role: 'dispatcher', name: by }, now, { answer: slip })
    },

    async withdrawn(tx: Tx, slip: StoredSlip, isLast: boolean, by: string, now: string): Promise<void> {
      const open = await tx.all(store.askedFor, { incident: slip.incident, slip: slip.id, isLast })
      for (const one of open) await go(tx, one, 'withdraw', { role: 'system', name: by }, now)
    },
  }
}
