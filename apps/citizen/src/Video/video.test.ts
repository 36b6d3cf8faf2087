import { expect, test } from 'vitest'
import { wantedOf } from '@open110/core/video'
import { citizenWords } from '@open110/core/words/citizen'
import { hints, type VideoCall } from '@open110/modules/video'
import { hintAct, newsOf, stateWords, type Sight } from './video.state.ts'

const at = '2026-11-21T19:11:00.000Z'
const feed = { generation: 1, kinds: ['audio', 'video'] as const }
const someone = (id: string, role: string, more: object = {}) => ({
  id: `vp_${id}`,
  role,
  name: id,
  joinedAt: at,
  step: 'video',
  feed,
  ...more,
})
const call = (more: object = {}, ...others: object[]) =>
  ({
    id: 'vc_1',
    report: 'rp_1',
    state: 'live',
    isCovert: false,
    isTalking: false,
    participants: [someone('me', 'reporter'), ...others],
    ...more,
  }) as unknown as VideoCall
const wanted = (video: VideoCall, me = 'vp_me') =>
  wantedOf(video, me).map(({ participant, kinds }) => `${participant} ${kinds.join('+')}`)
const sight = (more: Partial<Sight> = {}): Sight => ({
  phase: 'in',
  step: 'video',
  isStillsAsked: false,
  line: 'up',
  hasPicture: true,
  hasSound: true,
  isMuted: false,
  facing: 'back',
  hasTorch: false,
  isTorchOn: false,
  heard: [],
  ...more,
})

test('[CI50] nothing of the desk is asked for before somebody there speaks on purpose, and on a covert phone never a face', () => {
  const desk = someone('desk', 'call-taker')
  expect(wanted(call({}, desk))).toEqual([])
  expect(wanted(call({ isTalking: true }, desk))).toEqual(['vp_desk audio+video'])
  expect(wanted(call({ isTalking: true, isCovert: true }, desk))).toEqual(['vp_desk audio'])
  expect(
    wanted(call({ isCovert: true }, desk, someone('i', 'interpreter'), someone('s', 'sign-relay'))),
  ).toEqual([])
})

test('[CI50] an interpreter is seen and heard by whoever needs one, and whoever left or sends nothing by nobody', () => {
  const there = call(
    {},
    someone('i', 'interpreter'),
    someone('u', 'unit'),
    someone('s', 'sign-relay', { leftAt: at }),
  )
  expect(wanted(there)).toEqual(['vp_i audio+video'])
  expect(wanted(call({}, someone('i', 'interpreter', { feed: undefined })))).toEqual([])
  expect(wanted(there, 'vp_i')).toEqual(['vp_me audio+video', 'vp_u audio'])
  expect(wanted(call({ state: 'ended' }, someone('i', 'interpreter')))).toEqual([])
})

test('[CI51] what the page says of the film is true: nobody has opened it until somebody has', () => {
  expect(stateWords(sight({ video: call() }), false)).toBe('film.sent')
  expect(stateWords(sight({ video: call({}, someone('d', 'call-taker')) }), false)).toBe('film.seen')
  const left = someone('d', 'call-taker', { leftAt: at })
  expect(stateWords(sight({ video: call({}, left) }), false)).toBe('film.sent')
  expect(stateWords(sight({ phase: 'asking' }), false)).toBe('film.asking')
  expect(stateWords(sight({ line: 'resting' }), false)).toBe('film.connecting')
})

test('[CI51] every step of the ladder has its own sentence, and a phone without a picture says that', () => {
  const said = (['reduced', 'stills', 'voice', 'text'] as const).map((step) =>
    stateWords(sight({ step }), false),
  )
  expect(new Set(said).size).toBe(4)
  expect(stateWords(sight({ hasPicture: false, trouble: 'denied', step: 'voice' }), false)).toBe(
    'film.no-picture',
  )
  expect(stateWords(sight({ step: 'stills', isStillsAsked: true }), false)).toBe('film.step.asked')
  expect(stateWords(sight({ step: 'stills', isStillsAsked: true, line: 'resting' }), false)).toBe(
    'film.step.stills',
  )
})

test('[CI52] on a quiet page no sentence names the police, an alarm or a call', () => {
  const quiet = Object.entries(citizenWords).filter(
    ([key]) => key.startsWith('film.') && key.endsWith('-quiet'),
  )
  expect(quiet.length).toBeGreaterThan(10)
  expect(quiet.filter(([, words]) => /警|110|公安|录像|证据/.test(words))).toEqual([])
  const shown = (['asking', 'in', 'barred', 'over', 'elsewhere'] as const).flatMap((phase) =>
    (['video', 'reduced', 'stills', 'voice', 'text'] as const).map((step) =>
      stateWords(sight({ phase, step }), true),
    ),
  )
  expect(shown.filter((key) => /接警|110/.test(citizenWords[key]))).toEqual([])
})

test('[CI53] a hint is words; one tap does what it asks where the phone can, and light is never lit by anybody else', () => {
  for (const hint of hints) expect(citizenWords).toHaveProperty([`film.hint.${hint}`])
  expect(hintAct('front', sight())).toBe('turn')
  expect(hintAct('back', sight())).toBeUndefined()
  expect(hintAct('torch-on', sight())).toBeUndefined()
  expect(hintAct('torch-on', sight({ hasTorch: true }))).toBe('torch')
  expect(hintAct('torch-off', sight({ hasTorch: true }))).toBeUndefined()
  expect(hintAct('steady', sight())).toBeUndefined()
})

test('[CI54] of the events only those of this call count, and the loss of this very line brings a new one', () => {
  const mine = { participant: 'vp_me', generation: 2, isUp: true }
  const frame = (type: string, data: object) =>
    newsOf({ type, data: { video: 'vc_1', ...data } }, 'vc_1', mine)
  expect(frame('video.moved', {})).toEqual({ t: 'changed' })
  expect(frame('video.moved', { video: 'vc_2' })).toBeUndefined()
  expect(frame('report.received', {})).toBeUndefined()
  expect(frame('video.hint', { hint: 'closer' })).toEqual({ t: 'hint', hint: 'closer' })
  const feedOf = (more: object) =>
    frame('video.feed', { participant: 'vp_me', generation: 2, state: 'lost', ...more })
  expect(feedOf({})).toEqual({ t: 'line-lost' })
  expect(feedOf({ state: 'up' })).toBeUndefined()
  // Another page of the same person has taken it up: two of them would take it from each other for ever.
  expect(feedOf({ generation: 3, state: 'up' })).toEqual({ t: 'taken' })
  // The end of the one before it: that is what a new line does to the old one.
  expect(feedOf({ generation: 1, state: 'down' })).toEqual({ t: 'changed' })
})
