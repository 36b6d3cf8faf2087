import * as z from 'zod/mini'
import { FileAnswer, route } from '@open110/kit/route'
import { Moment } from '@open110/kit/time'
import {
  VideoCall,
  Hint,
  InvitedBy,
  LinkRole,
  Participant,
  ParticipantId,
  ParticipantRole,
  Recording,
  Step,
  VideoMode,
} from './video.ts'

/** Every party to a call: a reporter or a guest with a citizen's session, the desk, a unit. */
const parties = ['citizen', 'video.work', 'unit.work']
const notIts = 'video.not-found'

/** What a browser needs to send and to watch. */
export const Entry = z.object({
  video: VideoCall,
  me: Participant,
  iceServers: z.array(
    z.object({
      urls: z.array(z.string()),
      username: z.optional(z.string()),
      credential: z.optional(z.string()),
    }),
  ),
  /** When the relay's credentials end; they are had anew by joining again. */
  iceUntil: z.optional(Moment),
  maxVideoKbps: z.int(),
  stillSeconds: z.int(),
})
export type Entry = z.infer<typeof Entry>

const Sdp = z.string().check(z.minLength(1), z.maxLength(20_000))

export const here = route({
  name: 'video.here',
  at: 'GET /api/v1/video',
  means: 'Who may start video with the desk that a report from this place would reach.',
  who: ['anyone'],
  asks: z.object({ lng: z.optional(z.string()), lat: z.optional(z.string()), crs: z.optional(z.string()) }),
  gives: z.object({ mode: VideoMode }),
  admission: 'content',
})

export const rules = route({
  name: 'video.rules',
  at: 'GET /api/v1/reports/:report/video',
  means:
    'Whether this reporter may start video by themselves, and the warning that stands before it (SH-12).',
  who: ['citizen'],
  gives: z.object({
    mode: VideoMode,
    warning: z.object({ version: z.int(), words: z.string() }),
    video: z.optional(VideoCall),
  }),
  refuses: ['report.not-found'],
})

export const start = route({
  name: 'video.start',
  at: 'POST /api/v1/reports/:report/videos',
  means:
    'The reporter starts video by themselves, or takes up the call that is open; one-way until the desk joins.',
  who: ['citizen'],
  takes: z.object({ isMuted: z.optional(z.boolean()), warningVersion: z.optional(z.int()) }),
  gives: Entry,
  refuses: ['report.not-found', 'video.invite-only', 'video.off', 'video.engine-away'],
  status: 201,
})

export const invite = route({
  name: 'video.invite',
  at: 'POST /api/v1/reports/:report/video-invitations',
  means:
    'The desk asks for video: in the app, by a link, or by a text message, as far as the contact policy lets it.',
  who: ['video.work'],
  takes: z.object({ by: InvitedBy }),
  gives: z.object({ video: VideoCall, link: z.optional(z.object({ path: z.string(), until: Moment })) }),
  refuses: [
    'report.not-found',
    'video.off',
    'video.open-already',
    'contact.forbidden',
    'video.number-missing',
  ],
  status: 201,
})

export const link = route({
  name: 'video.link',
  at: 'POST /api/v1/videos/:video/links',
  means:
    'A link by which one person without an account joins: an interpreter, a sign relay, or the reporter on another phone.',
  who: ['video.work'],
  takes: z.object({
    role: LinkRole,
    name: z.optional(z.string().check(z.maxLength(40))),
  }),
  gives: z.object({ path: z.string(), until: Moment }),
  refuses: [notIts, 'video.over', 'contact.forbidden'],
  status: 201,
})

export const lookAtLink = route({
  name: 'video.look-at-link',
  at: 'GET /api/v1/video-links/:token',
  means: 'Whose call a link leads into and as whom, before it is taken; looking uses nothing up.',
  who: ['citizen'],
  gives: z.object({ desk: z.string(), role: LinkRole }),
  refuses: ['video.link-invalid', 'video.over'],
})

export const redeem = route({
  name: 'video.redeem',
  at: 'POST /api/v1/video-links/:token',
  means:
    'Whoever holds the link takes its place in the call. It is good once, and for the same browser again.',
  who: ['citizen'],
  gives: Entry,
  refuses: ['video.link-invalid', 'video.over', 'video.engine-away'],
})

export const join = route({
  name: 'video.join',
  at: 'POST /api/v1/videos/:video/participants',
  means: 'Come into a call, or come back to it after a reload; the same person stays the same participant.',
  who: parties,
  takes: z.object({ as: z.optional(ParticipantRole) }),
  gives: Entry,
  refuses: [notIts, 'video.over', 'video.role-invalid', 'video.engine-away'],
})

export const leave = route({
  name: 'video.leave',
  at: 'DELETE /api/v1/videos/:video/participants/:participant',
  means: 'Leave a call, or show somebody out of it; the call goes on while the reporter is in it.',
  who: parties,
  gives: z.object({}),
  refuses: [notIts],
})

export const moveVideo = route({
  name: 'video.move',
  at: 'POST /api/v1/videos/:video/moves',
  means: 'Accept, decline, recall or end a call.',
  who: parties,
  takes: z.object({ move: z.string(), reason: z.optional(z.string().check(z.maxLength(200))) }),
  gives: VideoCall,
  refuses: [notIts, 'video.reason-missing'],
})

export const publish = route({
  name: 'video.publish',
  at: 'POST /api/v1/videos/:video/feeds',
  means: 'Send picture or sound: the offer of a new connection, also in place of one that broke.',
  who: parties,
  takes: z.object({
    participant: ParticipantId,
    offer: Sdp,
    transport: z.optional(z.enum(['native', 'portable'])),
  }),
  gives: z.object({ answer: z.string(), generation: z.int() }),
  refuses: [
    notIts,
    'video.over',
    'video.role-invalid',
    'video.talk-off',
    'video.engine-away',
    'video.offer-invalid',
  ],
})

export const watch = route({
  name: 'video.watch',
  at: 'POST /api/v1/videos/:video/watches',
  means:
    'Receive the line of another participant. An engine that offers by itself gives its offer instead of the answer.',
  who: parties,
  takes: z.object({
    participant: ParticipantId,
    of: ParticipantId,
    offer: Sdp,
    transport: z.optional(z.enum(['native', 'portable'])),
  }),
  gives: z.object({ watch: z.string(), answer: z.optional(z.string()), offer: z.optional(z.string()) }),
  refuses: [
    notIts,
    'video.over',
    'video.feed-away',
    'video.talk-off',
    'video.engine-away',
    'video.offer-invalid',
  ],
})

export const answerWatch = route({
  name: 'video.watch-answer',
  at: 'POST /api/v1/videos/:video/watches/:watch/answer',
  means: 'The answer to an offer of the engine.',
  who: parties,
  takes: z.object({ participant: ParticipantId, answer: Sdp }),
  gives: z.object({}),
  refuses: [notIts, 'video.offer-invalid', 'video.engine-away'],
})

export const push = route({
  name: 'video.push',
  at: 'POST /api/v1/videos/:video/pushes',
  means:
    "An address to which a phone's own pusher sends (RTMP), where a page cannot film; it is good for this call alone.",
  who: ['citizen'],
  takes: z.object({ participant: ParticipantId }),
  gives: z.object({ url: z.string() }),
  refuses: [notIts, 'video.over', 'video.role-invalid', 'video.engine-away'],
  secret: true,
})

export const still = route({
  name: 'video.still',
  at: 'POST /api/v1/videos/:video/stills',
  means: 'One picture where film does not come through; it is kept and shown in its place.',
  who: parties,
  takes: z.object({
    participant: ParticipantId,
    /** JPEG, base64; small enough for the worst line. */
    jpeg: z.string().check(z.maxLength(160_000)),
    takenAt: Moment,
  }),
  gives: z.object({ still: z.string() }),
  refuses: [notIts, 'video.over', 'video.still-invalid'],
  status: 201,
  admission: 'media',
})

export const openStill = route({
  name: 'video.open-still',
  at: 'GET /api/v1/videos/:video/stills/:still',
  means: 'One still of a call, for those who are in it at the desk or in the field.',
  who: ['video.work', 'unit.work'],
  gives: FileAnswer,
  refuses: [notIts],
})

export const step = route({
  name: 'video.step',
  at: 'POST /api/v1/videos/:video/steps',
  means: 'A browser says how much of the call comes through now.',
  who: parties,
  takes: z.object({ participant: ParticipantId, step: Step }),
  gives: z.object({}),
  refuses: [notIts, 'video.over'],
})

export const talk = route({
  name: 'video.talk',
  at: 'POST /api/v1/videos/:video/talk',
  means:
    '喊话: the desk speaks through the phone. In a covert call it is refused unless an override of the contact policy stands.',
  who: ['video.work'],
  takes: z.object({ on: z.boolean(), isConfirmed: z.optional(z.boolean()) }),
  gives: VideoCall,
  refuses: [notIts, 'video.over', 'contact.forbidden', 'video.talk-unconfirmed'],
})

export const hint = route({
  name: 'video.hint',
  at: 'POST /api/v1/videos/:video/hints',
  means: 'Ask the phone to turn the camera, light the torch, hold still, or send single pictures.',
  who: ['video.work'],
  takes: z.object({ hint: Hint }),
  gives: z.object({}),
  refuses: [notIts, 'video.over', 'contact.forbidden'],
})

export const snapshot = route({
  name: 'video.snapshot',
  at: 'POST /api/v1/videos/:video/snapshots',
  means:
    'The frame of this moment, taken from the journal on the server, becomes evidence with its hash (NY-16).',
  who: ['video.work', 'unit.work'],
  takes: z.object({ of: ParticipantId, at: z.optional(Moment) }),
  gives: z.object({ attachment: z.string(), sha256: z.string(), at: Moment }),
  refuses: [notIts, 'video.frame-missing'],
  status: 201,
})

export const mark = route({
  name: 'video.mark-abuse',
  at: 'POST /api/v1/videos/:video/abuse-marks',
  means:
    '标记滥用: kept with the recording; it changes order and friction later and never refuses an alarm (SH-12).',
  who: ['video.work'],
  takes: z.object({
    kind: z.enum(['prank', 'exposure', 'insult', 'other']),
    words: z.string().check(z.maxLength(500)),
  }),
  gives: z.object({ mark: z.string() }),
  refuses: [notIts, 'video.reason-missing'],
  status: 201,
})

export const finding = route({
  name: 'video.finding',
  at: 'POST /api/v1/videos/:video/findings',
  means: '督察意见: what a supervisor saw, live or in the recording (NY-41).',
  who: ['video.supervise'],
  takes: z.object({ words: z.string().check(z.maxLength(2_000)), atMs: z.optional(z.int()) }),
  gives: z.object({ finding: z.string() }),
  refuses: [notIts, 'video.reason-missing'],
  status: 201,
})

export const get = route({
  name: 'video.get',
  at: 'GET /api/v1/videos/:video',
  means: 'A call as this person may know it.',
  who: parties,
  gives: VideoCall,
  refuses: [notIts],
})

export const ofReport = route({
  name: 'video.of-report',
  at: 'GET /api/v1/reports/:report/videos',
  means: 'The calls of a report, the newest first.',
  who: ['citizen', 'video.work'],
  gives: z.array(VideoCall),
  refuses: ['report.not-found'],
})

export const ofIncident = route({
  name: 'video.of-incident',
  at: 'GET /api/v1/incidents/:incident/videos',
  means: 'The calls of the reports of an incident, for a unit that is sent to it.',
  who: ['video.work', 'unit.work'],
  gives: z.array(VideoCall),
  refuses: ['incident.not-found'],
})

export const ofDesk = route({
  name: 'video.of-desk',
  at: 'GET /api/v1/desks/:desk/videos',
  means: 'The calls that are open at a desk.',
  who: ['video.work'],
  gives: z.array(VideoCall),
  refuses: ['desk.not-found'],
})

export const recording = route({
  name: 'video.recording',
  at: 'GET /api/v1/videos/:video/recording',
  means: 'What was recorded of a call and what happened in it; every opening is audited.',
  who: ['video.work', 'video.supervise'],
  gives: Recording,
  refuses: [notIts],
})
