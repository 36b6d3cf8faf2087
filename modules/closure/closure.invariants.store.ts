import * as z from 'zod/mini'
import { query, type Reader } from '@open110/kit/server/db'
import { modes, reportStates } from '@open110/modules/report'
import { groundless } from './closure.store.ts'
import type { InvariantName } from './closure.ts'

/** What breaks an invariant: an id, and the desk whose matter it is. */
export const Offender = z.object({ id: z.string(), desk: z.optional(z.string()) })
export type Offender = z.infer<typeof Offender>

/**
 * What is recent, and what was found before, each time; the whole once a day. `since` is the oldest that is looked at.
 */
const Window = z.object({ since: z.string(), known: z.array(z.string()) })
export type Window = z.infer<typeof Window>

const check = (name: string, sql: string) =>
  query({ name: `closure.invariant-${name}`, takes: Window, gives: Offender, sql: `${sql} limit 1000` })
const within = (table: string, moment: string, id = 'id') =>
  `(${table}.${moment} >= :since or ${table}.${id} = any(:known))`

/** Waiting, and nobody else has been shown it; how long is too long is each desk's own policy. */
export const unattended = query({
  name: 'closure.invariant-1-attended',
  takes: z.object({ before: z.string() }),
  gives: z.object({ id: z.string(), desk: z.string(), deliveredAt: z.string() }),
  sql: `select id, desk, delivered_at from report_course
         where state = 'delivered' and delivered_at <= :before and overflowed_at is null and alarmed_at is null
         order by delivered_at limit 1000`,
})

/** Each is one statement over the views that the owners of the tables define. */
const statements: Partial<Record<InvariantName, ReturnType<typeof check>>> = {
  '3-grounded': check(
    '3-grounded',
    `select i.id, i.desk from incident_course i where ${within('i', 'accepted_at')} and ${groundless('i')}`,
  ),
  // Nobody is sent, nobody was, and no clock says so: it has fallen out of everybody's sight.
  '3-watched': check(
    '3-watched',
    `select i.id, i.desk from incident_course i
      where i.state not in ('closed', 'archived', 'merged', 'invalid')
        and (:since::timestamptz is not null or i.id = any(:known))
        and not exists (select from slip_course s where s.incident = i.id
                           and (s.has_feedback or s.state not in ('drafted', 'closed', 'cancelled', 'returned')))
        and not exists (select from deadline_course d where d.incident = i.id and d.clock = 'dispatch')`,
  ),
  '4-one-number': check(
    '4-one-number',
    `select i.id, i.desk from incident_course i
      where ${within('i', 'accepted_at')}
        and exists (select from incident_course o where o.number = i.number and o.id <> i.id)`,
  ),
  '4-one-incident': check(
    '4-one-incident',
    `select r.id, r.desk from report_course r join incident_joined j on j.report = r.id
      where ${within('r', 'delivered_at')}
      group by r.id, r.desk, r.incident having count(*) > 1 or min(j.incident) is distinct from r.incident`,
  ),
  // Every sum by channel or by outcome adds up to the total exactly when each report is in one known class.
  '8-sums': check(
    '8-sums',
    `select r.id, r.desk from report_course r
      where ${within('r', 'delivered_at')}
        and (r.mode not in (${modes.map((mode) => `'${mode}'`).join(', ')})
             or r.state not in (${reportStates.map((state) => `'${state}'`).join(', ')}))`,
  ),
  // A sound or a word outside the app to somebody who may be in danger, without their own word that this way is safe
  // and without an override that stood when it went out.
  '9-covert': check(
    '9-covert',
    `select r.id, r.desk
       from (select report, channel, at from follow_up_contact where channel in ('call', 'sms')
             union all select report, channel, at from channel_contact) c
       join report_course r on r.id = c.report
      where (c.at >= :since or r.id = any(:known))
        and ((not r.call_safe or r.mode = 'silent') and c.at >= coalesce(r.hushed_at, r.delivered_at)
             or r.is_missed and c.channel = 'sms'
             or c.at >= r.withheld_since
             or r.contact->>'mode' <> 'call-ok' and (c.channel = 'sms' or r.contact->>'mode' <> 'call-only')
                and c.at >= (r.contact->>'at')::timestamptz
                and (r.contact->>'until' is null or c.at < (r.contact->>'until')::timestamptz))
        and not exists (select from contact_opening o where o.report = r.id and o.way = c.channel
                           and c.at between o.stands_from and o.until + interval '1 minute')
        and not exists (select from reach_course s where s.report = r.id and c.channel = any(s.ways)
                           and s.said_at <= c.at)
      group by r.id, r.desk`,
  ),
  '12-datum': check(
    '12-datum',
    `select distinct d.report as id, d.desk from report_datum d
      where ${within('d', 'received_at', 'report')}
        and (d.raw_crs not in ('wgs84', 'gcj02', 'bd09', 'unknown') or (d.raw_crs = 'unknown' and d.has_point))
      union all
     select i.id, i.desk from incident_course i where ${within('i', 'accepted_at')} and not i.has_datum`,
  ),
}

export async function offendersOf(db: Reader, name: InvariantName, window: Window): Promise<Offender[]> {
  const statement = statements[name]
  return statement ? db.all(statement, window) : []
}

const Digest = z.object({ id: z.string(), desk: z.string(), sha256: z.string(), bytes: z.number() })

/** The next originals in turn; after the last it begins again. */
export const nextDigests = query({
  name: 'closure.next-digests',
  takes: z.object({ after: z.string(), most: z.number() }),
  gives: Digest,
  sql: `select id, desk, sha256, bytes from attachment_digest
         where id > :after and state <> 'disposed' order by id limit :most`,
})
export type Digest = z.infer<typeof Digest>
