import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import { indexKinds, ParticipantId, ParticipantRole } from './video.ts'

export const addEntry = query({
  name: 'video.add-entry',
  takes: z.object({
    video: z.string(),
    now: z.string(),
    kind: z.string(),
    who: z.optional(z.string()),
    participant: z.optional(z.string()),
    isHidden: z.boolean(),
    facts: z.string(),
  }),
  sql: `insert into video_index (video, at, at_ms, kind, who, participant, is_hidden, facts)
        select id, :now, greatest(0, round(extract(epoch from :now::timestamptz - coalesce(started_at, opened_at)) * 1000)),
               :kind, :who, :participant, :isHidden, :facts::jsonb
          from video_call where id = :video`,
})

export const entriesOf = query({
  name: 'video.entries-of',
  takes: z.object({ video: z.string() }),
  gives: z.object({
    at: z.string(),
    atMs: z.number(),
    kind: z.enum(indexKinds),
    who: z.optional(z.string()),
    isHidden: z.boolean(),
    facts: z.record(z.string(), z.unknown()),
  }),
  sql: `select at, at_ms, kind, who, is_hidden, facts from video_index where video = :video order by at, id`,
})

const Still = z.object({
  id: z.string(),
  video: z.string(),
  participant: z.string(),
  takenAt: z.string(),
  at: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  sm3: z.string(),
})
export type StoredStill = z.infer<typeof Still>

export const addStill = query({
  name: 'video.add-still',
  takes: z.extend(z.omit(Still, { at: true }), { now: z.string() }),
  sql: `with shown as (update video_call set still = :id, still_at = :now where id = :video)
        insert into video_still (id, video, participant, taken_at, at, bytes, sha256, sm3)
        values (:id, :video, :participant, :takenAt, :now, :bytes, :sha256, :sm3)`,
})

export const stillById = query({
  name: 'video.still-by-id',
  takes: z.object({ still: z.string() }),
  gives: Still,
  sql: `select id, video, participant, taken_at, at, bytes, sha256, sm3 from video_still where id = :still`,
})

export const stillsOf = query({
  name: 'video.stills-of',
  takes: z.object({ video: z.string() }),
  gives: Still,
  sql: `select id, video, participant, taken_at, at, bytes, sha256, sm3 from video_still where video = :video
         order by at, id`,
})

/** The single picture of this participant nearest to a moment. */
export const stillNear = query({
  name: 'video.still-near',
  takes: z.object({ video: z.string(), participant: z.string(), at: z.string() }),
  gives: Still,
  sql: `select id, video, participant, taken_at, at, bytes, sha256, sm3 from video_still
         where video = :video and participant = :participant
         order by abs(extract(epoch from at - :at::timestamptz)) limit 1`,
})

export const addAbuse = query({
  name: 'video.add-abuse',
  takes: z.object({
    id: z.string(),
    video: z.string(),
    report: z.string(),
    citizen: z.string(),
    kind: z.string(),
    words: z.string(),
    by: z.string(),
    now: z.string(),
  }),
  sql: `insert into video_abuse (id, video, report, citizen, kind, words, by_staff, at)
        values (:id, :video, :report, :citizen, :kind, :words, :by, :now)`,
})

export const addFinding = query({
  name: 'video.add-finding',
  takes: z.object({
    id: z.string(),
    video: z.string(),
    words: z.string(),
    atMs: z.optional(z.number()),
    by: z.string(),
    now: z.string(),
  }),
  sql: `insert into video_finding (id, video, words, at_ms, by_staff, at)
        values (:id, :video, :words, :atMs, :by, :now)`,
})

const RecordedObject = z.object({
  participant: ParticipantId,
  role: ParticipantRole,
  name: z.string(),
  attachment: z.string(),
  sha256: z.string(),
  sm3: z.string(),
  mime: z.string(),
  bytes: z.number(),
  durationMs: z.number(),
  offsetMs: z.number(),
  framesLost: z.number(),
})
export const objectsOf = query({
  name: 'video.objects-of',
  takes: z.object({ video: z.string() }),
  gives: RecordedObject,
  sql: `select o.participant, p.role, p.name, o.attachment, o.sha256, o.sm3, o.mime, o.bytes, o.duration_ms, o.offset_ms,
               o.frames_lost
          from video_object o join video_participant p on p.id = o.participant
         where o.video = :video order by p.joined_at, o.offset_ms`,
})

export const addObject = query({
  name: 'video.add-object',
  takes: z.extend(z.omit(RecordedObject, { role: true, name: true }), { video: z.string() }),
  sql: `insert into video_object (video, participant, attachment, mime, bytes, sha256, sm3, duration_ms, offset_ms,
               frames_lost)
        values (:video, :participant, :attachment, :mime, :bytes, :sha256, :sm3, :durationMs, :offsetMs, :framesLost)
        on conflict (video, participant, mime) do update
           set attachment = excluded.attachment, bytes = excluded.bytes, sha256 = excluded.sha256, sm3 = excluded.sm3,
               duration_ms = excluded.duration_ms, offset_ms = excluded.offset_ms, frames_lost = excluded.frames_lost`,
})

/** Takes the next recording that waits to be sealed; nobody else is given it until it is due again. */
export const takeSealing = query({
  name: 'video.take-sealing',
  takes: z.object({ now: z.string() }),
  gives: z.object({ id: z.string() }),
  // After a minute, after five, after twenty-five: a full disk is not emptied at once.
  sql: `update video_call set recording_tries = recording_tries + 1,
               recording_due = :now::timestamptz + make_interval(secs => 60 * power(5, least(recording_tries, 4)))
         where id = (select id from video_call where recording = 'sealing' and recording_due <= :now
                      order by recording_due limit 1 for update skip locked)
        returning id`,
})

export const markRecording = query({
  name: 'video.mark-recording',
  takes: z.object({ video: z.string(), recording: z.string(), indexAttachment: z.optional(z.string()) }),
  sql: `update video_call set recording = :recording, recording_due = null,
               index_attachment = coalesce(:indexAttachment, index_attachment) where id = :video`,
})

export const retryFailed = query({
  name: 'video.retry-failed',
  takes: z.object({ now: z.string() }),
  sql: `update video_call set recording = 'sealing', recording_tries = 0, recording_due = :now where recording = 'failed'`,
})

export const recordingsFailed = query({
  name: 'video.recordings-failed',
  gives: z.object({ count: z.number() }),
  sql: `select count(*)::int as count from video_call where recording = 'failed'`,
})
