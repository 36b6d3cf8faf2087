/** 联络方式 — how a reporter may be reached. `covert`: a sound, a light or a word on the screen could betray them. */
export type Contact = 'open' | 'covert'

/** 联络途径 — by which way something would go out to a reporter. */
export const ways = ['call', 'sms', 'sound', 'progress', 'survey', 'quiet-message'] as const
export type Way = (typeof ways)[number]

/** What a covert reporter can be reached by: words that lie in the app until they look, and say nothing of why. */
const covertWays: readonly Way[] = ['quiet-message']

/** Who sent in silence, or said that a call is not safe, is covert, whatever they do later (product promise 3). */
export function contactOf(report: { readonly callSafe: boolean; readonly mode: string }): Contact {
  return report.callSafe && report.mode !== 'silent' ? 'open' : 'covert'
}

/** Whether this may go out to them. Every outgoing path asks it before anything else. */
export function mayReach(contact: Contact, way: Way): boolean {
  return contact === 'open' || covertWays.includes(way)
}
