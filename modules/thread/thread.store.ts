import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

export const StoredMessage = z.object({
  id: z.string(),
  report: z.string(),
  seq: z.number(),
  at: z.string(),
  sender: z.enum(['citizen', 'desk', 'system']),
  byStaff: z.optional(z.string()),
  byName: z.optional(z.string()),
  bySeat: z.optional(z.number()),
  kind: z.enum(['words', 'picture', 'question', 'answer', 'system']),
  words: z.string(),
  attachment: z.optional(z.string()),
  question: z.optional(z.string()),
  option: z.optional(z.string()),
  clientId: z.optional(z.string()),
  /** 静默消息 — the phone neither sounds for it nor shows it before its holder looks. */
  quiet: z.optional(z.boolean()),
})
export type StoredMessage = z.infer<typeof StoredMessage>

/** The next place in a dialogue; holding the row keeps two writers in one order without holes. */
/** The next message of a dialogue, in an order without holes: two who write at once wait for each other here. */
export const addMessage = query({
  name: 'thread.add-message',
  takes: z.omit(StoredMessage, { seq: true }),
  gives: z.object({ seq: z.number() }),
  sql: `with turn as (
          insert into thread (report, last_seq) values (:report, 1)
          on conflict (report) do update set last_seq = thread.last_seq + 1 returning last_seq as seq
        )
        insert into message (id, report, seq, at, sender, by_staff, by_name, by_seat, kind, words, attachment, question,
               option, client_id, quiet)
        select :id, :report, seq, :at, :sender, :byStaff, :byName, :bySeat, :kind, :words, :attachment, :question,
               :option, :clientId, coalesce(:quiet::boolean, false) from turn
        returning seq`,
})

export const messagesAfter = query({
  name: 'thread.messages-after',
  takes: z.object({ report: z.string(), after: z.number() }),
  gives: StoredMessage,
  sql: `select id, report, seq, at, sender, by_staff, by_name, by_seat, kind, words, attachment, question, option, client_id,
               quiet
          from message where report = :report and seq > :after order by seq limit 1000`,
})

/** The end of a dialogue, which is what both sides want to see of one that has grown long. */
export const newestMessages = query({
  name: 'thread.newest-messages',
  takes: z.object({ report: z.string() }),
  gives: StoredMessage,
  sql: `select * from (
          select id, report, seq, at, sender, by_staff, by_name, by_seat, kind, words, attachment, question, option, client_id, quiet
            from message where report = :report order by seq desc limit 1000) newest order by seq`,
})

const Marks = z.object({
  citizenDelivered: z.number(),
  citizenRead: z.number(),
  citizenDeliveredAt: z.optional(z.string()),
  citizenReadAt: z.optional(z.string()),
  deskDelivered: z.number(),
  deskRead: z.number(),
  deskDeliveredAt: z.optional(z.string()),
  deskReadAt: z.optional(z.string()),
})
export type Marks = z.infer<typeof Marks>
const markColumns = `citizen_delivered, citizen_read, citizen_delivered_at, citizen_read_at,
  desk_delivered, desk_read, desk_delivered_at, desk_read_at`

export const marksOf = query({
  name: 'thread.marks-of',
  takes: z.object({ report: z.string() }),
  gives: Marks,
  sql: `select ${markColumns} from thread where report = :report`,
})

const Mark = z.object({ report: z.string(), delivered: z.number(), read: z.number(), now: z.string() })

export const markCitizen = query({
  name: 'thread.mark-citizen',
  takes: Mark,
  gives: z.object({ delivered: z.number(), read: z.number(), grew: z.boolean() }),
  sql: `with old as (select * from thread where report = :report for update)
        update thread t set citizen_delivered = least(t.last_seq, greatest(t.citizen_delivered, :delivered::int, :read::int)),
               citizen_read = least(t.last_seq, greatest(t.citizen_read, :read::int)),
               citizen_delivered_at = case when least(t.last_seq, greatest(:delivered::int, :read::int)) > t.citizen_delivered then :now else t.citizen_delivered_at end,
               citizen_read_at = case when least(t.last_seq, :read::int) > t.citizen_read then :now else t.citizen_read_at end
          from old where t.report = old.report
        returning t.citizen_delivered as delivered, t.citizen_read as read,
                  (t.citizen_delivered > old.citizen_delivered or t.citizen_read > old.citizen_read) as grew`,
})

export const markDesk = query({
  name: 'thread.mark-desk',
  takes: Mark,
  gives: z.object({ delivered: z.number(), read: z.number(), grew: z.boolean() }),
  sql: `with old as (select * from thread where report = :report for update)
        update thread t set desk_delivered = least(t.last_seq, greatest(t.desk_delivered, :delivered::int, :read::int)),
               desk_read = least(t.last_seq, greatest(t.desk_read, :read::int)),
               desk_delivered_at = case when least(t.last_seq, greatest(:delivered::int, :read::int)) > t.desk_delivered then :now else t.desk_delivered_at end,
               desk_read_at = case when least(t.last_seq, :read::int) > t.desk_read then :now else t.desk_read_at end
          from old where t.report = old.report
        returning t.desk_delivered as delivered, t.desk_read as read,
                  (t.desk_delivered > old.desk_delivered or t.desk_read > old.desk_read) as grew`,
})

export const unreadByDesk = query({
  name: 'thread.unread-by-desk',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string(), count: z.number() }),
  sql: `select m.report, count(*)::int as count from message m join thread t on t.report = m.report
         where m.report = any(:reports) and m.sender = 'citizen' and m.seq > t.desk_read group by m.report`,
})

/** What is quiet is counted on no page: a figure that appears is a word to whoever looks on. */
export const unreadByCitizen = query({
  name: 'thread.unread-by-citizen',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string(), count: z.number() }),
  sql: `select m.report, count(*)::int as count from message m join thread t on t.report = m.report
         where m.report = any(:reports) and m.sender <> 'citizen' and not m.quiet and m.seq > t.citizen_read group by m.report`,
})
