import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Urge } from './report.urge.ts'

export const addUrge = query({
  name: 'report.add-urge',
  takes: z.object({ id: z.string(), report: z.string(), now: z.string() }),
  sql: `insert into urge (id, report, at) values (:id, :report, :now)`,
})

export const urgesOf = query({
  name: 'report.urges-of',
  takes: z.object({ report: z.string() }),
  gives: Urge,
  sql: `select id, at, answered_at, answered_by, answer from urge where report = :report order by at desc, id desc limit 20`,
})

/** Since when each of these reports has an urge that nobody has answered. */
export const openUrges = query({
  name: 'report.open-urges',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string(), at: z.string() }),
  sql: `select report, min(at) as at from urge where report = any(:reports) and answered_at is null group by report`,
})

/** One answer answers whatever was asked until then. */
export const answerUrges = query({
  name: 'report.answer-urges',
  takes: z.object({
    report: z.string(),
    now: z.string(),
    by: z.optional(z.string()),
    answer: z.optional(z.string()),
  }),
  sql: `update urge set answered_at = :now, answered_by = :by, answer = :answer
         where report = :report and answered_at is null`,
})
