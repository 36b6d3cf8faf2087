import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Call } from '@open110/kit/client/call'
import type { MediaEngine } from '@open110/media/port'
import { openPeer, type Peer } from '@open110/media/peer'
import { openEmbeddedEngine } from '@open110/media/server'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { inCall } from '@open110/town/town.video'
import * as video from './video.api.ts'
import type { ParticipantId } from './video.ts'

/** The whole house on the engine that it is shipped with; only the browsers are played. */
let town: Town
let 赵敏: StaffHere
let enginePid = 0
const peers: Peer[] = []
beforeAll(async () => {
  town = await openTown({
    realClock: true,
    engine: () =>
      openEmbeddedEngine({
        onFault: () => {},
        onProcess: (id) => void (enginePid = id),
        bindAddress: '127.0.0.1',
      }),
  })
  赵敏 = await town.staff('zhaomin@lishui')
  await 赵敏.sits(1)
})
afterAll(async () => {
  for (const peer of peers) peer.close()
  await town.close()
})

/** A browser whose page asks the server for everything. */
async function browser(call: Call, seed: number): Promise<Peer> {
  let state = seed
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  const asks = {
    publish: async ({ room, peer, offer }: Parameters<MediaEngine['publish']>[0]) =>
      granted(
        await call(video.publish, {
          params: { video: room },
          body: { participant: peer as ParticipantId, offer },
        }),
      ),
    watch: async ({ room, peer, of, offer }: Parameters<MediaEngine['watch']>[0]) =>
      granted(
        await call(video.watch, {
          params: { video: room },
          body: { participant: peer as ParticipantId, of: of as ParticipantId, offer },
        }),
      ),
  }
  const peer = await openPeer({ engine: asks as unknown as MediaEngine, random })
  peers.push(peer)
  return peer
}
const feeds = async (id: string) =>
  (
    await town.db.pool.query<{ state: string; generation: number }>(
      `select data->>'state' as state, (data->>'generation')::int as generation from event
        where type = 'video.feed' and data->>'video' = $1 order by cursor`,
      [id],
    )
  ).rows.map(({ state, generation }) => `${state} ${generation}`)

test('[VC1] [VC11] [VC13] on the real engine: watched, spoken to, killed in the middle, come back, ended and sealed', async () => {
  const 林秋 = await town.citizen('林秋')
  const report = await 林秋.sends({ mode: 'text', callSafe: true })
  await 赵敏.receives(report)
  const { video: call, me } = granted(await 林秋.call(video.start, { params: { report }, body: {} }))
  const id = call.id
  const seat = await inCall(赵敏.call, id).joins()
  const [phone, desk] = [await browser(林秋.call, 1), await browser(赵敏.call, 2)]
  expect(await phone.publish({ room: id, peer: me.id })).toBe(1)
  // The line is told as soon as it is offered: whoever watches connects meanwhile.
  expect(await feeds(id)).toEqual(['up 1'])
  await desk.watch({ room: id, peer: seat, of: me.id, kinds: ['audio', 'video'] })
  await phone.sends(40, 10)
  await Promise.all([desk.hears('video', 60), desk.hears('audio', 40)])

  granted(await inCall(赵敏.call, id).talks(true))
  const [mouth, ear] = [await browser(赵敏.call, 3), await browser(林秋.call, 4)]
  await mouth.publish({ room: id, peer: seat, kinds: ['audio'] })
  await ear.watch({ room: id, peer: me.id, of: seat, kinds: ['audio', 'video'] })
  await mouth.sends(20, 10)
  await ear.hears('audio', 20)
  granted(await inCall(赵敏.call, id).talks(false))
  await town.settle()
  const heard = ear.received('audio').length
  await mouth.sends(10, 10)
  expect(ear.received('audio').length).toBe(heard)

  process.kill(enginePid, 'SIGKILL')
  await expect.poll(() => feeds(id), { timeout: 15_000 }).toContain('down 1')
  const again = await browser(林秋.call, 5)
  await expect
    .poll(() => again.publish({ room: id, peer: me.id }).catch(() => undefined), { timeout: 15_000 })
    .toBe(2)
  const back = await browser(赵敏.call, 6)
  await back.watch({ room: id, peer: seat, of: me.id, kinds: ['audio', 'video'] })
  await again.sends(40, 10)
  await back.hears('video', 60)

  granted(await inCall(林秋.call, id).moves('end'))
  await town.settle()
  const recording = granted(await 赵敏.call(video.recording, { params: { video: id } }))
  expect(recording.state).toBe('sealed')
  const own = recording.objects.filter(({ participant }) => participant === me.id)
  expect(own).toHaveLength(1)
  // Both lines are in the one object, and it lasts as long as the call.
  expect(Math.abs(own[0]!.durationMs - recording.durationMs)).toBeLessThan(3_000)
  expect(recording.objects.filter(({ participant }) => participant === seat)).toMatchObject([
    { mime: 'audio/webm' },
  ])
}, 60_000)
