import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { ContactPolicy } from '@open110/modules/contact'
import { Mode, ReportFlag, ReportState, RoutedBy, Supplement } from './report.ts'

/** What a person at the desk has set of how its reporter may be reached. */
const SetContact = z.extend(ContactPolicy, { by: z.string(), at: z.string() })

export const Stored = z.object({
  id: z.string(),
  receiptCode: z.string(),
  citizen: z.string(),
  desk: z.string(),
  deskName: z.string(),
  firstDesk: z.string(),
  firstDeskName: z.string(),
  routedBy: RoutedBy,
  state: ReportState,
  mode: Mode,
  tag: z.optional(z.string()),
  words: z.optional(z.string()),
  placeWords: z.optional(z.string()),
  language: z.string(),
  callSafe: z.boolean(),
  urgency: z.number(),
  reasons: z.array(z.string()),
  flags: z.array(ReportFlag),
  denied: z.array(z.string()),
  division: z.optional(z.string()),
  divisionName: z.optional(z.string()),
  station: z.optional(z.string()),
  alternatives: z.array(z.object({ desk: z.string(), name: z.string(), share: z.number() })),
  guidance: z.optional(z.string()),
  fallbackAfterSeconds: z.number(),
  deviceAt: z.optional(z.string()),
  deliveredAt: z.string(),
  receivedAt: z.optional(z.string()),
  receivedBy: z.optional(z.string()),
  receivedSeat: z.optional(z.number()),
  owner: z.optional(z.string()),
  ownerName: z.optional(z.string()),
  ownerSeat: z.optional(z.number()),
  ownerSince: z.optional(z.string()),
  outcome: z.optional(z.string()),
  incident: z.optional(z.string()),
  incidentNumber: z.optional(z.string()),
  overflowedAt: z.optional(z.string()),
  overflowedTo: z.optional(z.string()),
  lastSignalAt: z.optional(z.string()),
  attachments: z.number(),
  answers: z.record(z.string(), z.string()),
  contact: z.optional(SetContact),
  withheldSince: z.optional(z.string()),
})
export type Stored = z.infer<typeof Stored>

const columns = `r.id, r.receipt_code, r.citizen, r.desk, d.name as desk_name, f.id as first_desk,
  f.name as first_desk_name, r.routed_by, r.state, r.mode, r.tag, r.words, r.place_words, r.language, r.call_safe, r.urgency, r.reasons, r.flags, r.denied, r.division, r.division_name, r.station,
  r.alternatives, r.guidance, r.fallback_after_seconds, r.device_at, r.delivered_at, r.received_at, r.received_by,
  r.received_seat, r.owner, r.owner_name, r.owner_seat, r.owner_since, r.outcome, r.incident, r.incident_number,
  r.overflowed_at, r.overflowed_to, r.last_signal_at, r.attachments, r.answers, r.contact, r.withheld_since`
/** For lists: enough words to know it again. A list of five thousand must not carry every word of each. */
const brief = columns.replace('r.words', 'left(r.words, 200) as words')
// The name of a desk is read through the view that the desk module keeps for others.
const from = `report r join desk_name d on d.id = r.desk join desk_name f on f.id = coalesce(r.first_desk, r.desk)`

export const addFix = query({
  name: 'report.add-fix',
  takes: z.object({
    id: z.string(),
    report: z.string(),
    kind: z.string(),
    rawLng: z.number(),
    rawLat: z.number(),
    rawCrs: z.string(),
    lng: z.optional(z.number()),
    lat: z.optional(z.number()),
    accuracyMetres: z.optional(z.number()),
    source: z.string(),
    deviceAt: z.optional(z.string()),
    now: z.string(),
  }),
  sql: `insert into report_fix (id, report, kind, raw_lng, raw_lat, raw_crs, lng, lat, accuracy_metres, source, device_at,
               received_at)
        values (:id, :report, :kind, :rawLng, :rawLat, :rawCrs, :lng, :lat, :accuracyMetres, :source, :deviceAt, :now)`,
})

export const fixesOf = query({
  name: 'report.fixes-of',
  takes: z.object({ report: z.string() }),
  gives: z.object({
    kind: z.enum(['fix', 'pin']),
    rawLng: z.number(),
    rawLat: z.number(),
    rawCrs: z.string(),
    lng: z.optional(z.number()),
    lat: z.optional(z.number()),
    accuracyMetres: z.optional(z.number()),
    source: z.string(),
    deviceAt: z.optional(z.string()),
    receivedAt: z.string(),
  }),
  sql: `select kind, raw_lng, raw_lat, raw_crs, lng, lat, accuracy_metres, source, device_at, received_at
          from report_fix where report = :report order by received_at desc, id desc limit 200`,
})

export const reportById = query({
  name: 'report.by-id',
  takes: z.object({ report: z.string() }),
  gives: Stored,
  sql: `select ${columns} from ${from} where r.id = :report`,
})

export const reportsByIds = query({
  name: 'report.by-ids',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: Stored,
  sql: `select ${brief} from ${from} where r.id = any(:reports)`,
})

/** Held before it is read: another may be moving it to their desk, and a name that was joined before that would not fit. */
export const holdReport = query({
  name: 'report.hold',
  takes: z.object({ report: z.string() }),
  sql: `select from report where id = :report for update`,
})

export const reportByCode = query({
  name: 'report.by-code',
  takes: z.object({ code: z.string() }),
  gives: Stored,
  sql: `select ${columns} from ${from} where r.receipt_code = :code`,
})

export const reportsOfCitizen = query({
  name: 'report.of-citizen',
  takes: z.object({ citizen: z.string() }),
  gives: Stored,
  sql: `select ${brief} from ${from} where r.citizen = :citizen order by r.delivered_at desc limit 100`,
})

export const openReportsOfCitizen = query({
  name: 'report.open-of-citizen',
  takes: z.object({ citizen: z.string() }),
  gives: z.object({ id: z.string(), desk: z.string(), lastSignalAt: z.optional(z.string()) }),
  sql: `select id, desk, last_signal_at from report
         where citizen = :citizen and state in ('delivered','received','verifying','accepted','merged','handling')`,
})

/**
 * What a desk sees: what waits, what is being worked on, and what was heard of within the last half hour though it has ended.
 * However many wait, what was received and is not decided is among them: its seat may have fallen silent.
 */
export const queueOfDesk = query({
  name: 'report.queue-of-desk',
  takes: z.object({ desk: z.string(), endedAfter: z.string(), limit: z.number() }),
  gives: z.extend(Stored, { repeats: z.boolean() }),
  // The rows are put in order while they are narrow. Who sends many waits behind all others of that urgency with the rest.
  sql: `with mine as (
          select r.id, r.urgency, r.delivered_at, r.state, 'duress' = any(r.flags) as is_forced,
                 row_number() over (partition by r.citizen, r.state, r.urgency order by r.delivered_at) > 1 as repeats
            from report r
           where (r.desk = :desk or (r.overflowed_to = :desk and r.state = 'delivered'))
             and (r.state in ('delivered','received','verifying','accepted','handling','merged')
                  or greatest(r.delivered_at, r.last_signal_at) > :endedAfter)
        ), seen as (
          select id, state = 'delivered' and repeats as repeats from mine
           order by case when is_forced or state in ('received','verifying') or state = 'delivered' and urgency = 1 then 0
                         when state = 'delivered' then 1 else 2 end,
                    urgency, state = 'delivered' and repeats, delivered_at limit :limit
        )
        select ${brief}, s.repeats from seen s join report r on r.id = s.id
          join desk_name d on d.id = r.desk join desk_name f on f.id = coalesce(r.first_desk, r.desk)`,
})

export const countOfCitizen = query({
  name: 'report.count-of-citizen',
  takes: z.object({ citizen: z.string() }),
  gives: z.object({ count: z.number() }),
  sql: `select count(*)::int as count from report where citizen = :citizen`,
})

/** 接收 — whoever receives it answers for it from then on, at their own desk (promise 7). */
export const markReceived = query({
  name: 'report.mark-received',
  takes: z.object({
    report: z.string(),
    desk: z.string(),
    staff: z.string(),
    name: z.string(),
    seat: z.number(),
    now: z.string(),
  }),
  sql: `update report set state = 'received', received_at = :now, received_by = :staff, received_seat = :seat,
               desk = :desk, first_desk = coalesce(first_desk, desk),
               owner = :staff, owner_name = :name, owner_seat = :seat, owner_since = :now
         where id = :report and state = 'delivered'`,
})

export const markOwner = query({
  name: 'report.mark-owner',
  takes: z.object({
    report: z.string(),
    staff: z.string(),
    name: z.string(),
    seat: z.number(),
    now: z.string(),
  }),
  sql: `update report set owner = :staff, owner_name = :name, owner_seat = :seat, owner_since = :now where id = :report`,
})

/** Why it was not taken on is told for as long as it is not. */
export const markState = query({
  name: 'report.mark-state',
  takes: z.object({ report: z.string(), state: z.string(), outcome: z.optional(z.string()) }),
  sql: `update report set state = :state, outcome = case when :state::text in ('declined', 'invalid') then :outcome::text end
         where id = :report`,
})

export const joinIncident = query({
  name: 'report.join-incident',
  takes: z.object({
    report: z.string(),
    incident: z.optional(z.string()),
    number: z.optional(z.string()),
    state: z.string(),
  }),
  sql: `update report set incident = :incident, incident_number = :number, state = :state where id = :report`,
})

export const reportsOfIncident = query({
  name: 'report.of-incident',
  takes: z.object({ incident: z.string() }),
  gives: Stored,
  sql: `select ${brief} from ${from} where r.incident = :incident order by r.delivered_at`,
})

export const climb = query({
  name: 'report.climb',
  takes: z.object({ report: z.string(), step: z.string(), now: z.string(), by: z.optional(z.string()) }),
  sql: `insert into report_step (report, step, at, by) values (:report, :step, :now, :by) on conflict do nothing`,
})

export const stepsOf = query({
  name: 'report.steps-of',
  takes: z.object({ report: z.string() }),
  gives: z.object({ step: z.string(), at: z.string(), by: z.optional(z.string()) }),
  sql: `select step, at, by from report_step where report = :report order by at`,
})

export const stepsOfAll = query({
  name: 'report.steps-of-all',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string(), step: z.string(), at: z.string() }),
  sql: `select report, step, at from report_step where report = any(:reports)`,
})

/** Rungs that belonged to the work of an incident which this report is no part of any more, or which is not over. */
export const withdraw = query({
  name: 'report.withdraw-steps',
  takes: z.object({ report: z.string(), steps: z.array(z.string()) }),
  gives: z.object({ step: z.string(), at: z.string() }),
  sql: `delete from report_step where report = :report and step = any(:steps) returning step, at`,
})

export const addSupplement = query({
  name: 'report.add-supplement',
  takes: z.object({ id: z.string(), report: z.string(), words: z.optional(z.string()), now: z.string() }),
  sql: `insert into supplement (id, report, at, words) values (:id, :report, :now, :words)`,
})

export const supplementsOf = query({
  name: 'report.supplements-of',
  takes: z.object({ report: z.string() }),
  gives: Supplement,
  sql: `select id, at, words from supplement where report = :report order by at, id`,
})

/** When each of these reports was last added to. */
export const lastSupplements = query({
  name: 'report.last-supplements',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: z.object({ report: z.string(), at: z.string() }),
  sql: `select report, max(at) as at from supplement where report = any(:reports) group by report`,
})

export const setContact = query({
  name: 'report.set-contact',
  takes: z.object({ report: z.string(), contact: z.string() }),
  sql: `update report set contact = :contact::jsonb where id = :report`,
})

export const noteSignal = query({
  name: 'report.note-signal',
  takes: z.object({ report: z.string(), now: z.string() }),
  sql: `update report set last_signal_at = :now where id = :report`,
})

/** The incident that it belongs to by then: an acceptance at the same moment may have been faster. */
export const noteAnswer = query({
  name: 'report.note-answer',
  takes: z.object({ report: z.string(), field: z.string(), value: z.string() }),
  gives: z.object({ incident: z.optional(z.string()) }),
  sql: `update report set answers = answers || jsonb_build_object(:field::text, :value::text) where id = :report
        returning incident`,
})

/** The reporter was heard of. Who asks for silence is not rung from then on; only a person takes that back. */
export const noteHeard = query({
  name: 'report.note-heard',
  takes: z.object({ report: z.string(), isHushed: z.boolean(), now: z.string() }),
  gives: z.object({
    isNewlyHushed: z.boolean(),
    citizen: z.string(),
    desk: z.string(),
    urgency: z.number(),
    reasons: z.array(z.string()),
  }),
  // Not `for update`: whoever adds to a report has its key already, and two who both did would wait for each other.
  sql: `with before as (select call_safe from report where id = :report for no key update)
        update report r set last_signal_at = greatest(r.last_signal_at, :now::timestamptz),
               call_safe = r.call_safe and not :isHushed::boolean,
               hushed_at = case when b.call_safe and :isHushed::boolean then :now else r.hushed_at end,
               flags = case when b.call_safe and :isHushed::boolean then array_append(r.flags, 'no-call') else r.flags end
          from before b where r.id = :report
        returning b.call_safe and :isHushed::boolean as is_newly_hushed, r.citizen, r.desk, r.urgency, r.reasons`,
})

export const markRaised = query({
  name: 'report.mark-raised',
  takes: z.object({ report: z.string(), level: z.number(), reasons: z.array(z.string()) }),
  sql: `update report set urgency = :level, reasons = :reasons,
               flags = case when 'danger-words' = any(flags) then flags else array_append(flags, 'danger-words') end
         where id = :report`,
})

export const countAttachment = query({
  name: 'report.count-attachment',
  takes: z.object({ report: z.string() }),
  sql: `update report set attachments = attachments + 1 where id = :report`,
})

/** Desks at which something has waited for so long, asked desk by desk: what waits there is not read for it. */
export const desksWaiting = query({
  name: 'report.desks-waiting',
  takes: z.object({ before: z.string() }),
  gives: z.object({ desk: z.string() }),
  // Neither `exists`, which as a join reads all that waits, nor without an order, for which the whole table may be read.
  sql: `select d.id as desk from desk_name d
         where coalesce(
           (select true from report r where r.desk = d.id and r.state = 'delivered' and r.overflowed_at is null
               and r.delivered_at <= :before order by (r.urgency > 1), r.delivered_at limit 1),
           (select true from report r where r.desk = d.id and r.state = 'delivered' and r.alarmed_at is null
               and r.delivered_at <= :before order by (r.urgency > 1), r.delivered_at limit 1),
           false)`,
})

export const desksAnyWaiting = query({
  name: 'report.desks-any-waiting',
  gives: z.object({ desk: z.string() }),
  sql: `select d.id as desk from desk_name d
         where (select true from report r where r.desk = d.id and r.state = 'delivered'
                 order by r.urgency, r.delivered_at limit 1)`,
})

const Due = z.object({ id: z.string(), citizen: z.string(), deliveredAt: z.string() })
/** Of one desk only, so that none stands in the way of another; the most urgent first; and few at once, since live delivery waits for them. */
const dueOf = (since: 'overflowed_at' | 'alarmed_at') =>
  `where id in (select id from report where state = 'delivered' and desk = :desk and ${since} is null
                   and delivered_at <= :before order by (urgency > 1), delivered_at limit 100 for update skip locked)
     and ${since} is null returning id, citizen, delivered_at`

export const markOverflowed = query({
  name: 'report.mark-overflowed',
  takes: z.object({ desk: z.string(), before: z.string(), to: z.optional(z.string()), now: z.string() }),
  gives: Due,
  sql: `update report set overflowed_at = :now, overflowed_to = :to ${dueOf('overflowed_at')}`,
})

export const markAlarmed = query({
  name: 'report.mark-alarmed',
  takes: z.object({ desk: z.string(), before: z.string(), now: z.string() }),
  gives: Due,
  sql: `update report set alarmed_at = :now ${dueOf('alarmed_at')}`,
})
