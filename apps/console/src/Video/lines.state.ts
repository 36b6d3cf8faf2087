import type { Participant, TrackKind, VideoCall } from '@open110/modules/video'

/** 线路 — what one participant sends; each new connection of theirs is another generation of it. */
export type Line = { readonly of: string; readonly generation: number; readonly kinds: readonly TrackKind[] }

/** Everybody else's lines: whoever watches at the desk sees and hears all that is sent. */
export function linesOf(video: VideoCall, me: Pick<Participant, 'id'>): Line[] {
  return video.participants.flatMap(({ id, leftAt, feed }) =>
    id === me.id || leftAt !== undefined || !feed || feed.kinds.length === 0 ? [] : [{ of: id, ...feed }],
  )
}

/** One connection carries all generations of the same kinds. */
export const nameOf = ({ of, kinds }: Pick<Line, 'of' | 'kinds'>): string =>
  `${of} ${kinds.toSorted().join()}`

/** What has moved, told by the event itself, so that nothing is asked before it is watched. */
export type FeedMoved = {
  readonly participant: string
  readonly generation: number
  readonly state: 'up' | 'lost' | 'down'
  readonly kinds: readonly TrackKind[]
}

/** A late word of an older line changes nothing. */
export function feedIn(video: VideoCall, moved: FeedMoved): VideoCall {
  const participants = video.participants.map((one): Participant => {
    if (one.id !== moved.participant || (one.feed?.generation ?? 0) > moved.generation) return one
    if (moved.state === 'down') {
      const { feed: _, ...rest } = one
      return rest
    }
    return { ...one, feed: { generation: moved.generation, kinds: [...moved.kinds] } }
  })
  return { ...video, participants }
}

/**
 * 换线 — which lines are watched anew, which have come up again, and which are let go. A picture that stands is not torn
 * away: a line that is down stays as it was last seen until its participant is gone or something else of theirs moves.
 */
export function steer(
  held: readonly Line[],
  wanted: readonly Line[],
  present: ReadonlySet<string>,
): { open: Line[]; raised: Line[]; drop: Line[] } {
  const heldAs = new Map(held.map((line) => [nameOf(line), line]))
  return {
    open: wanted.filter((line) => !heldAs.has(nameOf(line))),
    raised: wanted.filter((line) => line.generation > (heldAs.get(nameOf(line))?.generation ?? Infinity)),
    drop: held.filter(({ of }) => !present.has(of)),
  }
}

/** The lines of the same participant that one which has begun to move stands for. */
export const replacedBy = <One extends Line>(held: readonly One[], moving: Line): One[] =>
  held.filter((one) => one.of === moving.of && nameOf(one) !== nameOf(moving))
