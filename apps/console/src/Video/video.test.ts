import { expect, test } from 'vitest'
import type { Participant, VideoCall } from '@open110/modules/video'
import { soundFor } from '../Notices/notices.state.ts'
import { feedIn, linesOf, replacedBy, steer } from './lines.state.ts'
import {
  arrivingIn,
  canShowOut,
  currentOf,
  invitesFor,
  pictureHint,
  presentIn,
  qualityOf,
  stageOf,
} from './video.state.ts'

const at = (seconds: number) => `2026-11-22T02:00:${String(seconds).padStart(2, '0')}.000Z`
const who = (id: string, role: Participant['role'], more: Partial<Participant> = {}): Participant => ({
  id: id as Participant['id'],
  role,
  name: role,
  joinedAt: at(0) as Participant['joinedAt'],
  step: 'video',
  ...more,
})
const film = (generation: number) => ({ feed: { generation, kinds: ['audio' as const, 'video' as const] } })
const call = (more: Partial<VideoCall> = {}): VideoCall => ({
  id: 'vc_1' as VideoCall['id'],
  report: 'rp_1',
  state: 'live',
  openedBy: 'reporter',
  by: 'app',
  isCovert: false,
  isTalking: false,
  openedAt: at(0) as VideoCall['openedAt'],
  participants: [who('林秋', 'reporter', film(1))],
  openMoves: [],
  ...more,
})

test('[CS60] the pane says how much of a call comes through, and that it is lost before it says that it is over', () => {
  const step = (one: Participant['step'], feed = film(1)) =>
    stageOf(call({ participants: [who('林秋', 'reporter', { step: one, ...feed })] }))
  expect(stageOf(undefined)).toBe('none')
  expect(stageOf(call({ state: 'invited', participants: [] }))).toBe('invited')
  expect(step('video', {} as never)).toBe('connecting')
  expect([step('video'), step('reduced'), step('voice')]).toEqual(['video', 'reduced', 'voice'])
  // Single pictures and words need no line at all.
  expect([step('stills', {} as never), step('text', {} as never)]).toEqual(['stills', 'text'])
  expect(stageOf(call({ state: 'lost' }))).toBe('lost')
  const older = call({ id: 'vc_0' as never, state: 'ended' })
  const newer = call({ id: 'vc_2' as never, state: 'ended', openedAt: at(9) as never })
  expect(currentOf([older, newer, call()])?.id).toBe('vc_1')
  expect(currentOf([older, newer])?.id).toBe('vc_2')
  expect([pictureHint('video'), pictureHint('stills')]).toEqual(['stills', 'video'])
})

test('[CS60] the quality of a line is a word and figures', () => {
  expect(qualityOf({ kbps: 900 })).toBe('good')
  expect(qualityOf({ kbps: 900, lost: 0.05 })).toBe('fair')
  expect(qualityOf({ kbps: 900, roundTripMs: 900 })).toBe('poor')
  expect(qualityOf({ kbps: 20 })).toBe('poor')
})

test('[CS61] whoever hides is asked in the app alone, and each closed way says why', () => {
  const why = (report: Partial<Parameters<typeof invitesFor>[0]>) =>
    Object.fromEntries(
      invitesFor({ isCovert: false, mayReach: () => true, hasNumber: true, hasApp: true, ...report }).flatMap(
        ({ by, why }) => (why ? [[by, why]] : []),
      ),
    )
  expect(why({})).toEqual({})
  expect(why({ isCovert: true, mayReach: () => false })).toEqual({ link: 'covert', sms: 'covert' })
  // Who rang and was missed is not written to, and may still be read a link.
  expect(why({ mayReach: (way) => way !== 'sms' })).toEqual({ sms: 'policy' })
  // An override of the policy opens the way again.
  expect(why({ isCovert: true })).toEqual({})
  expect(why({ hasNumber: false })).toEqual({ sms: 'no-number' })
  expect(why({ hasApp: false })).toEqual({ app: 'no-app' })
})

test('[CS62] who films to an empty room is shown until somebody of the desk is there, and sounds once; who hides sounds never', () => {
  const later = call({ id: 'vc_2' as never, openedAt: at(5) as never })
  const seen = call({ participants: [who('林秋', 'reporter'), who('赵敏', 'call-taker')] })
  const unseen = call({ participants: [who('林秋', 'reporter'), who('督察', 'supervisor')] })
  expect(arrivingIn([later, call()]).map(({ id }) => id)).toEqual(['vc_1', 'vc_2'])
  expect(arrivingIn([seen, call({ openedBy: 'desk' }), call({ state: 'ended' })])).toEqual([])
  expect(arrivingIn([unseen])).toHaveLength(1)

  const sound = (filming: readonly VideoCall[], last: Parameters<typeof soundFor>[0]) =>
    soundFor(last, { panics: [], backups: [], clocks: [], nowMs: 0, filming })
  const quiet = sound([], undefined)
  const heard = sound([call()], quiet.sounded)
  expect(heard.play).toBe('p2')
  expect(sound([call()], heard.sounded).play).toBeUndefined()
  expect(sound([call({ isCovert: true })], quiet.sounded).play).toBeUndefined()
})

test('[CS63] a line is watched from the event that tells of it; a late word of an older one changes nothing', () => {
  const me = who('赵敏', 'call-taker')
  const before = call({ participants: [who('林秋', 'reporter'), me] })
  expect(linesOf(before, me)).toEqual([])
  const moved = { participant: '林秋', generation: 2, state: 'up', kinds: ['audio', 'video'] } as const
  const up = feedIn(before, moved)
  expect(linesOf(up, me)).toEqual([{ of: '林秋', generation: 2, kinds: ['audio', 'video'] }])
  expect(linesOf(up, who('林秋', 'reporter'))).toEqual([])
  expect(feedIn(up, { ...moved, generation: 1, state: 'down' })).toEqual(up)
  expect(linesOf(feedIn(up, { ...moved, state: 'down' }), me)).toEqual([])
})

test('[CS63] a newer line of the same kinds goes on by the same connection, one of other kinds replaces it when it moves, and what is gone is let go', () => {
  const both = { of: '林秋', generation: 1, kinds: ['audio', 'video'] } as const
  const renewed = { ...both, generation: 2, kinds: ['video', 'audio'] } as const
  const sound = { of: '林秋', generation: 3, kinds: ['audio'] } as const
  const here = new Set(['林秋'])
  expect(steer([], [both], here)).toEqual({ open: [both], raised: [], drop: [] })
  expect(steer([both], [renewed], here)).toEqual({ open: [], raised: [renewed], drop: [] })
  expect(steer([both], [sound], here)).toEqual({ open: [sound], raised: [], drop: [] })
  expect(replacedBy([both, sound], sound)).toEqual([both])
  // Down, and yet not gone: the picture stands as it was last seen.
  expect(steer([both], [], here).drop).toEqual([])
  expect(steer([both], [], new Set()).drop).toEqual([both])
})

test('[CS70] the reporter is shown first and nobody shows them out; whoever sees unseen is not shown out either', () => {
  const [reporter, me, unseen, guest] = [
    who('林秋', 'reporter'),
    who('赵敏', 'call-taker'),
    who('王涛', 'supervisor'),
    who('翻译', 'interpreter'),
  ]
  const video = call({
    participants: [me, guest, reporter, unseen, who('旧', 'unit', { leftAt: at(3) as never })],
  })
  expect(presentIn(video).map(({ id }) => id)).toEqual(['林秋', '赵敏', '翻译', '王涛'])
  expect([reporter, me, unseen, guest].map((one) => canShowOut(one, me))).toEqual([false, false, false, true])
})
