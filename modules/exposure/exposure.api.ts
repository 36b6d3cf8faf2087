import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Exposure, ExposureFigures, ExposureKind, PersonExposure } from './exposure.ts'

export const open = route({
  name: 'exposure.open',
  at: 'POST /api/v1/exposures',
  means: 'Somebody opens media of a report on purpose; until then it is blurred, silent and small.',
  who: ['report.see'],
  takes: z.object({
    kind: ExposureKind,
    object: z.string().check(z.maxLength(60)),
    report: z.string(),
  }),
  gives: Exposure,
  refuses: ['report.not-found'],
  status: 201,
})

export const renew = route({
  name: 'exposure.renew',
  at: 'POST /api/v1/exposures/:exposure/renewals',
  means: 'It is still open; without this a view ends by itself.',
  who: ['report.see'],
  gives: z.object({ isOpen: z.boolean() }),
  refuses: ['exposure.not-found'],
})

export const close = route({
  name: 'exposure.close',
  at: 'POST /api/v1/exposures/:exposure/close',
  means: 'It is covered again.',
  who: ['report.see'],
  gives: z.object({ seconds: z.int() }),
  refuses: ['exposure.not-found'],
})

const Window = z.object({ hours: z.optional(z.string().check(z.regex(/^\d{1,3}$/))) })

export const mine = route({
  name: 'exposure.mine',
  at: 'GET /api/v1/exposures/mine',
  means: 'How long I have looked at such media in this shift (12 hours unless said).',
  who: ['report.see'],
  asks: Window,
  gives: z.object({ ...ExposureFigures.shape, limitMinutes: z.int() }),
})

export const figures = route({
  name: 'exposure.figures',
  at: 'GET /api/v1/exposures/figures',
  means: 'How long each person of the desk has looked at such media, the longest first.',
  who: ['video.supervise'],
  asks: Window,
  gives: z.object({ limitMinutes: z.int(), people: z.array(PersonExposure) }),
})
