import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Assurance, Citizen, Language, Need, Phone, Pin } from './person.ts'

export const openSession = route({
  name: 'session.open',
  at: 'POST /api/v1/sessions',
  means: 'Begin as a citizen: no phone, no name, no captcha.',
  who: ['anyone'],
  takes: z.optional(
    z.nullable(
      z.object({
        device: z.optional(z.record(z.string(), z.unknown())),
        language: z.optional(z.string().check(z.maxLength(40))),
      }),
    ),
  ),
  gives: z.object({ token: z.string(), citizen: Citizen }),
  status: 201,
  secret: true,
  admission: 'alarm',
})

export const me = route({
  name: 'person.me',
  at: 'GET /api/v1/citizens/me',
  means: 'What is known of the citizen who holds this session.',
  who: ['citizen'],
  gives: Citizen,
  admission: 'content',
})

export const saveProfile = route({
  name: 'person.save-profile',
  at: 'PUT /api/v1/citizens/me',
  means:
    'Name, special needs and language, given in calm times so that nothing is asked in an emergency (ZJ-13).',
  who: ['citizen'],
  takes: z.object({
    name: z.optional(z.string().check(z.maxLength(60))),
    needs: z.optional(z.array(Need)),
    language: z.optional(Language),
  }),
  gives: Citizen,
  // The answer repeats the name.
  secret: true,
  admission: 'content',
})

export const requestCode = route({
  name: 'person.request-code',
  at: 'POST /api/v1/phone-codes',
  means: 'Send a one-time code to a phone.',
  who: ['citizen'],
  takes: z.object({ phone: Phone }),
  gives: z.object({ sentTo: z.string(), againAfterSeconds: z.number() }),
  refuses: ['person.code-too-many', 'sms.unavailable'],
  status: 201,
  admission: 'content',
})

export const verifyPhone = route({
  name: 'person.verify-phone',
  at: 'POST /api/v1/phone-verifications',
  means: 'Prove that the phone is held by giving the code.',
  who: ['citizen'],
  takes: z.object({ phone: Phone, code: z.string().check(z.maxLength(10)) }),
  gives: z.object({ assurance: Assurance }),
  refuses: ['person.code-invalid', 'person.code-too-many'],
  admission: 'content',
})

export const setPins = route({
  name: 'person.set-pins',
  at: 'PUT /api/v1/me/pins',
  means:
    'Set the PIN for withdrawing a report and the one that says under duress. Pins that are set are changed with the old one; the answer is the same whether it was right.',
  who: ['citizen'],
  takes: z.object({ pin: Pin, duressPin: Pin, oldPin: z.optional(z.string().check(z.maxLength(20))) }),
  gives: z.object({ kept: z.literal(true) }),
  refuses: ['person.pins-invalid'],
  secret: true,
  atOnce: 2,
  admission: 'content',
})
