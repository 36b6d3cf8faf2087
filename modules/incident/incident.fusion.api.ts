import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { IncidentState, Similar } from './incident.ts'

const Reason = z.object({ reason: z.optional(z.string().check(z.maxLength(500))) })

export const similar = route({
  name: 'incident.similar',
  at: 'GET /api/v1/reports/:report/similar',
  means: 'Incidents, and reports that are none yet, that may be the same event, with the reasons in figures.',
  who: ['incident.see'],
  gives: z.array(Similar),
  refuses: ['report.not-found'],
})

export const mergeReport = route({
  name: 'incident.merge-report',
  at: 'POST /api/v1/incidents/:incident/reports',
  means: 'Put a report into this incident. Its reporter keeps a dialogue of their own.',
  who: ['incident.work'],
  takes: z.object({ report: z.string() }),
  gives: z.object({ incident: z.string(), report: z.string() }),
  refuses: [
    'incident.not-found',
    'report.not-found',
    'report.not-received',
    'report.already-merged',
    'incident.already-closed',
  ],
})

export const unmergeReport = route({
  name: 'incident.unmerge-report',
  at: 'POST /api/v1/incidents/:incident/reports/:report/unmerge',
  means:
    'Take a wrongly merged report out again, with the reason, also after a unit was sent; it waits as received.',
  who: ['incident.work'],
  takes: Reason,
  gives: z.object({ report: z.string() }),
  refuses: [
    'incident.not-found',
    'report.not-found',
    'report.not-merged',
    'incident.unmerge-first',
    'reason.missing',
  ],
})

export const mergeIncident = route({
  name: 'incident.merge',
  at: 'POST /api/v1/incidents/:incident/merge',
  means: 'This incident is part of another: its reports go there, and each is still answered for itself.',
  who: ['incident.work'],
  takes: z.object({ into: z.string() }),
  gives: z.object({ state: IncidentState, into: z.string() }),
  refuses: ['incident.not-found', 'incident.merge-invalid', 'incident.already-closed', 'incident.slips-open'],
})

export const unmergeIncident = route({
  name: 'incident.unmerge',
  at: 'POST /api/v1/incidents/:incident/unmerge',
  means:
    'It was another event after all: the incident stands for itself again, with the reports that it brought.',
  who: ['incident.work'],
  takes: Reason,
  gives: z.object({ state: IncidentState }),
  refuses: ['incident.not-found', 'reason.missing'],
})

export const bestView = route({
  name: 'incident.pin-view',
  at: 'PUT /api/v1/incidents/:incident/view',
  means: 'Say whose pictures show it best; they are shown first. `null` takes it back.',
  who: ['incident.work'],
  takes: z.object({ report: z.nullable(z.string()) }),
  gives: z.object({ report: z.optional(z.string()) }),
  refuses: ['incident.not-found', 'report.not-merged'],
})

export const lock = route({
  name: 'incident.lock',
  at: 'POST /api/v1/incidents/:incident/lock',
  means: 'I edit the record. Holds for a minute after the last time it was said, and ends with the seat.',
  who: ['incident.work'],
  takes: z.optional(z.object({ takeOver: z.optional(z.boolean()) })),
  gives: z.object({ until: Moment }),
  refuses: ['incident.not-found', 'incident.locked', 'incident.already-closed'],
})

export const unlock = route({
  name: 'incident.unlock',
  at: 'DELETE /api/v1/incidents/:incident/lock',
  means: 'I no longer edit the record.',
  who: ['incident.work'],
  gives: z.object({ isFree: z.boolean() }),
  refuses: ['incident.not-found'],
})

const Count = z.int()

export const counts = route({
  name: 'incident.counts',
  at: 'GET /api/v1/statistics/volume',
  means: 'How many reports came and how many incidents they are, each counted once and never for the other.',
  who: ['incident.see'],
  asks: z.object({ from: Moment, to: Moment }),
  gives: z.object({
    from: Moment,
    to: Moment,
    /** 报警件 delivered in this time; effective and ineffective ones add up to it, and so do the modes. */
    reports: Count,
    effective: Count,
    /** 并入 — reports found in this time to be part of an incident that began with another report. */
    mergedReports: Count,
    byMode: z.array(z.object({ mode: z.string(), reports: Count, effective: Count })),
    /** 警情 accepted in this time that stand for themselves; the levels add up to it. */
    incidents: Count,
    /** 并案 — incidents accepted in this time that were found to be part of another. */
    mergedIncidents: Count,
    byLevel: z.array(z.object({ level: z.number(), incidents: Count })),
  }),
  refuses: ['input.invalid'],
})
