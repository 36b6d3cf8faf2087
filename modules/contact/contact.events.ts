import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { ContactMode } from './contact.ts'
import { OverrideState } from './contact.override.ts'

const about = { report: z.string(), desk: z.string() }
/** The desk alone: a reporter's phone hears nothing of how it may be reached. */
const atDesk = (b: { desk: string }) => [`desk:${b.desk}`]
const byDesk = (b: { desk: string }) => [`org:${b.desk}`]

export const contactSet = event({
  name: 'contact.set',
  version: 1,
  means: 'A person at the desk has set how a reporter may be reached.',
  body: z.object({ ...about, mode: ContactMode }),
  topics: atDesk,
  hearers: byDesk,
})

export const overrideMoved = event({
  name: 'contact.override-moved',
  version: 1,
  means: 'An override of the contact policy was asked for, confirmed, used or taken back.',
  body: z.object({ ...about, override: z.string(), state: OverrideState }),
  topics: atDesk,
  hearers: byDesk,
})
