import { openMoves } from '@open110/kit/moves'
import { mayReceive } from './video.routing.ts'
import { present, type Party } from './video.server.ts'
import type { StoredParticipant } from './video.store.ts'
import { isHidden, videoMoves, type Participant, type VideoCall } from './video.ts'

/** The desk reads the name, everybody else what they may be told of them. */
export function participantFor(one: StoredParticipant, isAtDesk: boolean): Participant {
  const { id, role, joinedAt, leftAt, generation, feed, kinds, step } = one
  return {
    id,
    role,
    name: isAtDesk ? one.name : one.shownName,
    joinedAt,
    leftAt,
    ...(feed && { feed: { generation, kinds } }),
    step,
  }
}

/**
 * 所见 — the call as this side may know it. Outside the desk nobody reads of a supervisor, of what was a moment ago, or why
 * the desk has ended it; a covert phone reads of nobody whom it may not hear.
 */
export function callFor({ call, people, report, isCovert, side }: Party): VideoCall {
  const isAtDesk = side === 'desk'
  const isFar = side === 'reporter' || side === 'guest'
  const rules = { isTalking: call.isTalking, isCovert }
  const shown = isAtDesk ? people : present(people).filter(({ role }) => !isHidden(role))
  const isOwn = ({ role }: StoredParticipant) => role === 'reporter'
  const known =
    side === 'reporter' && isCovert
      ? shown.filter((one) => isOwn(one) || mayReceive('reporter', one.role, rules).length > 0)
      : shown
  const { id, state, openedBy, isTalking, openedAt, startedAt, endedAt } = call
  return {
    id,
    report: call.report,
    incident: isFar ? undefined : report.incident,
    state,
    openedBy,
    by: call.invitedBy,
    isCovert,
    isTalking,
    openedAt,
    inviteUntil: isAtDesk && state === 'invited' ? call.until : undefined,
    lostAt: isAtDesk && state === 'lost' ? call.lostAt : undefined,
    startedAt,
    endedAt,
    endedWhy: isAtDesk ? call.endedWhy : undefined,
    participants: known.map((one) => participantFor(one, isAtDesk)),
    still: !isFar && call.still && call.stillAt ? { id: call.still, at: call.stillAt } : undefined,
    openMoves: openMoves(videoMoves, state, isAtDesk ? ['desk'] : side === 'reporter' ? ['reporter'] : []),
  }
}
