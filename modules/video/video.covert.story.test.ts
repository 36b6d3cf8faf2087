import { afterAll, beforeAll, expect, test } from 'vitest'
import * as contact from '@open110/modules/contact/api'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import { inCall } from '@open110/town/town.video'
import * as video from './video.api.ts'

let town: Town
let 赵敏: StaffHere
let 汪韬: StaffHere
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  汪韬 = await town.staff('wangtao@lishui')
  await 赵敏.sits(1)
  await 汪韬.sits(2)
})
afterAll(() => town.close())

const tellsSound = async (report: string) => {
  const { id } = granted(
    await 赵敏.call(contact.override, {
      params: { report },
      body: { way: 'video-sound', reason: '现场需要指挥心肺复苏' },
    }),
  )
  granted(await 汪韬.call(contact.confirm, { params: { override: id } }))
  return id
}

test('[VC5] who is silent is invited in the app alone, and 喊话 takes an override, a second word, and ends with it', async () => {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ mode: 'silent', tag: 'burglary' })
  await 赵敏.receives(report)
  const invites = (by: 'app' | 'link' | 'sms') =>
    赵敏.call(video.invite, { params: { report }, body: { by } })
  expect([refusedBy(await invites('sms')), refusedBy(await invites('link'))]).toEqual([
    'contact.forbidden',
    'contact.forbidden',
  ])
  const { video: call } = granted(await invites('app'))
  expect(call.isCovert).toBe(true)
  const id = call.id
  const phone = inCall(林秋.call, id)
  const desk = inCall(赵敏.call, id)
  const me = await phone.joins()
  // To look at the invitation is not to accept it; to film is.
  expect((await phone.sees()).state).toBe('invited')
  await phone.sends(me, ['video'])
  expect((await phone.sees()).state).toBe('live')
  const seat = await desk.joins()
  await desk.watches(seat, me)
  expect((await phone.sees()).participants.map(({ role }) => role)).toEqual(['reporter'])
  expect(refusedBy(await 赵敏.call(video.link, { params: { video: id }, body: { role: 'reporter' } }))).toBe(
    'contact.forbidden',
  )
  expect(refusedBy(await desk.talks(true, true))).toBe('contact.forbidden')
  const hints = (hint: 'torch-on' | 'steady') =>
    赵敏.call(video.hint, { params: { video: id }, body: { hint } })
  expect(refusedBy(await hints('torch-on'))).toBe('contact.forbidden')
  granted(await hints('steady'))

  await tellsSound(report)
  expect(refusedBy(await desk.talks(true))).toBe('video.talk-unconfirmed')
  granted(await desk.talks(true, true))
  expect(refusedBy(await desk.asksToSend(seat, ['audio', 'video']))).toBe('video.role-invalid')
  await desk.sends(seat, ['audio'])
  await phone.watches(me, seat)
  expect(town.media.flows(id)).toContain(`${seat}>${me} audio`)
  expect((await phone.sees()).participants.map(({ role }) => role)).toEqual(['reporter', 'call-taker'])

  await town.after(301)
  expect((await desk.sees()).isTalking).toBe(false)
  expect(town.media.flows(id)).toEqual([`${me}>${seat} audio+video`])
  expect(refusedBy(await phone.asksToWatch(me, seat))).toBe('video.talk-off')
})

test('[VC5] an override that is taken back in the middle of a sentence is silence at once', async () => {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ mode: 'silent', tag: 'followed' })
  await 赵敏.receives(report)
  const { video: call, me } = granted(await 林秋.call(video.start, { params: { report }, body: {} }))
  const phone = inCall(林秋.call, call.id)
  const desk = inCall(赵敏.call, call.id)
  await phone.sends(me.id)
  const seat = await desk.joins()
  const override = await tellsSound(report)
  granted(await desk.talks(true, true))
  await desk.sends(seat, ['audio'])
  await phone.watches(me.id, seat)
  expect(town.media.flows(call.id)).toHaveLength(1)
  granted(await 赵敏.call(contact.end, { params: { override } }))
  await town.settle()
  expect(town.media.flows(call.id)).toEqual([])
  expect((await desk.sees()).isTalking).toBe(false)
})

test('[VC5] somebody who becomes covert in the middle of a call is silent from then on', async () => {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ mode: 'text', callSafe: true })
  await 赵敏.receives(report)
  const { video: call, me } = granted(await 林秋.call(video.start, { params: { report }, body: {} }))
  const desk = inCall(赵敏.call, call.id)
  await inCall(林秋.call, call.id).sends(me.id)
  const seat = await desk.joins()
  granted(await desk.talks(true))
  await desk.sends(seat, ['audio'])
  await inCall(林秋.call, call.id).watches(me.id, seat)
  granted(await 赵敏.call(contact.set, { params: { report }, body: { mode: 'silent' } }))
  await town.settle()
  expect(await desk.sees()).toMatchObject({ isCovert: true, isTalking: false })
  expect(town.media.flows(call.id)).toEqual([])
})
