import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { ContactMode, ContactPolicy, Way } from './contact.ts'
import { ContactSeen, Override } from './contact.override.ts'

const Short = z.string().check(z.maxLength(40))

export const ofReport = route({
  name: 'contact.of-report',
  at: 'GET /api/v1/reports/:report/contact',
  means: 'How a reporter may be reached now, by which ways, and what was opened beside the policy.',
  who: ['contact.work'],
  gives: ContactSeen,
  refuses: ['report.not-found'],
})

export const set = route({
  name: 'contact.set',
  at: 'PUT /api/v1/reports/:report/contact',
  means: 'Make the contact policy of a report stricter, or give it a code word. Nothing is made laxer here.',
  who: ['contact.work'],
  takes: z.object({
    mode: ContactMode,
    until: z.optional(Moment),
    codeword: z.optional(Short),
    decoy: z.optional(z.string().check(z.maxLength(100))),
  }),
  gives: ContactPolicy,
  refuses: ['report.not-found', 'contact.override-needed'],
})

export const override = route({
  name: 'contact.override',
  at: 'POST /api/v1/reports/:report/contact-overrides',
  means:
    'Open one way to one reporter for a few minutes or one use. Level 1 opens at once and is confirmed afterwards; everything else waits for a second person.',
  who: ['contact.work'],
  takes: z.object({ way: Way, reason: z.optional(z.string().check(z.maxLength(500))) }),
  gives: Override,
  refuses: ['report.not-found', 'contact.reason-missing', 'contact.second-person-missing'],
  status: 201,
})

export const confirm = route({
  name: 'contact.confirm',
  at: 'POST /api/v1/contact-overrides/:override/confirmations',
  means: 'The second person agrees: before it stands, or afterwards for level 1.',
  who: ['contact.work'],
  gives: Override,
  refuses: ['override.not-found', 'contact.same-person', 'contact.override-over'],
})

export const end = route({
  name: 'contact.end-override',
  at: 'DELETE /api/v1/contact-overrides/:override',
  means: 'Take an override back before it ends by itself.',
  who: ['contact.work'],
  gives: Override,
  refuses: ['override.not-found', 'contact.override-over'],
})

export const ofDesk = route({
  name: 'contact.of-desk',
  at: 'GET /api/v1/desks/:desk/contact-overrides',
  means:
    'What waits for a second person at this desk: overrides that were asked for, and those of level 1 to be confirmed.',
  who: ['contact.work'],
  gives: z.array(Override),
  refuses: ['desk.not-found'],
})
