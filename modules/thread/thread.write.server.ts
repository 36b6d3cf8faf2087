import type { Ids } from '@open110/kit/ids'
import type { Reader, Tx } from '@open110/kit/server/db'
import type { Permit } from '@open110/modules/contact'
import type { Reports } from '@open110/modules/report/server'
import { messageSent } from './thread.events.ts'
import * as store from './thread.store.ts'

export type Write = ReturnType<typeof openWriting>

/** 谁写 — the reporter, or somebody at the desk by whichever way is open to this reporter. */
export type Writer = { id: string; name: string; permit: Permit<'quiet-message' | 'sound'> }

type New = Pick<store.StoredMessage, 'kind' | 'words'> & Partial<Omit<store.StoredMessage, 'seq'>>

/** 写入对话 — one message, by somebody at the desk or by the reporter; both are told. */
export function openWriting(near: {
  ids: Ids
  reports: Pick<Reports, 'about'>
  seatOfStaff: (db: Reader, staff: string) => Promise<{ seat: number } | undefined>
}) {
  return async (
    tx: Tx,
    report: Parameters<typeof near.reports.about>[0],
    by: Writer | 'citizen',
    what: New,
    now: string,
  ): Promise<{ id: string; seq: number; at: string }> => {
    const staff = by === 'citizen' ? undefined : by
    const seat = staff && (await near.seatOfStaff(tx, staff.id))
    const message = {
      id: near.ids.make('ms'),
      report: report.id,
      at: now,
      sender: staff ? ('desk' as const) : ('citizen' as const),
      byStaff: staff?.id,
      byName: staff?.name,
      bySeat: seat?.seat,
      ...what,
    }
    const { seq } = await tx.one(store.addMessage, message)
    tx.emit(messageSent, now, {
      ...near.reports.about(report),
      message: message.id,
      seq,
      from: message.sender,
      kind: message.kind,
      ...(message.quiet ? { quiet: true } : {}),
    })
    return { id: message.id, seq, at: now }
  }
}
