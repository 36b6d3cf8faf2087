import type { TrackKind, ParticipantRole } from './video.ts'

/** 传输规则 — who may receive what of whom. It holds at the server; what a page shows or plays is no part of it. */
export type Rules = {
  readonly isTalking: boolean
  readonly isCovert: boolean
}

const both: readonly TrackKind[] = ['audio', 'video']
const sound: readonly TrackKind[] = ['audio']
const nothing: readonly TrackKind[] = []

export const isDesk = (role: ParticipantRole): boolean => role === 'call-taker' || role === 'duty-officer'
const isForReporter = (role: ParticipantRole): boolean => role === 'interpreter' || role === 'sign-relay'

/** What `watcher` may receive of `of` now. */
export function mayReceive(
  watcher: ParticipantRole,
  of: ParticipantRole,
  { isTalking, isCovert }: Rules,
): readonly TrackKind[] {
  if (of === 'supervisor') return nothing
  if (watcher === 'supervisor' || isDesk(watcher)) return both
  if (watcher === 'reporter') {
    // One-way until somebody at the desk has switched it on purpose; a face of the desk is never on a covert phone.
    if (isDesk(of)) return isTalking ? (isCovert ? sound : both) : nothing
    return isForReporter(of) && !isCovert ? both : nothing
  }
  if (of === 'reporter') return both
  // A signing hand is seen by whoever works with it.
  return of === 'sign-relay' && isForReporter(watcher) ? both : sound
}

/** What somebody may send. `others` are the roles of who else is in the call. */
export function maySendKinds(
  role: ParticipantRole,
  others: readonly ParticipantRole[],
  { isTalking, isCovert }: Rules,
): readonly TrackKind[] {
  if (role === 'supervisor') return nothing
  if (!isDesk(role)) return both
  const isHeard = isTalking || others.some((other) => other === 'unit' || isForReporter(other))
  // A microphone that nobody would hear is not opened, and not recorded.
  if (!isHeard) return nothing
  return isCovert && !others.includes('sign-relay') ? sound : both
}

/** What an offer would send: its sections that are open towards the server. */
export function kindsOffered(offer: string): readonly TrackKind[] {
  const [, ...sections] = offer.split(/\r?\nm=/)
  const isOpen = (section: string) => !/\r?\na=(recvonly|inactive)\r?(\n|$)/.test(section)
  return both.filter((kind) => sections.some((section) => section.startsWith(`${kind} `) && isOpen(section)))
}

/** Whether it is a description of a session at all. */
export const isDescription = (text: string): boolean => /^v=0\r?\n/.test(text) && /\r?\nm=/.test(text)
