import {
  invitedBy,
  isOver,
  isHidden,
  type InvitedBy,
  type Participant,
  type Step,
  type VideoCall,
} from '@open110/modules/video'

/** 通话阶段 — what the pane shows of the newest call of a report. */
export type Stage = 'none' | 'invited' | 'connecting' | Step | 'lost' | 'ended' | 'declined' | 'expired'

/** The call that is open, else the newest that was. */
export const currentOf = (calls: readonly VideoCall[]): VideoCall | undefined =>
  calls.find(({ state }) => !isOver(state)) ?? calls.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))[0]

export const reporterOf = (video: VideoCall): Participant | undefined =>
  video.participants.find(({ role, leftAt }) => role === 'reporter' && leftAt === undefined)

/** `翻译 周译`: what they are, and who, where that says more. */
export const titleOf = (role: string, name: string): string =>
  name === '' || name.startsWith(role) ? name || role : `${role} ${name}`

/** Who is in it now, the reporter first. */
export const presentIn = (video: VideoCall): readonly Participant[] =>
  video.participants
    .filter(({ leftAt }) => leftAt === undefined)
    .toSorted((a, b) => Number(b.role === 'reporter') - Number(a.role === 'reporter'))

export function stageOf(video: VideoCall | undefined): Stage {
  if (!video) return 'none'
  if (video.state !== 'live') return video.state
  const reporter = reporterOf(video)
  if (!reporter) return 'connecting'
  const isMoving = reporter.step === 'video' || reporter.step === 'reduced'
  return isMoving && !reporter.feed ? 'connecting' : reporter.step
}

/** 自行发起 — filmed to an empty room: somebody of the desk must come. The longest wait first. */
export function arrivingIn(calls: readonly VideoCall[]): readonly VideoCall[] {
  const atDesk = ['call-taker', 'duty-officer']
  return calls
    .filter(
      ({ state, openedBy, participants }) =>
        (state === 'live' || state === 'lost') &&
        openedBy === 'reporter' &&
        !participants.some(({ role }) => atDesk.includes(role)),
    )
    .toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1))
}

/** 邀请途径 — each with the reason why it cannot be used, as far as this page can know; the server has the last word. */
export function invitesFor(report: {
  isCovert: boolean
  /** Whether the contact policy lets this go out now. */
  mayReach: (way: 'video-invite' | 'sms') => boolean
  hasNumber: boolean
  hasApp: boolean
}): readonly { readonly by: InvitedBy; readonly why?: 'covert' | 'policy' | 'no-number' | 'no-app' }[] {
  return invitedBy.map((by) => {
    if (by === 'app') return report.hasApp ? { by } : { by, why: 'no-app' as const }
    const isOpen = report.mayReach('video-invite') && (by === 'link' || report.mayReach('sms'))
    if (!isOpen) return { by, why: report.isCovert ? ('covert' as const) : ('policy' as const) }
    return by === 'sms' && !report.hasNumber ? { by, why: 'no-number' as const } : { by }
  })
}

/** 线路质量 — of what comes from one participant, in words that need no colour. */
export type Quality = 'good' | 'fair' | 'poor'
export type LineFigures = { readonly kbps: number; readonly lost?: number; readonly roundTripMs?: number }

export function qualityOf({ kbps, lost = 0, roundTripMs = 0 }: LineFigures): Quality {
  if (kbps < 60 || lost > 0.1 || roundTripMs > 800) return 'poor'
  return kbps < 250 || lost > 0.03 || roundTripMs > 300 ? 'fair' : 'good'
}

/** The reporter's picture may be asked for single ones and back; the button says what a press would bring. */
export const pictureHint = (step: Step): 'stills' | 'video' =>
  step === 'video' || step === 'reduced' ? 'stills' : 'video'

/** Whoever sees without being seen is shown apart, and only to those who may know (NY-41). */
export const canShowOut = (who: Participant, me: Participant | undefined): boolean =>
  who.id !== me?.id && who.role !== 'reporter' && !isHidden(who.role)

/** 经过 — what of a call stands in the history of its report; the rest is in the recording. */
export function stepsOf({ openedBy, by, openedAt, startedAt, endedAt, state }: VideoCall) {
  const began = openedBy === 'reporter' ? 'video.self' : (`video.invite-${by}` as const)
  const over = state === 'ended' && startedAt === undefined ? 'recalled' : state
  return [
    { at: openedAt, what: began },
    ...(startedAt && openedBy === 'desk' ? [{ at: startedAt, what: 'video.live' }] : []),
    ...(endedAt ? [{ at: endedAt, what: `video.${over}` }] : []),
  ]
}
