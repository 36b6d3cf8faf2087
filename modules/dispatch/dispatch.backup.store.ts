import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Backup } from './dispatch.ts'

const StoredBackup = z.extend(Backup, { desk: z.string() })
export type StoredBackup = z.infer<typeof StoredBackup>

const columns = `b.id, b.incident, b.desk, b.slip, b.unit, b.unit_name,
  case when b.danger is null then 'unit' else 'danger' end as "from", b.danger, b.kind, b.count, b.words, b.state,
  b.asked_at, b.happened_at, b.answered_at, b.answered_by, b.answer, b.reason`
const from = `slip_backup b left join unit_name u on u.id = b.unit`

export const addBackup = query({
  name: 'backup.add',
  takes: z.object({
    id: z.string(),
    incident: z.string(),
    desk: z.string(),
    slip: z.optional(z.string()),
    unit: z.optional(z.string()),
    unitName: z.optional(z.string()),
    danger: z.optional(z.string()),
    kind: z.string(),
    count: z.number(),
    words: z.optional(z.string()),
    now: z.string(),
    happenedAt: z.string(),
  }),
  sql: `insert into slip_backup (id, incident, desk, slip, unit, unit_name, danger, kind, count, words, state, asked_at, happened_at)
        values (:id, :incident, :desk, :slip, :unit, :unitName, :danger, :kind, :count, :words, 'asked', :now, :happenedAt)
        on conflict do nothing`,
})

export const backupForUpdate = query({
  name: 'backup.for-update',
  takes: z.object({ backup: z.string() }),
  gives: StoredBackup,
  sql: `select ${columns} from ${from} where b.id = :backup for update of b`,
})

export const incidentOf = query({
  name: 'backup.incident-of',
  takes: z.object({ backup: z.string(), desk: z.string() }),
  gives: z.object({ incident: z.string() }),
  sql: `select incident from slip_backup where id = :backup and desk = :desk`,
})

export const backupsOf = query({
  name: 'backup.of-slips',
  takes: z.object({ slips: z.array(z.string()) }),
  gives: StoredBackup,
  sql: `select ${columns} from ${from} where b.slip = any(:slips) order by b.asked_at`,
})

export const askedAtDesk = query({
  name: 'backup.asked-at-desk',
  takes: z.object({ desk: z.string() }),
  gives: StoredBackup,
  sql: `select ${columns} from ${from} where b.desk = :desk and b.state = 'asked' order by b.asked_at`,
})

/** What nobody has answered of a slip that ends, and of an incident whose last slip does. */
export const askedFor = query({
  name: 'backup.asked-for',
  takes: z.object({ incident: z.string(), slip: z.string(), isLast: z.boolean() }),
  gives: StoredBackup,
  sql: `select ${columns} from ${from}
         where b.incident = :incident and b.state = 'asked' and (b.slip = :slip or :isLast::boolean) for update of b`,
})

export const markBackup = query({
  name: 'backup.mark',
  takes: z.object({
    backup: z.string(),
    state: z.string(),
    now: z.string(),
    by: z.string(),
    answer: z.optional(z.string()),
    reason: z.optional(z.string()),
  }),
  sql: `update slip_backup set state = :state, answered_at = :now, answered_by = :by, answer = :answer, reason = :reason
         where id = :backup`,
})
