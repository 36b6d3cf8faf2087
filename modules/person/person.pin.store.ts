import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

export const pinsOf = query({
  name: 'person.pins-of',
  takes: z.object({ citizen: z.string() }),
  gives: z.object({ pin: z.string(), duress: z.string() }),
  sql: `select pin, duress from citizen_pin where citizen = :citizen`,
})

/** One statement whether it may be changed or not, so that it takes as long. */
export const keepPins = query({
  name: 'person.keep-pins',
  takes: z.object({
    citizen: z.string(),
    pin: z.string(),
    duress: z.string(),
    mayChange: z.boolean(),
    now: z.string(),
  }),
  sql: `insert into citizen_pin (citizen, pin, duress, set_at)
        select :citizen, :pin, :duress, :now where :mayChange::boolean
        on conflict (citizen) do update set pin = excluded.pin, duress = excluded.duress, set_at = excluded.set_at`,
})
