import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { LadderStep, NewFix, NewReport, Receipt, ReportState, ReportView, Supplement } from './report.ts'
import { Tag } from './report.tags.ts'
import { MyUrge } from './report.urge.ts'
import { Decision, Withdrawal } from './report.withdraw.ts'

export const send = route({
  name: 'report.send',
  at: 'POST /api/v1/reports',
  means:
    'Send a report. Answered only after a durable commit; never refused for identity, place, area or history.',
  who: ['citizen'],
  takes: NewReport,
  gives: Receipt,
  status: 201,
  needsKey: true,
  admission: 'alarm',
})

export const get = route({
  name: 'report.get',
  at: 'GET /api/v1/reports/:report',
  means: 'One report with its ladder, dialogue and attachments. The desk sees its own side as well.',
  who: ['citizen', 'report.see'],
  gives: ReportView,
  refuses: ['report.not-found'],
})

export const list = route({
  name: 'report.list',
  at: 'GET /api/v1/reports',
  means: 'My reports, newest first.',
  who: ['citizen'],
  gives: z.array(
    z.object({
      id: z.string(),
      receiptCode: z.string(),
      mode: z.string(),
      tag: z.optional(z.string()),
      gist: z.string(),
      state: ReportState,
      deliveredAt: Moment,
      receivedAt: z.optional(Moment),
      /** The furthest rung. */
      step: LadderStep.shape.step,
      desk: z.nullable(z.object({ id: z.string(), name: z.string() })),
      unread: z.number(),
    }),
  ),
})

export const tags = route({
  name: 'report.tags',
  at: 'GET /api/v1/tags',
  means:
    'The tags that the bureau of this place has beside the eight usual ones; none where the place is not known.',
  who: ['anyone'],
  asks: z.object({ lng: z.optional(z.string()), lat: z.optional(z.string()), crs: z.optional(z.string()) }),
  gives: z.object({ own: z.array(Tag) }),
  admission: 'content',
})

export const byCode = route({
  name: 'report.by-code',
  at: 'GET /api/v1/receipts/:code',
  means:
    'The public part of a report for somebody who has only its receipt code. Wrong codes slow the asker down.',
  who: ['anyone'],
  gives: z.object({
    receiptCode: z.string(),
    state: ReportState,
    desk: z.nullable(z.object({ id: z.string(), name: z.string() })),
    deliveredAt: Moment,
    ladder: ReportView.shape.ladder,
    incident: z.optional(z.object({ number: z.string(), state: z.string() })),
  }),
  refuses: ['receipt.code-invalid', 'receipt.not-found', 'receipt.too-many'],
  admission: 'content',
})

export const supplement = route({
  name: 'report.supplement',
  at: 'POST /api/v1/reports/:report/supplements',
  means: 'Add what came to mind or has changed. The original stays as it was.',
  who: ['citizen'],
  takes: z.object({
    words: z.optional(z.string().check(z.maxLength(20_000))),
    fix: z.optional(NewFix),
  }),
  gives: Supplement,
  refuses: ['report.not-found', 'supplement.words-missing'],
  status: 201,
  admission: 'alarm',
})

const Received = z.object({ state: z.literal('received'), at: Moment, by: z.string(), seat: z.number() })

export const receive = route({
  name: 'report.receive',
  at: 'POST /api/v1/reports/:report/receive',
  means:
    'A person at the competent desk opens the report. Only this makes it received, and it is never taken back.',
  who: ['report.receive'],
  gives: Received,
  refuses: ['report.not-found', 'report.already-received', 'desk.not-signed-in'],
})

export const take = route({
  name: 'report.take',
  at: 'POST /api/v1/reports/:report/take',
  means:
    'Take a received report over: freely in the first seconds or from a stale seat, else a supervisor with a reason.',
  who: ['report.receive'],
  takes: z.optional(z.nullable(z.object({ reason: z.optional(z.string().check(z.maxLength(500))) }))),
  gives: z.object({ how: z.enum(['take', 'reclaim', 'override']), at: Moment, by: z.string() }),
  refuses: [
    'report.not-found',
    'report.not-received',
    'report.take-denied',
    'reason.missing',
    'desk.not-signed-in',
  ],
})

export const moveReport = route({
  name: 'report.move',
  at: 'POST /api/v1/reports/:report/moves',
  means: 'Verify, decline, invalidate or restore a report, with the reason that its reporter may read.',
  who: ['report.receive'],
  takes: z.object({
    move: z.enum(['verify', 'decline', 'invalidate', 'restore']),
    reason: z.optional(z.string().check(z.maxLength(500))),
  }),
  gives: z.object({ state: ReportState }),
  refuses: ['report.not-found', 'move.not-now', 'move.denied', 'reason.missing', 'report.supervisor-denied'],
})

export const urge = route({
  name: 'report.urge',
  at: 'POST /api/v1/reports/:report/urges',
  means:
    'Say that nobody has come yet. The desk and the units of the incident are told; once in three minutes.',
  who: ['citizen'],
  gives: MyUrge,
  refuses: ['report.not-found', 'report.already-urged', 'report.already-ended'],
  status: 201,
})

export const answerUrge = route({
  name: 'report.answer-urge',
  at: 'POST /api/v1/reports/:report/urges/answer',
  means: 'Answer what the reporter has urged, in words of their own or in the usual ones.',
  who: ['thread.write'],
  takes: z.object({ words: z.optional(z.string().check(z.maxLength(500))) }),
  gives: z.object({ at: Moment }),
  refuses: ['report.not-found', 'urge.not-open', 'contact.forbidden'],
})

export const askWithdraw = route({
  name: 'report.ask-withdraw',
  at: 'POST /api/v1/reports/:report/withdrawals',
  means:
    'Ask that nobody come. The answer is the same whatever PIN was typed and whether one was ever set; a person at the desk decides.',
  who: ['citizen'],
  takes: z.object({
    pin: z.optional(z.string().check(z.maxLength(20))),
    madeAt: z.optional(z.string().check(z.maxLength(40))),
  }),
  gives: z.object({ asked: z.literal(true) }),
  refuses: ['report.not-found'],
  status: 202,
  atOnce: 2,
})

export const withdrawals = route({
  name: 'report.withdrawals',
  at: 'GET /api/v1/reports/:report/withdrawals',
  means: 'When the reporter has asked to withdraw, what was typed with it, and what was decided.',
  who: ['contact.work'],
  gives: z.array(Withdrawal),
  refuses: ['report.not-found'],
})

export const decideWithdraw = route({
  name: 'report.decide-withdraw',
  at: 'POST /api/v1/withdrawals/:withdrawal/decisions',
  means:
    'Agree to a withdrawal, or go on with the report. Agreed before it was accepted it is declined; afterwards its incident is ended as usual. Under duress nothing is agreed to.',
  who: ['contact.work'],
  takes: z.object({ decision: Decision, reason: z.optional(z.string().check(z.maxLength(500))) }),
  gives: z.object({ decision: Decision, at: Moment }),
  refuses: [
    'withdraw.not-found',
    'withdraw.under-duress',
    'withdraw.already-decided',
    'report.not-received',
    'reason.missing',
    'report.supervisor-denied',
  ],
})
