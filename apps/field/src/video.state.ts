import type { Call } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import { isOver, type Participant, type VideoCall } from '@open110/modules/video'
import { ofIncident } from '@open110/modules/video/api'

/** The call of this incident that goes on now, if there is one. */
export function liveOf(videos: readonly VideoCall[]): VideoCall | undefined {
  return videos.find(
    ({ state, startedAt }) => !isOver(state) && state !== 'invited' && startedAt !== undefined,
  )
}

/** Whoever films: the reporter who is there, the one who came last first. */
export function filmedBy(video: VideoCall): Participant | undefined {
  return video.participants.findLast(({ role, leftAt }) => role === 'reporter' && leftAt === undefined)
}

/** What of the film comes to the officer: moving, singly, or not at now. */
export function shownOf(video: VideoCall): 'film' | 'stills' | 'lost' {
  const reporter = filmedBy(video)
  if (reporter?.feed && (reporter.step === 'video' || reporter.step === 'reduced')) return 'film'
  return reporter?.step === 'stills' && video.still ? 'stills' : 'lost'
}

/** Events name the call and not the incident: each of them asks once more which call goes on. */
export const isOfVideo = ({ type }: { readonly type: string }): boolean => type.startsWith('video.')

export async function videoOf(call: Call, incident: string): Promise<VideoCall | undefined> {
  const answer = await call(ofIncident, { params: { incident } })
  return isRefusal(answer) ? undefined : liveOf(answer)
}
