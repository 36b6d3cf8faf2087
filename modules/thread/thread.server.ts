import type { Reader } from '@open110/kit/server/db'
import type { Message } from '@open110/modules/report'
import * as store from './thread.store.ts'
import type { Side } from './thread.ts'

export type Threads = ReturnType<typeof openThreads>

/** A message as this side reads it: the reporter sees a seat, colleagues see a name. */
function messageFor(side: Side, stored: store.StoredMessage, marks: store.Marks | undefined): Message {
  const isToCitizen = stored.sender !== 'citizen'
  const delivered = (isToCitizen ? marks?.citizenDelivered : marks?.deskDelivered) ?? 0
  const read = (isToCitizen ? marks?.citizenRead : marks?.deskRead) ?? 0
  const seat = stored.bySeat === undefined ? undefined : `${stored.bySeat}号席`
  return {
    id: stored.id,
    seq: stored.seq,
    at: stored.at,
    from: stored.sender,
    by: side === 'citizen' ? seat : (stored.byName ?? seat),
    kind: stored.kind,
    words: stored.words,
    attachment: stored.attachment,
    question: stored.question,
    option: stored.option,
    clientId: stored.clientId,
    ...(stored.quiet ? { quiet: true } : {}),
    deliveredAt:
      stored.seq <= delivered
        ? isToCitizen
          ? marks?.citizenDeliveredAt
          : marks?.deskDeliveredAt
        : undefined,
    readAt: stored.seq <= read ? (isToCitizen ? marks?.citizenReadAt : marks?.deskReadAt) : undefined,
  }
}

export function openThreads() {
  return {
    async messagesOf(db: Reader, report: string, side: Side, after = 0): Promise<Message[]> {
      const stored = await (after === 0
        ? db.all(store.newestMessages, { report })
        : db.all(store.messagesAfter, { report, after }))
      const marks = await db.maybe(store.marksOf, { report })
      return stored.map((message) => messageFor(side, message, marks))
    },
    async unreadOf(db: Reader, reports: readonly string[], side: Side): Promise<ReadonlyMap<string, number>> {
      if (reports.length === 0) return new Map()
      const rows = await db.all(side === 'desk' ? store.unreadByDesk : store.unreadByCitizen, {
        reports: [...reports],
      })
      return new Map(rows.map(({ report, count }) => [report, count]))
    },
  }
}
