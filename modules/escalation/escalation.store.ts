import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { Aim, EscalationId, EscalationState } from './escalation.ts'

export const Stored = z.object({
  id: EscalationId,
  incident: z.string(),
  number: z.string(),
  desk: z.string(),
  level: z.number(),
  aim: Aim,
  toDesk: z.string(),
  state: EscalationState,
  words: z.string(),
  photos: z.array(z.string()),
  askedBy: z.string(),
  askedByName: z.string(),
  askedAt: z.string(),
  seenAt: z.optional(z.string()),
  seenByName: z.optional(z.string()),
  answeredAt: z.optional(z.string()),
  answeredByName: z.optional(z.string()),
  instruction: z.optional(z.string()),
  forUnits: z.boolean(),
  carriedOutAt: z.optional(z.string()),
  carriedOutByName: z.optional(z.string()),
})
export type Stored = z.infer<typeof Stored>

const columns = `id, incident, number, desk, level, aim, to_desk, state, words, photos, asked_by, asked_by_name, asked_at, seen_at,
  seen_by_name, answered_at, answered_by_name, instruction, for_units, carried_out_at, carried_out_by_name`

export const addEscalation = query({
  name: 'escalation.add',
  takes: z.object({
    id: z.string(),
    incident: z.string(),
    number: z.string(),
    desk: z.string(),
    level: z.number(),
    aim: z.string(),
    toDesk: z.string(),
    words: z.string(),
    photos: z.array(z.string()),
    by: z.string(),
    name: z.string(),
    now: z.string(),
  }),
  sql: `insert into escalation (id, incident, number, desk, level, aim, to_desk, state, words, photos, asked_by,
               asked_by_name, asked_at)
        values (:id, :incident, :number, :desk, :level, :aim, :toDesk, 'asked', :words, :photos, :by, :name, :now)`,
})

export const escalationById = query({
  name: 'escalation.by-id',
  takes: z.object({ escalation: z.string() }),
  gives: Stored,
  sql: `select ${columns} from escalation where id = :escalation`,
})

export const escalationForUpdate = query({
  name: 'escalation.for-update',
  takes: z.object({ escalation: z.string() }),
  gives: Stored,
  sql: `select ${columns} from escalation where id = :escalation for update`,
})

export const markState = query({
  name: 'escalation.mark-state',
  takes: z.object({
    escalation: z.string(),
    state: z.string(),
    name: z.string(),
    now: z.string(),
    instruction: z.optional(z.string()),
    forUnits: z.boolean(),
  }),
  // To answer is to have seen.
  sql: `update escalation set state = :state,
               seen_at = case when :state in ('seen', 'instructed', 'noted') then coalesce(seen_at, :now) else seen_at end,
               seen_by_name = case when :state in ('seen', 'instructed', 'noted') then coalesce(seen_by_name, :name) else seen_by_name end,
               answered_at = case when :state in ('instructed', 'noted') then :now else answered_at end,
               answered_by_name = case when :state in ('instructed', 'noted') then :name else answered_by_name end,
               instruction = case when :state = 'instructed' then :instruction else instruction end,
               for_units = case when :state = 'instructed' then :forUnits else for_units end,
               carried_out_at = case when :state = 'carried-out' then :now else carried_out_at end,
               carried_out_by_name = case when :state = 'carried-out' then :name else carried_out_by_name end
         where id = :escalation`,
})

export const ofDesk = query({
  name: 'escalation.of-desk',
  takes: z.object({ desk: z.string(), isAll: z.boolean() }),
  gives: Stored,
  sql: `select ${columns} from escalation
         where (desk = :desk or to_desk = :desk)
           and (:isAll::boolean or state in ('asked', 'seen', 'instructed'))
         order by state not in ('asked', 'seen'), state <> 'instructed', asked_at desc limit 300`,
})

export const ofIncident = query({
  name: 'escalation.of-incident',
  takes: z.object({ incident: z.string() }),
  gives: Stored,
  sql: `select ${columns} from escalation where incident = :incident order by asked_at`,
})

export const instructionsFor = query({
  name: 'escalation.instructions-for',
  takes: z.object({ incident: z.string() }),
  gives: z.object({ at: z.string(), words: z.string() }),
  sql: `select answered_at as at, instruction as words from escalation
         where incident = :incident and for_units and instruction is not null order by answered_at`,
})

export const openOfDesk = query({
  name: 'escalation.open-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: z.object({ count: z.number() }),
  sql: `select count(*)::int as count from escalation where desk = :desk and state in ('asked', 'seen', 'instructed')`,
})
