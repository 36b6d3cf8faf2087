import * as z from 'zod/mini'
import { query } from '@open110/kit/server/db'
import {
  InvitedBy,
  LinkRole,
  ParticipantId,
  ParticipantRole,
  Step,
  TrackKind,
  VideoId,
  VideoState,
  type Recording,
} from './video.ts'

export const StoredCall = z.object({
  id: VideoId,
  report: z.string(),
  desk: z.string(),
  citizen: z.string(),
  state: VideoState,
  openedBy: z.enum(['reporter', 'desk']),
  invitedBy: InvitedBy,
  isTalking: z.boolean(),
  openedAt: z.string(),
  startedAt: z.optional(z.string()),
  endedAt: z.optional(z.string()),
  endedWhy: z.optional(z.string()),
  signalAt: z.string(),
  lostAt: z.optional(z.string()),
  until: z.optional(z.string()),
  still: z.optional(z.string()),
  stillAt: z.optional(z.string()),
  recording: z.enum(['recording', 'sealing', 'sealed', 'failed']) satisfies z.ZodMiniType<Recording['state']>,
  recordingTries: z.number(),
  indexAttachment: z.optional(z.string()),
})
export type StoredCall = z.infer<typeof StoredCall>
const columns = `id, report, desk, citizen, state, opened_by, invited_by, is_talking, opened_at, started_at, ended_at, ended_why,
  signal_at, lost_at, until, still, still_at, recording, recording_tries, index_attachment`

export const StoredParticipant = z.object({
  id: ParticipantId,
  role: ParticipantRole,
  holder: z.string(),
  name: z.string(),
  shownName: z.string(),
  unit: z.optional(z.string()),
  joinedAt: z.string(),
  leftAt: z.optional(z.string()),
  isBarred: z.boolean(),
  generation: z.number(),
  feed: z.optional(z.enum(['up', 'lost'])),
  kinds: z.array(TrackKind),
  step: Step,
})
export type StoredParticipant = z.infer<typeof StoredParticipant>
const parts = `id, role, holder, name, shown_name, unit, joined_at, left_at, is_barred, generation, feed, kinds, step`

export const addCall = query({
  name: 'video.add',
  takes: z.object({
    id: z.string(),
    report: z.string(),
    desk: z.string(),
    citizen: z.string(),
    state: z.string(),
    openedBy: z.string(),
    invitedBy: z.string(),
    startedAt: z.optional(z.string()),
    until: z.optional(z.string()),
    now: z.string(),
  }),
  sql: `insert into video_call (id, report, desk, citizen, state, opened_by, invited_by, opened_at, started_at, until,
               signal_at)
        values (:id, :report, :desk, :citizen, :state, :openedBy, :invitedBy, :now, :startedAt, :until, :now)
        on conflict do nothing`,
})

export const callById = query({
  name: 'video.by-id',
  takes: z.object({ video: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from video_call where id = :video`,
})

export const callForUpdate = query({
  name: 'video.for-update',
  takes: z.object({ video: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from video_call where id = :video for update`,
})

export const openOfReport = query({
  name: 'video.open-of-report',
  takes: z.object({ report: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from video_call where report = :report and state in ('invited', 'live', 'lost') for update`,
})

export const callsOfReports = query({
  name: 'video.of-reports',
  takes: z.object({ reports: z.array(z.string()) }),
  gives: StoredCall,
  sql: `select ${columns} from video_call where report = any(:reports) order by opened_at desc limit 100`,
})

export const openOfDesk = query({
  name: 'video.open-of-desk',
  takes: z.object({ desk: z.string() }),
  gives: StoredCall,
  sql: `select ${columns} from video_call where desk = :desk and state in ('invited', 'live', 'lost')
         order by opened_at limit 200`,
})

/** Every call that somebody could still be in. */
export const openCalls = query({
  name: 'video.open',
  gives: z.object({ id: VideoId }),
  sql: `select id from video_call where state in ('invited', 'live', 'lost') order by opened_at`,
})

export const invitationsDue = query({
  name: 'video.invitations-due',
  takes: z.object({ now: z.string() }),
  gives: z.object({ id: VideoId }),
  sql: `select id from video_call where state = 'invited' and until <= :now`,
})

/** Live calls whose reporter has not been heard since, by a line or otherwise. */
export const unheardCalls = query({
  name: 'video.unheard',
  takes: z.object({ before: z.string() }),
  gives: z.object({ id: VideoId }),
  sql: `select id from video_call c where state = 'live' and signal_at <= :before
           and not exists (select from video_participant p
                            where p.video = c.id and p.role = 'reporter' and p.feed = 'up' and p.left_at is null)`,
})

export const lostCalls = query({
  name: 'video.lost',
  gives: z.object({ id: VideoId }),
  sql: `select id from video_call where state = 'lost'`,
})

export const talkingCalls = query({
  name: 'video.talking',
  gives: z.object({ id: VideoId }),
  sql: `select id from video_call where is_talking and state in ('live', 'lost')`,
})

export const markState = query({
  name: 'video.mark-state',
  takes: z.object({ video: z.string(), state: z.string(), why: z.optional(z.string()), now: z.string() }),
  sql: `update video_call set state = :state,
               started_at = case when :state = 'live' then coalesce(started_at, :now) else started_at end,
               lost_at = case when :state = 'lost' then :now::timestamptz end,
               is_talking = is_talking and :state in ('live', 'lost'),
               ended_at = case when :state in ('ended', 'declined', 'expired') then :now::timestamptz end,
               ended_why = case when :state in ('ended', 'declined', 'expired') then :why end,
               recording = case when :state in ('ended', 'declined', 'expired') then 'sealing' else recording end,
               recording_due = case when :state in ('ended', 'declined', 'expired') then :now::timestamptz end
         where id = :video`,
})

export const markTalking = query({
  name: 'video.mark-talking',
  takes: z.object({ video: z.string(), on: z.boolean() }),
  sql: `update video_call set is_talking = :on where id = :video`,
})

/** A sign of life of whoever reported. */
export const noteSignal = query({
  name: 'video.note-signal',
  takes: z.object({ video: z.string(), now: z.string() }),
  sql: `update video_call set signal_at = greatest(signal_at, :now) where id = :video`,
})

/** Another desk has received the report: the call is its own now. */
export const passToDesk = query({
  name: 'video.pass-to-desk',
  takes: z.object({ report: z.string(), desk: z.string() }),
  sql: `update video_call set desk = :desk where report = :report and desk <> :desk`,
})

export const participantsOf = query({
  name: 'video.participants-of',
  takes: z.object({ video: z.string() }),
  gives: StoredParticipant,
  sql: `select ${parts} from video_participant where video = :video order by joined_at, id`,
})

/** The same person in the same role is the same participant, however often they come back. */
export const seat = query({
  name: 'video.seat',
  takes: z.object({
    id: z.string(),
    video: z.string(),
    role: z.string(),
    holder: z.string(),
    name: z.string(),
    shownName: z.string(),
    unit: z.optional(z.string()),
    now: z.string(),
  }),
  gives: StoredParticipant,
  sql: `insert into video_participant (id, video, role, holder, name, shown_name, unit, joined_at, step)
        values (:id, :video, :role, :holder, :name, :shownName, :unit, :now, 'video')
        on conflict (video, holder, role) do update
           set left_at = null, joined_at = case when video_participant.left_at is null
                                                then video_participant.joined_at else excluded.joined_at end
        returning ${parts}`,
})

export const unseat = query({
  name: 'video.unseat',
  takes: z.object({ participant: z.string(), isBarred: z.boolean(), now: z.string() }),
  sql: `update video_participant set left_at = :now, is_barred = is_barred or :isBarred, feed = null, kinds = '{}'
         where id = :participant`,
})

export const unseatAll = query({
  name: 'video.unseat-all',
  takes: z.object({ video: z.string(), now: z.string() }),
  sql: `update video_participant set left_at = coalesce(left_at, :now), feed = null, kinds = '{}' where video = :video`,
})

/** A new line in place of what was there; the number grows over restarts of the engine too. */
export const markPublished = query({
  name: 'video.mark-published',
  takes: z.object({ participant: z.string(), kinds: z.array(z.string()) }),
  gives: z.object({ generation: z.number() }),
  sql: `update video_participant set generation = generation + 1, feed = 'up', kinds = :kinds
         where id = :participant returning generation`,
})

export const markFeed = query({
  name: 'video.mark-feed',
  takes: z.object({ participant: z.string(), generation: z.number(), feed: z.optional(z.string()) }),
  gives: StoredParticipant,
  sql: `update video_participant set feed = :feed, kinds = case when :feed::text is null then '{}' else kinds end
         where id = :participant and generation = :generation and feed is distinct from :feed and feed is not null
        returning ${parts}`,
})

export const markStep = query({
  name: 'video.mark-step',
  takes: z.object({ participant: z.string(), step: z.string() }),
  sql: `update video_participant set step = :step where id = :participant and step <> :step`,
})

export const addLink = query({
  name: 'video.add-link',
  takes: z.object({
    tokenHash: z.string(),
    video: z.string(),
    role: z.string(),
    name: z.string(),
    by: z.string(),
    until: z.string(),
    now: z.string(),
  }),
  sql: `insert into video_link (token_hash, video, role, name, made_by, made_at, until)
        values (:tokenHash, :video, :role, :name, :by, :now, :until)`,
})

/** Good until its time for whoever is first, and for the same browser as long as the call lasts. */
export const redeemLink = query({
  name: 'video.redeem-link',
  takes: z.object({ tokenHash: z.string(), citizen: z.string(), now: z.string() }),
  gives: z.object({ video: z.string(), role: LinkRole, name: z.string() }),
  sql: `update video_link set citizen = :citizen
         where token_hash = :tokenHash and (citizen = :citizen or (citizen is null and until > :now))
        returning video, role, name`,
})

/** What a link leads to, for whoever could use it now. */
export const lookAtLink = query({
  name: 'video.look-at-link',
  takes: z.object({ tokenHash: z.string(), citizen: z.string(), now: z.string() }),
  gives: z.object({ video: z.string(), role: LinkRole }),
  sql: `select video, role from video_link
         where token_hash = :tokenHash and (citizen = :citizen or (citizen is null and until > :now))`,
})

/** Links that nobody has used in time, or whose call is over long ago, open nothing any more. */
export const lapseLinks = query({
  name: 'video.lapse-links',
  takes: z.object({ now: z.string() }),
  sql: `delete from video_link where citizen is null and until <= :now`,
})
