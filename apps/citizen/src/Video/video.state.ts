import type { CameraTrouble, LinePhase, Step } from '@open110/media/client'
import type { WordKey } from '@open110/core/words/citizen'
import type { VideoCall, Hint, ParticipantRole, TrackKind } from '@open110/modules/video'
import { isDesk } from '@open110/modules/video/routing'

/** What goes out of this phone. */
export type FilmSight = {
  readonly step: Step
  /** Single pictures because the desk wants them, and not for want of a line. */
  readonly isStillsAsked: boolean
  readonly line: LinePhase
  readonly trouble?: CameraTrouble
  readonly hasPicture: boolean
  readonly hasSound: boolean
  /** Sound is kept from going out. */
  readonly isMuted: boolean
  readonly facing: 'front' | 'back'
  readonly hasTorch: boolean
  readonly isTorchOn: boolean
  readonly preview?: MediaStream
}

/** The call as this phone knows it, and what comes in. */
export type CallSight = {
  /** `asking` the server to be let in; `barred`: it has said no; `over`: ended by whoever; `elsewhere`: taken up by another page. */
  readonly phase: 'asking' | 'in' | 'barred' | 'over' | 'elsewhere'
  readonly refused?: string
  readonly video?: VideoCall
  readonly me?: string
  readonly hint?: Hint
  readonly heard: readonly Heard[]
}

/** 视频通话 as the page shows it. */
export type Sight = CallSight & FilmSight

/** Somebody whose line comes to this phone. */
export type Heard = {
  readonly participant: string
  readonly name: string
  readonly role: ParticipantRole
  readonly kinds: readonly TrackKind[]
  readonly stream: MediaStream
}

/** The one sentence on top: what is true of the film now, and what it means for whoever holds the phone. */
export function stateWords(sight: Sight, isQuiet: boolean): WordKey {
  const { phase, step, line, trouble, video } = sight
  if (phase === 'asking') return isQuiet ? 'film.asking-quiet' : 'film.asking'
  if (phase === 'barred') return isQuiet ? 'film.barred-quiet' : 'film.barred'
  if (phase === 'elsewhere') return 'film.elsewhere'
  if (phase === 'over') return isQuiet ? 'film.over-quiet' : 'film.over'
  if (trouble && !sight.hasPicture) return isQuiet ? 'film.no-picture-quiet' : 'film.no-picture'
  if (step === 'text') return 'film.step.text'
  if (step === 'voice') return 'film.step.voice'
  if (step === 'stills' && sight.isStillsAsked && line === 'up')
    return isQuiet ? 'film.step.asked-quiet' : 'film.step.asked'
  if (step === 'stills') return 'film.step.stills'
  if (line !== 'up') return 'film.connecting'
  if (step === 'reduced') return 'film.step.reduced'
  if (isQuiet) return 'film.sent-quiet'
  const isSeen = video?.participants.some(({ role, leftAt }) => isDesk(role) && leftAt === undefined) === true
  return isSeen ? 'film.seen' : 'film.sent'
}

export const troubleWords = (trouble: CameraTrouble): WordKey => `film.trouble.${trouble}`

/** What a hint lets the person do by one tap; the others are only words. */
export function hintAct(
  hint: Hint,
  sight: Pick<Sight, 'facing' | 'hasTorch' | 'isTorchOn'>,
): 'turn' | 'torch' | undefined {
  if (hint === 'front' || hint === 'back') return sight.facing === hint ? undefined : 'turn'
  if (hint === 'torch-on' || hint === 'torch-off')
    return sight.hasTorch && sight.isTorchOn !== (hint === 'torch-on') ? 'torch' : undefined
  return undefined
}

/** What of an event concerns the call that this phone is in. */
export type VideoNews =
  | { readonly t: 'hint'; readonly hint: Hint }
  | { readonly t: 'line-lost' }
  /** The same participant sends from another page. */
  | { readonly t: 'taken' }
  | { readonly t: 'changed' }

export function newsOf(
  frame: { readonly type: string; readonly data: unknown },
  video: string,
  mine: {
    readonly participant: string
    /** Of the line that this page opened last. */
    readonly generation: number | undefined
    /** Whether that one carries, and none is being opened. */
    readonly isUp: boolean
  },
): VideoNews | undefined {
  const data = frame.data as {
    video?: unknown
    hint?: Hint
    participant?: unknown
    generation?: number
    state?: unknown
  }
  if (data.video !== video || !frame.type.startsWith('video.')) return undefined
  if (frame.type === 'video.hint' && data.hint) return { t: 'hint', hint: data.hint }
  if (frame.type !== 'video.feed' || data.participant !== mine.participant) return { t: 'changed' }
  const own = mine.generation ?? Infinity
  const told = data.generation ?? 0
  if (data.state === 'up') return told > own && mine.isUp ? { t: 'taken' } : undefined
  return told === own ? { t: 'line-lost' } : { t: 'changed' }
}
