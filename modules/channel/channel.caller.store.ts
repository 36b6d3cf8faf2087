import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

/** One number is one caller, also when a call and a text of it come at once. */
export const holdNumber = query({
  name: 'channel.hold-number',
  takes: z.object({ digest: z.string() }),
  sql: `select pg_advisory_xact_lock(hashtextextended(:digest, 12110))`,
})

export const callerBy = query({
  name: 'channel.caller-by',
  takes: z.object({ digest: z.string() }),
  gives: z.object({ citizen: z.string() }),
  sql: `select citizen from caller where digest = :digest`,
})

export const addCaller = query({
  name: 'channel.add-caller',
  takes: z.object({ digest: z.string(), citizen: z.string(), now: z.string() }),
  sql: `insert into caller (digest, citizen, first_at) values (:digest, :citizen, :now)`,
})

export const divisionOfArea = query({
  name: 'channel.division-of-area',
  takes: z.object({ area: z.string() }),
  gives: z.object({ division: z.string() }),
  sql: `select division from text_area where area = :area`,
})
