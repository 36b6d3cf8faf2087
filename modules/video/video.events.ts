import * as z from 'zod/mini'
import { event } from '@open110/kit/event'
import { VideoState, Hint, ParticipantRole, Step, TrackKind } from './video.ts'

/**
 * Where the reporter and the guests hear of a call: by its own topic. `desk` is told of everything; what nobody outside
 * may know (视频督察) goes to the desk alone.
 */
const Where = {
  video: z.string(),
  report: z.string(),
  desk: z.string(),
  /** The citizens who are in the call, the reporter among them: theirs and the desk's ears hear it. */
  citizens: z.array(z.string()),
  /** The units that are sent to the incident, whether they are in the call or not. */
  units: z.array(z.string()),
}
type Where = { video: string; report: string; desk: string; citizens: string[]; units: string[] }
const unitsOf = (b: Where) => b.units.map((unit) => `unit:${unit}`)
const topics = (b: Where) => [`video:${b.video}`, `report:${b.report}`, `desk:${b.desk}`, ...unitsOf(b)]
const hearers = (b: Where) => [
  `org:${b.desk}`,
  ...unitsOf(b),
  ...b.citizens.map((citizen) => `citizen:${citizen}`),
]

export const videoMoved = event({
  name: 'video.moved',
  version: 1,
  means: 'A video call was opened, accepted, lost, found again or ended.',
  body: z.object({ ...Where, state: VideoState, isTalking: z.boolean() }),
  topics,
  hearers,
})

export const participantMoved = event({
  name: 'video.participant',
  version: 1,
  means:
    'Somebody came into a call, left it, or has another step of the ladder. One who is hidden is told to the desk alone.',
  body: z.object({
    ...Where,
    participant: z.string(),
    role: ParticipantRole,
    isIn: z.boolean(),
    step: Step,
  }),
  topics: (b) => (b.role === 'supervisor' ? [`desk:${b.desk}`] : topics(b)),
  hearers: (b) => (b.role === 'supervisor' ? [`org:${b.desk}`] : hearers(b)),
})

export const feedMoved = event({
  name: 'video.feed',
  version: 1,
  means: "A participant's line is up, lost, or down; a new generation is watched anew.",
  body: z.object({
    ...Where,
    participant: z.string(),
    generation: z.int(),
    state: z.enum(['up', 'lost', 'down']),
    kinds: z.array(TrackKind),
  }),
  topics,
  hearers,
})

export const hintGiven = event({
  name: 'video.hint',
  version: 1,
  means: 'The desk asks something of the phone that films.',
  body: z.object({ ...Where, hint: Hint }),
  topics,
  hearers,
})

export const stillTaken = event({
  name: 'video.still',
  version: 1,
  means: 'A single picture has come in place of the film.',
  body: z.object({ ...Where, still: z.string(), participant: z.string() }),
  topics: (b) => [`video:${b.video}`, `desk:${b.desk}`, ...unitsOf(b)],
  hearers: (b) => [`org:${b.desk}`, ...unitsOf(b)],
})

export const recordingSealed = event({
  name: 'video.sealed',
  version: 1,
  means: 'The recording of a call is sealed and may be played.',
  body: z.object({ video: z.string(), report: z.string(), desk: z.string() }),
  topics: (b) => [`desk:${b.desk}`, `report:${b.report}`],
  hearers: (b) => [`org:${b.desk}`],
})
