import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

const Sent = z.object({ org: z.string(), externalNumber: z.string(), report: z.string(), at: z.string() })
export type Sent = z.infer<typeof Sent>

/** Two presses of one order wait for each other. */
export const holdOrder = query({
  name: 'channel.hold-order',
  takes: z.object({ order: z.string() }),
  sql: `select pg_advisory_xact_lock(hashtextextended(:order, 12345))`,
})

export const sentAs = query({
  name: 'channel.agency-report-by-number',
  takes: z.object({ org: z.string(), externalNumber: z.string() }),
  gives: Sent,
  sql: `select org, external_number, report, at from agency_report where org = :org and external_number = :externalNumber`,
})

export const addAgencyReport = query({
  name: 'channel.add-agency-report',
  takes: z.object({
    org: z.string(),
    externalNumber: z.string(),
    report: z.string(),
    staff: z.string(),
    now: z.string(),
  }),
  sql: `insert into agency_report (org, external_number, report, staff, at)
        values (:org, :externalNumber, :report, :staff, :now)`,
})

export const agencyOf = query({
  name: 'channel.agency-of',
  takes: z.object({ report: z.string() }),
  gives: Sent,
  sql: `select org, external_number, report, at from agency_report where report = :report`,
})

export const sentByOrg = query({
  name: 'channel.sent-by-org',
  takes: z.object({ org: z.string() }),
  gives: Sent,
  sql: `select org, external_number, report, at from agency_report where org = :org order by at desc limit 200`,
})
