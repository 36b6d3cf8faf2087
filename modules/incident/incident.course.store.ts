import * as z from 'zod/mini'
import { query, type Reader } from '@open110/kit/server/db'
import { IncidentPlace, IncidentState, incidentMoves } from './incident.ts'

const Glance = z.object({
  id: z.string(),
  number: z.string(),
  desk: z.string(),
  state: IncidentState,
  level: z.number(),
  place: IncidentPlace,
  nextAt: z.optional(z.string()),
  acceptedAt: z.string(),
  owner: z.optional(z.string()),
  ownerName: z.string(),
})
export type IncidentGlance = z.infer<typeof Glance>

const columns = `i.id, i.number, i.desk, i.state, coalesce(i.level_confirmed, i.level_initial) as level,
  coalesce(i.place_confirmed, i.place_initial) as place, i.next_at, i.accepted_at, i.owner,
  coalesce(i.owner_name, i.accepted_by) as owner_name`

const glance = query({
  name: 'incident.glances',
  takes: z.object({ incidents: z.array(z.string()) }),
  gives: Glance,
  sql: `select ${columns} from incident i where i.id = any(:incidents)`,
})

/** 一览 — what others need to name incidents on their own boards; words of the place, and nothing of any person. */
export const glances = (db: Reader, incidents: readonly string[]): Promise<IncidentGlance[]> =>
  incidents.length === 0 ? Promise.resolve([]) : db.all(glance, { incidents: [...incidents] })

const course = query({
  name: 'incident.course',
  takes: z.object({ incident: z.string(), whats: z.array(z.string()) }),
  gives: z.extend(Glance, {
    steps: z.array(
      z.object({
        what: z.string(),
        at: z.string(),
        by: z.nullable(z.string()),
        note: z.nullable(z.string()),
      }),
    ),
  }),
  sql: `select ${columns},
               (select coalesce(jsonb_agg(jsonb_build_object('what', s.what, 'by', s.by, 'note', s.note, 'at',
                         to_char(s.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by s.id), '[]')
                  from incident_step s where s.incident = i.id and s.what = any(:whats)) as steps
          from incident i where i.id = :incident`,
})

const open = query({
  name: 'incident.open-ids',
  gives: z.object({ id: z.string() }),
  sql: `select id from incident where state not in ('closed', 'merged', 'invalid', 'archived')`,
})

export const openIncidentIds = async (db: Reader): Promise<string[]> =>
  (await db.all(open)).map(({ id }) => id)

/** What the timeline calls a move that nobody pressed. */
const byItself: Readonly<Record<string, string>> = {
  'incident.revive-by-citizen': 'revive',
  'incident.resume-due': 'resume',
}
const whats = [...Object.keys(incidentMoves).map((move) => `incident.${move}`), ...Object.keys(byItself)]

/** 经过 — an incident with the moves that it has made, for whoever counts the time between them. */
export async function courseOf(db: Reader, incident: string) {
  const found = await db.maybe(course, { incident, whats })
  return (
    found && {
      ...found,
      steps: found.steps.map(({ what, at, by, note }) => ({
        move: byItself[what] ?? what.slice('incident.'.length),
        at,
        by: by ?? undefined,
        reason: note ?? undefined,
      })),
    }
  )
}
