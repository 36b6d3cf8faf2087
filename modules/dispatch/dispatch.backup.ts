import * as z from 'zod/mini'
import type { Moves } from '@open110/kit/moves'
import { idOf } from '@open110/kit/ids'
import { Moment } from '@open110/kit/time'

/** 增援请求 — somebody at the scene, or a danger raised after sending, asks for more than is there. A person decides. */
export const BackupId = idOf('bk')
export type BackupId = z.infer<typeof BackupId>

/** `more-units` 增派警力 · `armed` 武装增援 · `medical` 急救 · `fire` 消防 */
export const backupKinds = ['more-units', 'armed', 'medical', 'fire'] as const
export const BackupKind = z.enum(backupKinds)
export type BackupKind = z.infer<typeof BackupKind>

export const backupStates = ['asked', 'answered', 'declined', 'withdrawn'] as const
export const BackupState = z.enum(backupStates)
export type BackupState = z.infer<typeof BackupState>

/** 增援流程. It is answered by a further slip `for` it, or by several; with the last open slip of the incident it is withdrawn. */
export const backupMoves = {
  answer: { from: ['asked', 'answered'], to: 'answered', by: ['dispatcher'] },
  decline: { from: ['asked'], to: 'declined', by: ['dispatcher'], needs: ['reason'] },
  withdraw: { from: ['asked'], to: 'withdrawn', by: ['system'] },
} as const satisfies Moves<BackupState, 'dispatcher' | 'system'>

export const Backup = z.object({
  id: BackupId,
  incident: z.string(),
  /** The slip and unit that ask; absent where a raised danger proposes it. */
  slip: z.optional(z.string()),
  unit: z.optional(z.string()),
  unitName: z.optional(z.string()),
  from: z.enum(['unit', 'danger']),
  /** The danger that proposes it. */
  danger: z.optional(z.string()),
  kind: BackupKind,
  /** How many units are asked for. */
  count: z.number(),
  words: z.optional(z.string()),
  state: BackupState,
  askedAt: Moment,
  happenedAt: Moment,
  answeredAt: z.optional(Moment),
  answeredBy: z.optional(z.string()),
  /** The slip that answers it. */
  answer: z.optional(z.string()),
  reason: z.optional(z.string()),
})
export type Backup = z.infer<typeof Backup>

/** Dangers that ask for armed backup when they are raised after somebody was sent. */
export const armedDangers: readonly string[] = ['armed', 'gun', 'explosive']
