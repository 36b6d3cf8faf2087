import type { Call } from '@open110/kit/client/call'
import { momentOf } from '@open110/kit/time'
import {
  isOver,
  type ParticipantId,
  type ParticipantRole,
  type Step,
  type TrackKind,
  type VideoCall,
} from '@open110/modules/video'
import { answerWatch, publish, step, still, watch, type Entry } from '@open110/modules/video/api'
import { mayReceive } from '@open110/modules/video/routing'

type Transport = 'native' | 'portable'
const by = (transport: Transport | undefined) => (transport ? { transport } : {})

/** 信令 — what one participant's lines ask of the server, by this client's own calls. */
export function videoSignals(
  call: Call,
  video: string,
  participant: ParticipantId,
  onGeneration: (generation: number) => void = () => {},
) {
  const params = { video }
  return {
    async publish(offer: string, transport?: Transport) {
      const answer = await call(publish, { params, body: { participant, offer, ...by(transport) } })
      if ('generation' in answer) onGeneration(answer.generation)
      return answer
    },
    watch: (of: string, offer: string, transport?: Transport) =>
      call(watch, { params, body: { participant, of: of as ParticipantId, offer, ...by(transport) } }),
    answerWatch: (id: string, answer: string) =>
      call(answerWatch, { params: { ...params, watch: id }, body: { participant, answer } }),
    still: (jpeg: string, takenAtMs: number) =>
      call(still, { params, body: { participant, jpeg, takenAt: momentOf(takenAtMs) } }),
    step: (now: Step) => call(step, { params, body: { participant, step: now } }),
  }
}

/** As a browser wants them: what is not there is left out. */
export const iceServersOf = (entry: Pick<Entry, 'iceServers'> | undefined) =>
  (entry?.iceServers ?? []).map(({ urls, username, credential }) => ({
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }))

/** A line of somebody else that this participant asks for. */
export type Wanted = {
  readonly participant: string
  readonly name: string
  readonly role: ParticipantRole
  readonly kinds: readonly TrackKind[]
  readonly generation: number
}

/**
 * Whose lines to ask for: all that are up and allowed by the law that the server holds too. A reporter's phone asks for
 * nothing of the desk until somebody there has switched 喊话 on (NY-15).
 */
export function wantedOf(video: VideoCall, me: string): readonly Wanted[] {
  const role = video.participants.find(({ id }) => id === me)?.role
  if (!role || isOver(video.state)) return []
  return video.participants.flatMap(({ id, name, role: of, leftAt, feed }) => {
    if (id === me || leftAt !== undefined || !feed) return []
    const kinds = mayReceive(role, of, video).filter((kind) => feed.kinds.includes(kind))
    return kinds.length ? [{ participant: id, name, role: of, kinds, generation: feed.generation }] : []
  })
}
