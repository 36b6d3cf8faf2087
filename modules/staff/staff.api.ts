import * as z from 'zod/mini'
import { route } from '@open110/kit/route'
import { Staff } from './staff.ts'

export const login = route({
  name: 'staff.login',
  at: 'POST /api/v1/staff/sessions',
  means: 'Sign in with an account and its password.',
  who: ['anyone'],
  takes: z.object({
    account: z.string().check(z.maxLength(120)),
    password: z.string().check(z.maxLength(200)),
    otp: z.optional(z.string().check(z.maxLength(20))),
  }),
  gives: z.object({ token: z.string(), staff: Staff }),
  refuses: ['staff.login-denied', 'staff.login-too-many', 'staff.locked-too-many'],
  status: 201,
  secret: true,
  atOnce: 2,
})

export const logout = route({
  name: 'staff.logout',
  at: 'DELETE /api/v1/staff/sessions/current',
  means: 'End this session everywhere it is open.',
  who: ['staff.self'],
  gives: z.object({ ended: z.literal(true) }),
})

export const me = route({
  name: 'staff.me',
  at: 'GET /api/v1/staff/me',
  means: 'Who is signed in, with which roles and permissions.',
  who: ['staff.self'],
  gives: Staff,
})
