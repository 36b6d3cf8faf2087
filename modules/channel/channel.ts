import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import type { Moves } from '@open110/kit/moves'
import { Moment } from '@open110/kit/time'
import type { Mode } from '@open110/modules/report'

/** 渠道 — the doors by which a report comes into the same room. */
export const channels = ['internet', 'phone', 'sms', 'device', 'agency', 'walk-in'] as const
export const Channel = z.enum(channels)
export type Channel = z.infer<typeof Channel>

const doors: Partial<Record<Mode, Channel>> = {
  phone: 'phone',
  sms: 'sms',
  panic: 'device',
  agency: 'agency',
  'walk-in': 'walk-in',
}
export function channelOf(mode: Mode): Channel {
  return doors[mode] ?? 'internet'
}

/** 电话 — one call, as the telephone system and the desk know it. */
export const CallId = idOf('pc')
export type CallId = z.infer<typeof CallId>

export const callStates = ['ringing', 'answered', 'ended', 'missed'] as const
export const CallState = z.enum(callStates)
export type CallState = z.infer<typeof CallState>

/** 通话流程. A missed call is no end of the matter: it waits in the queue as a report. */
export const callMoves = {
  answer: { from: ['ringing'], to: 'answered', by: ['call-taker'] },
  end: { from: ['answered'], to: 'ended', by: ['line'] },
  miss: { from: ['ringing'], to: 'missed', by: ['line'] },
} as const satisfies Moves<CallState, 'call-taker' | 'line'>

/** Where the operator says that a line is: a cell, or the address at which it is installed. WGS-84. */
export const LinePlace = z.object({
  lng: z.number(),
  lat: z.number(),
  accuracyMetres: z.optional(z.number()),
  /** `cell`: 基站定位. `installed`: 装机地址. */
  source: z.enum(['cell', 'installed']),
  words: z.optional(z.string()),
})
export type LinePlace = z.infer<typeof LinePlace>

/** What a seat is shown of a call; the number only to whoever may answer it. */
export const Call = z.object({
  id: CallId,
  direction: z.enum(['in', 'out']),
  state: CallState,
  number: z.optional(z.string()),
  /** 110, 119, 122 or 12110…: what was dialled. */
  called: z.string(),
  rangAt: Moment,
  answeredAt: z.optional(Moment),
  endedAt: z.optional(Moment),
  /** 振铃 — by the telephone system's own clock. */
  ringSeconds: z.optional(z.number()),
  talkSeconds: z.optional(z.number()),
  recordingRef: z.optional(z.string()),
  seat: z.optional(z.number()),
  by: z.optional(z.string()),
  place: z.optional(LinePlace),
  report: z.optional(z.string()),
})
export type Call = z.infer<typeof Call>

/** 短信去向 — what has become of a text that goes out; `held`: the contact policy does not let it out. */
export const textStates = ['queued', 'sent', 'delivered', 'failed', 'held'] as const
export const TextState = z.enum(textStates)
export type TextState = z.infer<typeof TextState>

export const TextOut = z.object({
  id: z.string(),
  kind: z.enum(['receipt', 'dialogue']),
  /** The message of the dialogue that it carries. */
  seq: z.optional(z.number()),
  words: z.string(),
  state: TextState,
  why: z.optional(z.string()),
  at: Moment,
  sentAt: z.optional(Moment),
  deliveredAt: z.optional(Moment),
  pieces: z.number(),
})
export type TextOut = z.infer<typeof TextOut>

/** 来路 — how a report came in, as its desk may see it. */
export const Line = z.object({
  channel: Channel,
  number: z.optional(z.string()),
  calls: z.array(Call),
  textsIn: z.array(z.object({ id: z.string(), words: z.string(), at: Moment, how: z.string() })),
  textsOut: z.array(TextOut),
  device: z.optional(
    z.object({ id: z.string(), name: z.string(), placeWords: z.string(), repeats: z.number() }),
  ),
  agency: z.optional(z.object({ org: z.string(), externalNumber: z.string() })),
})
export type Line = z.infer<typeof Line>

export const ChannelCount = z.object({
  channel: Channel,
  reports: z.number(),
  /** Nobody has received them yet. */
  waiting: z.number(),
  /** 有效 — became an incident or joined one. */
  effective: z.number(),
  receivedMedianSeconds: z.optional(z.number()),
  acceptedMedianSeconds: z.optional(z.number()),
})
export type ChannelCount = z.infer<typeof ChannelCount>

/** 一键报警设备 — a button that hangs at a known place; its name and place are registered, not sent. */
export const DeviceId = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{2,40}$/))
export const Device = z.object({
  id: z.string(),
  name: z.string(),
  placeWords: z.string(),
  wgs84: z.object({ lng: z.number(), lat: z.number() }),
  level: z.number(),
  lastBeatAt: z.optional(Moment),
  /** Since when nothing has been heard of it. */
  offlineSince: z.optional(Moment),
})
export type Device = z.infer<typeof Device>

/** Presses of one button within this time are one alarm. */
export const repeatSeconds = 60
