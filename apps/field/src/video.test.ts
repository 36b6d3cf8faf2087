import { expect, test } from 'vitest'
import type { VideoCall } from '@open110/modules/video'
import { filmedBy, isOfVideo, liveOf, shownOf } from './video.state.ts'

const at = '2026-11-21T19:11:00.000Z'
const reporter = (more: object = {}) => ({
  id: 'vp_r',
  role: 'reporter',
  name: '报警人',
  joinedAt: at,
  step: 'video',
  feed: { generation: 1, kinds: ['audio', 'video'] },
  ...more,
})
const call = (more: object = {}, who: object = reporter()) =>
  ({ id: 'vc_1', state: 'live', startedAt: at, participants: [who], ...more }) as unknown as VideoCall

test('[FD30] only a call that goes on is said to go on: not one that nobody has answered, not one that is over', () => {
  expect(liveOf([call({ state: 'invited', startedAt: undefined }), call({ state: 'ended' })])).toBeUndefined()
  expect(liveOf([call({ state: 'ended' }), call({ id: 'vc_2', state: 'lost' })])?.id).toBe('vc_2')
})

test('[FD30] what comes is said as it is: film, single pictures, or nothing now', () => {
  expect(shownOf(call())).toBe('film')
  expect(shownOf(call({}, reporter({ step: 'reduced' })))).toBe('film')
  expect(shownOf(call({ still: { id: 's', at } }, reporter({ step: 'stills' })))).toBe('stills')
  expect(shownOf(call({}, reporter({ step: 'stills' })))).toBe('lost')
  expect(shownOf(call({}, reporter({ feed: undefined })))).toBe('lost')
})

test('[FD30] the line that is watched is that of the reporter who is there, on whichever phone', () => {
  const both = call({}, reporter({ leftAt: at }))
  both.participants.push(reporter({ id: 'vp_other' }) as never)
  expect(filmedBy(both)?.id).toBe('vp_other')
  expect(isOfVideo({ type: 'video.feed' })).toBe(true)
  expect(isOfVideo({ type: 'slip.moved' })).toBe(false)
})
