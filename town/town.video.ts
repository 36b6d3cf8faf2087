import type { Call } from '@open110/kit/client/call'
import type { ParticipantId, ParticipantRole } from '@open110/modules/video'
import * as video from '@open110/modules/video/api'
import { granted } from './town.ts'

/** What a browser would offer: sections that send, or that only receive. */
export const offerOf = (kinds: readonly ('audio' | 'video')[], way: 'sendonly' | 'recvonly' = 'sendonly') =>
  ['v=0', 's=-', ...kinds.flatMap((kind) => [`m=${kind} 9 UDP/TLS/RTP/SAVPF 96`, `a=${way}`]), ''].join(
    '\r\n',
  )

/** 镇上的视频 — what somebody does in a call, through the contracts alone. */
export function inCall(call: Call, id: string) {
  const params = { video: id }
  return {
    joins: async (as?: ParticipantRole) =>
      granted(await call(video.join, { params, body: as === undefined ? {} : { as } })).me.id,
    sends: async (participant: ParticipantId, kinds: readonly ('audio' | 'video')[] = ['audio', 'video']) =>
      granted(await call(video.publish, { params, body: { participant, offer: offerOf(kinds) } })),
    asksToSend: (participant: ParticipantId, kinds: readonly ('audio' | 'video')[]) =>
      call(video.publish, { params, body: { participant, offer: offerOf(kinds) } }),
    asksToWatch: (participant: ParticipantId, of: ParticipantId) =>
      call(video.watch, {
        params,
        body: { participant, of, offer: offerOf(['audio', 'video'], 'recvonly') },
      }),
    watches: async (participant: ParticipantId, of: ParticipantId) =>
      granted(
        await call(video.watch, {
          params,
          body: { participant, of, offer: offerOf(['audio', 'video'], 'recvonly') },
        }),
      ).watch,
    moves: (move: string, reason?: string) =>
      call(video.moveVideo, { params, body: { move, ...(reason && { reason }) } }),
    sees: async () => granted(await call(video.get, { params })),
    talks: (on: boolean, isConfirmed?: boolean) =>
      call(video.talk, { params, body: { on, ...(isConfirmed && { isConfirmed }) } }),
  }
}
