import * as z from 'zod/mini'
import { FileAnswer, route } from '@open110/kit/route'
import { Attachment } from '@open110/modules/report'

export const attach = route({
  name: 'attachment.attach',
  at: 'POST /api/v1/reports/:report/attachments',
  means:
    'Attach one file by plain multipart (field `file`; optional `sha256`). Resumable uploads go to /api/v1/uploads.',
  who: ['citizen', 'thread.write'],
  gives: Attachment,
  refuses: [
    'report.not-found',
    'attachment.too-large',
    'attachment.kind-unsupported',
    'attachment.file-missing',
    'attachment.disk-unavailable',
  ],
  status: 201,
  streams: true,
  admission: 'media',
})

export const list = route({
  name: 'attachment.list',
  at: 'GET /api/v1/reports/:report/attachments',
  means: 'What is attached to a report.',
  who: ['citizen', 'report.see'],
  gives: z.array(Attachment),
  refuses: ['report.not-found'],
})

export const view = route({
  name: 'attachment.view',
  at: 'GET /api/v1/attachments/:attachment/view',
  means: 'The copy for looking at, without metadata; `?part=thumb` for the small one.',
  who: ['citizen', 'report.see', 'unit.work'],
  asks: z.object({ part: z.optional(z.enum(['view', 'thumb'])) }),
  gives: FileAnswer,
  refuses: ['attachment.not-found', 'attachment.view-unavailable'],
})

export const original = route({
  name: 'attachment.original',
  at: 'GET /api/v1/attachments/:attachment/original',
  means: 'The sealed original as it was sent; every opening is audited.',
  who: ['evidence.original'],
  gives: FileAnswer,
  refuses: ['attachment.not-found'],
})
