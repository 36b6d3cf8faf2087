import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'

const Stored = z.object({
  id: z.string(),
  report: z.string(),
  citizen: z.string(),
  desk: z.string(),
  press: z.string(),
  kind: z.enum(['photo', 'video', 'voice', 'file']),
  mime: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  sm3: z.string(),
  declaredSha256: z.optional(z.string()),
  state: z.string(),
  view: z.enum(['pending', 'ready', 'unavailable']),
  viewMime: z.optional(z.string()),
  durationSeconds: z.optional(z.number()),
  warnings: z.array(z.string()),
  bySide: z.enum(['citizen', 'desk', 'unit', 'server']),
  unit: z.optional(z.string()),
  incident: z.optional(z.string()),
  takenAt: z.optional(z.string()),
  isLate: z.boolean(),
  at: z.string(),
  viewTries: z.number(),
})
export type StoredAttachment = z.infer<typeof Stored>
const columns = `id, report, citizen, desk, press, kind, mime, bytes, sha256, sm3, declared_sha256, state, view, view_mime,
  duration_seconds, warnings, by_side, unit, incident, taken_at, is_late, at, view_tries`

export const addAttachment = query({
  name: 'evidence.add',
  takes: z.object({
    id: z.string(),
    report: z.string(),
    citizen: z.string(),
    desk: z.string(),
    press: z.string(),
    kind: z.string(),
    mime: z.string(),
    bytes: z.number(),
    sha256: z.string(),
    sm3: z.string(),
    declaredSha256: z.optional(z.string()),
    filenameSealed: z.optional(z.string()),
    state: z.string(),
    warnings: z.array(z.string()),
    bySide: z.string(),
    unit: z.optional(z.string()),
    incident: z.optional(z.string()),
    takenAt: z.optional(z.string()),
    takenPlace: z.optional(z.string()),
    isLate: z.boolean(),
    now: z.string(),
  }),
  sql: `insert into attachment (id, report, citizen, desk, press, kind, mime, bytes, sha256, sm3, declared_sha256,
               filename_sealed, state, warnings, by_side, unit, incident, taken_at, taken_place, is_late, at)
        values (:id, :report, :citizen, :desk, :press, :kind, :mime, :bytes, :sha256, :sm3, :declaredSha256,
               :filenameSealed, :state, :warnings, :bySide, :unit, :incident, :takenAt, :takenPlace::jsonb, :isLate, :now)
        on conflict (press) do nothing`,
})

export const attachmentById = query({
  name: 'evidence.by-id',
  takes: z.object({ attachment: z.string() }),
  gives: Stored,
  sql: `select ${columns} from attachment where id = :attachment`,
})

export const attachmentByPress = query({
  name: 'evidence.by-press',
  takes: z.object({ press: z.string() }),
  gives: Stored,
  sql: `select ${columns} from attachment where press = :press`,
})

export const attachmentsOf = query({
  name: 'evidence.of-report',
  takes: z.object({ report: z.string() }),
  gives: Stored,
  sql: `select ${columns} from attachment where report = :report order by at, id`,
})

export const photosOf = query({
  name: 'evidence.photos-of',
  takes: z.object({ report: z.string() }),
  gives: z.object({ count: z.number() }),
  sql: `select count(*)::int as count from attachment where report = :report and kind = 'photo'`,
})

/** Seconds after its arrival at which the first, second and third try may be made: a full disk is not emptied at once. */
const triesAfter = [0, 30, 600]
export const mostTries = triesAfter.length

/** The next original that needs a copy for looking at. */
export const nextPending = query({
  name: 'evidence.next-pending',
  takes: z.object({ kinds: z.array(z.string()), now: z.string() }),
  gives: Stored,
  sql: `update attachment set view_tries = view_tries + 1
         where id = (select id from attachment
                      where view = 'pending' and view_tries < ${mostTries} and kind = any(:kinds)
                        and at <= :now::timestamptz - make_interval(secs => (array[${triesAfter.join()}])[view_tries + 1])
                      order by view_tries, at limit 1 for update skip locked)
        returning ${columns}`,
})

/** One whose last try never came back, because the program was ended in the middle of it. */
export const nextGivenUp = query({
  name: 'evidence.next-given-up',
  takes: z.object({ before: z.string() }),
  gives: Stored,
  sql: `select ${columns} from attachment where view = 'pending' and view_tries >= ${mostTries} and at < :before
         order by at limit 1`,
})

export const markView = query({
  name: 'evidence.mark-view',
  takes: z.object({
    attachment: z.string(),
    kind: z.string(),
    state: z.string(),
    view: z.string(),
    viewMime: z.optional(z.string()),
    durationSeconds: z.optional(z.number()),
    warnings: z.array(z.string()),
  }),
  sql: `update attachment set kind = :kind, state = :state, view = :view, view_mime = :viewMime,
               duration_seconds = :durationSeconds, warnings = :warnings
         where id = :attachment`,
})
