import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { granted, openTown, refusedBy, type StaffHere, type Town } from '@open110/town'
import { inCall } from '@open110/town/town.video'
import { health as healthOf } from '@open110/kit/health'
import * as evidence from '@open110/modules/evidence/api'
import * as video from './video.api.ts'

let town: Town
let 赵敏: StaffHere
let picture: Buffer
beforeAll(async () => {
  town = await openTown()
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
  picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#246' } })
    .withExif({ IFD0: { Artist: '林秋' }, IFD3: { GPSLatitudeRef: 'N' } })
    .jpeg()
    .toBuffer()
})
afterAll(() => town.close())

async function started() {
  const who = await town.citizen('林秋')
  const report = await who.sends({ mode: 'text', callSafe: true })
  await 赵敏.receives(report)
  const { video: call, me } = granted(await who.call(video.start, { params: { report }, body: {} }))
  await inCall(who.call, call.id).sends(me.id)
  town.media.comesUp(call.id, me.id)
  await town.settle()
  return { who, report, id: call.id, me: me.id }
}
const told = async (id: string, type: string) => {
  const { rows } = await town.db.pool.query<{ data: Record<string, unknown>; hearers: string[] }>(
    `select data, hearers from event where type = $1 and data->>'video' = $2 order by cursor`,
    [type, id],
  )
  return rows
}

test('[VC10] a single picture is sealed as it came, shown bare, and to nobody outside', async () => {
  const { who, report, id, me } = await started()
  const params = { video: id }
  const takenAt = town.clock.now()
  const sends = (jpeg: Buffer) =>
    who.call(video.still, { params, body: { participant: me, jpeg: jpeg.toString('base64'), takenAt } })
  granted(await who.call(video.step, { params, body: { participant: me, step: 'stills' } }))
  for (const no of [
    Buffer.from('<svg onload=alert(1)>'),
    picture.subarray(0, 200),
    Buffer.concat([picture, Buffer.from('<script>')]),
  ])
    expect(refusedBy(await sends(no))).toBe('video.still-invalid')
  const { still } = granted(await sends(picture))
  const { still: newest, participants } = await inCall(赵敏.call, id).sees()
  expect([newest?.id, participants[0]?.step]).toEqual([still, 'stills'])
  expect((await inCall(who.call, id).sees()).still).toBeUndefined()
  const [event] = await told(id, 'video.still')
  expect(event?.hearers).toEqual(['org:lishui'])

  const opens = (token: string) =>
    town.house.app.inject({
      url: `/api/v1/videos/${id}/stills/${still}`,
      headers: { authorization: `Bearer ${token}` },
    })
  const shown = await opens(赵敏.token)
  expect(shown.headers['content-type']).toBe('image/jpeg')
  expect((await sharp(shown.rawPayload).metadata()).exif).toBeUndefined()
  expect(await sharp(shown.rawPayload).raw().toBuffer()).toEqual(await sharp(picture).raw().toBuffer())
  expect((await opens(who.token)).statusCode).toBe(404)
  // It is part of the call and not a heap of attachments in the report.
  expect(granted(await 赵敏.call(evidence.list, { params: { report } }))).toEqual([])
})

test('[VC11] the engine dies in the middle: lines are told as down, the call goes on, and the loss has a name', async () => {
  const { who, id, me } = await started()
  const phone = inCall(who.call, id)
  const seat = await inCall(赵敏.call, id).joins()
  await inCall(赵敏.call, id).watches(seat, me)
  const degraded = async () => granted(await town.caller()(healthOf))
  town.media.crashes()
  await town.settle()
  expect((await told(id, 'video.feed')).at(-1)?.data).toMatchObject({ participant: me, state: 'down' })
  expect((await phone.sees()).state).toBe('live')
  expect(refusedBy(await phone.asksToSend(me, ['video']))).toBe('video.engine-away')
  expect(refusedBy(await inCall(赵敏.call, id).asksToWatch(seat, me))).toBe('video.feed-away')
  const takenAt = town.clock.now()
  const body = { participant: me, jpeg: picture.toString('base64'), takenAt }
  granted(await who.call(video.still, { params: { video: id }, body }))
  await town.house.health.sweep.run(0)
  await town.house.health.sweep.run(0)
  expect((await degraded()).degraded.map(({ name }) => name)).toContain('video.engine-away')

  town.media.recovers()
  const { generation } = await phone.sends(me)
  expect(generation).toBe(2)
  town.media.comesUp(id, me)
  await town.settle()
  await inCall(赵敏.call, id).watches(seat, me)
  expect((await told(id, 'video.feed')).at(-1)?.data).toMatchObject({ generation: 2, state: 'up' })
  // What was kept before lies in a folder of its own.
  const { rows } = await town.db.pool.query<{ kind: string }>(
    `select kind from video_index where video = $1 order by id`,
    [id],
  )
  expect(rows.map(({ kind }) => kind)).toEqual(['join', 'feed', 'join', 'feed-lost', 'still', 'feed'])
})

test('[VC1] a mini-program pushes where a page cannot film: the same session, the same participant, the next line', async () => {
  const { who, id, me } = await started()
  const { url } = granted(await who.call(video.push, { params: { video: id }, body: { participant: me } }))
  expect(url).toMatch(/^rtmp:/)
  town.media.pushes(id, me)
  await town.settle()
  expect((await told(id, 'video.feed')).at(-1)?.data).toMatchObject({ generation: 2, state: 'up' })
  town.media.tells('line.down', id, me)
  await town.settle()
  expect((await told(id, 'video.feed')).at(-1)?.data).toMatchObject({ generation: 2, state: 'down' })
  const seat = await inCall(赵敏.call, id).joins()
  expect(refusedBy(await 赵敏.call(video.push, { params: { video: id }, body: { participant: seat } }))).toBe(
    'video.not-found',
  )
})

test('[VC11] an engine that is full, and an offer that is none, are refused by name', async () => {
  const who = await town.citizen('林秋')
  const report = await who.sends({ mode: 'text', callSafe: true })
  const { video: call, me } = granted(await who.call(video.start, { params: { report }, body: {} }))
  const offers = (offer: string) =>
    who.call(video.publish, { params: { video: call.id }, body: { participant: me.id, offer } })
  expect(refusedBy(await offers('{"type":"offer"}'))).toBe('video.offer-invalid')
  town.media.fills(true)
  expect(refusedBy(await inCall(who.call, call.id).asksToSend(me.id, ['video']))).toBe('video.engine-away')
  town.media.fills(false)
  expect(refusedBy(await offers('v=0\r\nm=video 9 unusable\r\n'))).toBe('video.offer-invalid')
  await inCall(who.call, call.id).sends(me.id)
})

test('[VC11] without video everything else goes on, and video says so', async () => {
  const bare = await openTown({ engine: () => undefined })
  const who = await bare.citizen('林秋')
  const report = await who.sends({ mode: 'text', callSafe: true })
  expect(refusedBy(await who.call(video.start, { params: { report }, body: {} }))).toBe('video.engine-away')
  expect(granted(await who.call(video.rules, { params: { report } })).mode).toBe('off')
  await bare.close()
})
