import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import { Message } from '@open110/modules/report'
import { Words } from './thread.ts'

export const sendMessage = route({
  name: 'message.send',
  at: 'POST /api/v1/reports/:report/messages',
  means:
    'Write to the other side: words, a picture already attached, or a tap that answers a quick question.',
  who: ['citizen', 'thread.write'],
  takes: z.object({
    words: z.optional(Words),
    clientId: z.optional(z.string().check(z.maxLength(128))),
    attachment: z.optional(z.string()),
    answer: z.optional(z.object({ question: z.string(), option: z.string() })),
  }),
  gives: z.object({ id: z.string(), seq: z.number(), at: Moment }),
  refuses: [
    'report.not-found',
    'message.words-missing',
    'message.answer-invalid',
    'attachment.not-found',
    'report.not-received',
  ],
  status: 201,
  needsKey: true,
})

export const listMessages = route({
  name: 'message.list',
  at: 'GET /api/v1/reports/:report/messages',
  means: 'The dialogue in order, from a sequence number on.',
  who: ['citizen', 'report.see'],
  asks: z.object({ after: z.optional(z.string()) }),
  gives: z.array(Message),
  refuses: ['report.not-found'],
})

export const ask = route({
  name: 'message.ask',
  at: 'POST /api/v1/reports/:report/questions',
  means: 'Ask one of the quick questions; the reporter answers with a tap.',
  who: ['thread.write'],
  takes: z.object({ question: z.string() }),
  gives: z.object({ id: z.string(), seq: z.number(), at: Moment }),
  refuses: ['report.not-found', 'message.question-invalid', 'report.not-received'],
  status: 201,
})

export const markRead = route({
  name: 'message.mark',
  at: 'POST /api/v1/reports/:report/marks',
  means: 'How far this side has been given, and has looked at, the dialogue. Marks only grow.',
  who: ['citizen', 'report.see'],
  takes: z.object({ delivered: z.optional(z.int32()), read: z.optional(z.int32()) }),
  gives: z.object({ delivered: z.number(), read: z.number() }),
  refuses: ['report.not-found'],
})

export { broadcast } from './thread.broadcast.api.ts'
