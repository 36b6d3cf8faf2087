import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Mode, ReportState } from './report.ts'

/** What was told since it had become part of another incident. */
export const withdrawSince = query({
  name: 'report.withdraw-since',
  takes: z.object({ report: z.string(), since: z.string() }),
  gives: z.object({ step: z.string(), at: z.string() }),
  sql: `delete from report_step where report = :report and step <> 'accepted' and at >= :since returning step, at`,
})

const Undecided = z.object({
  id: z.string(),
  receiptCode: z.string(),
  state: ReportState,
  mode: Mode,
  tag: z.optional(z.string()),
  words: z.optional(z.string()),
  placeWords: z.optional(z.string()),
  deliveredAt: z.string(),
  lng: z.optional(z.number()),
  lat: z.optional(z.number()),
  accuracyMetres: z.optional(z.number()),
})

/** In a flood thousands wait: only the newest are compared, and each point is looked up for those alone. */
export const undecidedOfDesk = query({
  name: 'report.undecided-of-desk',
  takes: z.object({ desk: z.string(), since: z.string() }),
  gives: Undecided,
  sql: `select r.id, r.receipt_code, r.state, r.mode, r.tag, left(r.words, 200) as words, r.place_words, r.delivered_at,
               f.lng, f.lat, f.accuracy_metres
          from (select * from report where desk = :desk and state in ('delivered', 'received', 'verifying')
                   and delivered_at > :since order by delivered_at desc limit 120) r
          left join lateral (select lng, lat, accuracy_metres from report_fix where report = r.id and lng is not null
                              order by kind = 'pin' desc, received_at desc limit 1) f on true`,
})

export const volumeByMode = query({
  name: 'report.volume-by-mode',
  takes: z.object({ desk: z.string(), from: z.string(), to: z.string() }),
  gives: z.object({ mode: z.string(), reports: z.number(), effective: z.number() }),
  sql: `select mode, count(*)::int as reports,
               count(*) filter (where state not in ('declined', 'invalid'))::int as effective
          from report where desk = :desk and delivered_at >= :from and delivered_at < :to group by mode order by mode`,
})

export const ownedOfDesk = query({
  name: 'report.owned-of-desk',
  takes: z.object({ desk: z.string(), staff: z.string() }),
  gives: z.omit(Undecided, { lng: true, lat: true, accuracyMetres: true }),
  sql: `select id, receipt_code, state, mode, tag, left(words, 200) as words, place_words, delivered_at
          from report where owner = :staff and desk = :desk and state in ('received', 'verifying')
         order by delivered_at limit 500`,
})

/** What is undecided, and whose dialogue belongs to an incident that passes on. */
export const passOn = query({
  name: 'report.pass-on',
  takes: z.object({
    reports: z.array(z.string()),
    incidents: z.array(z.string()),
    from: z.string(),
    staff: z.string(),
    name: z.string(),
    seat: z.number(),
    now: z.string(),
  }),
  gives: z.object({ id: z.string(), citizen: z.string(), desk: z.string() }),
  sql: `update report set owner = :staff, owner_name = :name, owner_seat = :seat, owner_since = :now
         where owner = :from and (id = any(:reports) or incident = any(:incidents)) returning id, citizen, desk`,
})
