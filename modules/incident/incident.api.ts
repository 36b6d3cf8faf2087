import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { CloseCode } from './incident.close.ts'
import { GivenPlace } from './incident.place.ts'
import { Danger, Incident, IncidentRow, IncidentState, Level } from './incident.ts'

const CategoryCode = z.string().check(z.regex(/^\d{2,6}$/))

export const accept = route({
  name: 'incident.accept',
  at: 'POST /api/v1/incidents',
  means: 'Take a received report on: the incident gets its number, and the reporter is told.',
  who: ['incident.work'],
  takes: z.object({
    report: z.string(),
    category: CategoryCode,
    level: Level,
    words: z.optional(z.string().check(z.maxLength(20_000))),
    place: z.optional(GivenPlace),
    dangers: z.optional(z.array(Danger)),
  }),
  gives: z.object({ id: z.string(), number: z.string(), state: IncidentState }),
  refuses: [
    'report.not-found',
    'report.already-accepted',
    'incident.category-invalid',
    'report.not-received',
    'place.datum-missing',
  ],
  status: 201,
})

export const get = route({
  name: 'incident.get',
  at: 'GET /api/v1/incidents/:incident',
  means: 'One incident with its reports and its timeline.',
  who: ['incident.see', 'unit.work'],
  gives: Incident,
  refuses: ['incident.not-found'],
})

export const list = route({
  name: 'incident.list',
  at: 'GET /api/v1/incidents',
  means: "The desk's incidents, open ones first, the newest first; or a search over number, words and place.",
  who: ['incident.see'],
  asks: z.object({ search: z.optional(z.string()), scope: z.optional(z.enum(['open', 'closed', 'all'])) }),
  gives: z.array(IncidentRow),
})

export const moveIncident = route({
  name: 'incident.move',
  at: 'POST /api/v1/incidents/:incident/moves',
  means: 'A move of the table that a person makes by hand.',
  who: ['incident.work'],
  takes: z.object({
    move: z.string(),
    reason: z.optional(z.string().check(z.maxLength(500))),
    /** 关闭原因 — with `close`; words beside it say more. */
    code: z.optional(CloseCode),
    nextAt: z.optional(Moment),
  }),
  gives: z.object({ state: IncidentState, version: z.number() }),
  refuses: [
    'incident.not-found',
    'move.not-now',
    'move.denied',
    'reason.missing',
    'incident.slips-open',
    'incident.feedback-missing',
    'incident.next-at-missing',
    'incident.next-at-invalid',
    'incident.revive-too-late',
    'incident.second-person-needed',
  ],
})

export const correct = route({
  name: 'incident.correct',
  at: 'PUT /api/v1/incidents/:incident',
  means: 'Record what is true beside what was first recorded; say the version that was read.',
  who: ['incident.work'],
  takes: z.object({
    version: z.int(),
    /** Also while somebody else edits; the editing is mine then. */
    takeOver: z.optional(z.boolean()),
    level: z.optional(Level),
    category: z.optional(CategoryCode),
    place: z.optional(GivenPlace),
    narrative: z.optional(z.string().check(z.maxLength(20_000))),
    dangers: z.optional(z.array(Danger)),
    facts: z.optional(z.record(z.string().check(z.maxLength(40)), z.string().check(z.maxLength(500)))),
  }),
  gives: Incident,
  refuses: [
    'incident.not-found',
    'incident.changed-meanwhile',
    'incident.locked',
    'incident.category-invalid',
    'incident.already-closed',
    'place.datum-missing',
  ],
})

export {
  bestView,
  counts,
  lock,
  mergeIncident,
  mergeReport,
  similar,
  unlock,
  unmergeIncident,
  unmergeReport,
} from './incident.fusion.api.ts'
