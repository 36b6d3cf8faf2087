import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import type { Moves } from '@open110/kit/moves'
import { Moment } from '@open110/kit/time'

/** 视频通话 — picture and sound between a reporter and the desk; one session from the first second to the end, however often its lines break. */
export const VideoId = idOf('vc')
export type VideoId = z.infer<typeof VideoId>
export const ParticipantId = idOf('vp')
export type ParticipantId = z.infer<typeof ParticipantId>

/** 视频开放方式 — policy of a desk (SH-11, NY-01): nobody, only whom the desk invites, or the reporter by themselves. */
export const videoModes = ['off', 'invite', 'self'] as const
export const VideoMode = z.enum(videoModes)
export type VideoMode = z.infer<typeof VideoMode>

export const videoStates = ['invited', 'live', 'lost', 'ended', 'declined', 'expired'] as const
export const VideoState = z.enum(videoStates)
export type VideoState = z.infer<typeof VideoState>

/** 通话流程. `lost`: no line and no sign of the reporter; the same session goes on when they are back. */
export const videoMoves = {
  accept: { from: ['invited'], to: 'live', by: ['reporter'] },
  decline: { from: ['invited'], to: 'declined', by: ['reporter'] },
  recall: { from: ['invited'], to: 'ended', by: ['desk'] },
  expire: { from: ['invited'], to: 'expired', by: ['system'] },
  lose: { from: ['live'], to: 'lost', by: ['system'] },
  return: { from: ['lost'], to: 'live', by: ['reporter', 'system'] },
  /** 挂断. The desk says why when the reporter is still there; the reporter need not. */
  end: { from: ['live', 'lost'], to: 'ended', by: ['reporter', 'desk', 'system'] },
} as const satisfies Moves<VideoState, 'reporter' | 'desk' | 'system'>
export type VideoRole = 'reporter' | 'desk' | 'system'

export const isOver = (state: VideoState): boolean =>
  state === 'ended' || state === 'declined' || state === 'expired'

/** 参与身份. A `supervisor` (视频督察, NY-41) sees and hears and is neither seen nor heard nor told of. */
export const participantRoles = [
  'reporter',
  'call-taker',
  'duty-officer',
  'interpreter',
  'sign-relay',
  'unit',
  'supervisor',
] as const
export const ParticipantRole = z.enum(participantRoles)
export type ParticipantRole = z.infer<typeof ParticipantRole>

/** Who comes by a link. */
export const LinkRole = z.enum(['interpreter', 'sign-relay', 'reporter'])
export type LinkRole = z.infer<typeof LinkRole>

/** Whom the reporter and the other guests are not told of. */
export const isHidden = (role: ParticipantRole): boolean => role === 'supervisor'

/**
 * 降级阶梯 — how much of the call still comes through. A step down never ends the session, and the phone climbs again
 * by itself.
 */
export const steps = ['video', 'reduced', 'stills', 'voice', 'text'] as const
export const Step = z.enum(steps)
export type Step = z.infer<typeof Step>

/** 拍摄提示 — what the desk asks of the phone by one key; it is words on the screen, never a sound. */
export const hints = [
  'front',
  'back',
  'torch-on',
  'torch-off',
  'steady',
  'closer',
  'wider',
  'stills',
  'video',
] as const
export const Hint = z.enum(hints)
export type Hint = z.infer<typeof Hint>

/** 邀请途径 — in the app, by a link that is read out or shown, or by a text message to the number of the caller. */
export const invitedBy = ['app', 'link', 'sms'] as const
export const InvitedBy = z.enum(invitedBy)
export type InvitedBy = z.infer<typeof InvitedBy>

export const TrackKind = z.enum(['audio', 'video'])
export type TrackKind = z.infer<typeof TrackKind>

export const Participant = z.object({
  id: ParticipantId,
  role: ParticipantRole,
  /** 席位、姓名或单位 for staff; for the reporter only what they are. */
  name: z.string(),
  joinedAt: Moment,
  leftAt: z.optional(Moment),
  /** The line that is up now. */
  feed: z.optional(z.object({ generation: z.int(), kinds: z.array(TrackKind) })),
  step: Step,
})
export type Participant = z.infer<typeof Participant>

export const VideoCall = z.object({
  id: VideoId,
  report: z.string(),
  incident: z.optional(z.string()),
  state: VideoState,
  openedBy: z.enum(['reporter', 'desk']),
  by: InvitedBy,
  /** 静默: the phone shows and plays nothing, and nothing is shown on it but a neutral page. */
  isCovert: z.boolean(),
  /** 喊话 — somebody at the desk speaks through the phone now (NY-15). */
  isTalking: z.boolean(),
  openedAt: Moment,
  /** Until when an invitation is good; for the desk. */
  inviteUntil: z.optional(Moment),
  /** Since when the reporter is lost; for the desk. */
  lostAt: z.optional(Moment),
  startedAt: z.optional(Moment),
  endedAt: z.optional(Moment),
  endedWhy: z.optional(z.string()),
  participants: z.array(Participant),
  /** The newest still, where pictures come singly. */
  still: z.optional(z.object({ id: z.string(), at: Moment })),
  openMoves: z.array(z.string()),
})
export type VideoCall = z.infer<typeof VideoCall>

/** Of the words that stand before video (SH-12); it goes up with every change of them. */
export const warningVersion = 1

/** 视频策略 — what differs by city, with the policy of the desk. */
export const VideoPolicy = z.object({
  mode: VideoMode,
  /** How long an invitation and a link are good. */
  inviteSeconds: z.int().check(z.gt(0)),
  linkSeconds: z.int().check(z.gt(0)),
  /** Without any line or sign of the reporter for so long, the call is lost; after so much more it ends. */
  lostSeconds: z.int().check(z.gt(0)),
  endAfterLostSeconds: z.int().check(z.gt(0)),
  stillSeconds: z.int().check(z.gt(0)),
  maxVideoKbps: z.int().check(z.gt(0)),
  /** 敏感内容 — how long a person should look at opened media in one shift before the supervisor is advised to relieve them. */
  exposureMinutes: z.int().check(z.gt(0)),
})
export type VideoPolicy = z.infer<typeof VideoPolicy>

export const usualVideo: VideoPolicy = {
  mode: 'self',
  inviteSeconds: 120,
  linkSeconds: 1_800,
  lostSeconds: 15,
  endAfterLostSeconds: 1_800,
  stillSeconds: 3,
  maxVideoKbps: 1_500,
  exposureMinutes: 60,
}

/** 通话记录的事件 — what stands on the time line of the recording. */
export const indexKinds = [
  'join',
  'leave',
  'feed',
  'feed-lost',
  'step',
  'talk-on',
  'talk-off',
  'hint',
  'snapshot',
  'still',
  'mark',
  'finding',
  'lost',
  'back',
  'end',
] as const
export const IndexEntry = z.object({
  at: Moment,
  /** Milliseconds from the start of the call, which is the zero of every recorded object. */
  atMs: z.int(),
  kind: z.enum(indexKinds),
  who: z.optional(z.string()),
  /** Kept out of everything that the reporter or a guest may read. */
  isHidden: z.boolean(),
  facts: z.record(z.string(), z.unknown()),
})
export type IndexEntry = z.infer<typeof IndexEntry>

/** 录像 — one continuous object per participant, sealed as evidence, with what happened beside it. */
export const Recording = z.object({
  video: VideoId,
  state: z.enum(['recording', 'sealing', 'sealed', 'failed']),
  startedAt: z.optional(Moment),
  durationMs: z.int(),
  objects: z.array(
    z.object({
      participant: ParticipantId,
      role: ParticipantRole,
      name: z.string(),
      /** Of the evidence module; opened and exported there. */
      attachment: z.string(),
      sha256: z.string(),
      sm3: z.string(),
      mime: z.string(),
      bytes: z.int(),
      durationMs: z.int(),
      /** Milliseconds after the start of the call at which this object begins. */
      offsetMs: z.int(),
      /** Frames that are missing or could not be decoded, as the verifier counts them. */
      framesLost: z.int(),
    }),
  ),
  /** The sealed list of what happened, with the hashes of the journals. */
  indexAttachment: z.optional(z.string()),
  index: z.array(IndexEntry),
})
export type Recording = z.infer<typeof Recording>
