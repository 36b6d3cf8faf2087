import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Call } from '@open110/kit/client/call'
import { freePort, janusHome, startJanus, type JanusProgram } from '@open110/media/janus'
import type { MediaEngine } from '@open110/media/port'
import { openPeer, type Peer } from '@open110/media/peer'
import { openEmbeddedEngine, openJanusEngine } from '@open110/media/server'
import { granted, openTown, type StaffHere, type Town } from '@open110/town'
import { inCall } from '@open110/town/town.video'
import * as video from './video.api.ts'
import type { ParticipantId } from './video.ts'

type Real = {
  readonly engine: () => MediaEngine
  readonly kill: () => Promise<void>
  readonly close: () => Promise<void>
}

async function embedded(): Promise<Real> {
  let pid = 0
  return {
    engine: () =>
      openEmbeddedEngine({ onFault: () => {}, onProcess: (id) => void (pid = id), bindAddress: '127.0.0.1' }),
    kill: async () => void process.kill(pid, 'SIGKILL'),
    close: async () => {},
  }
}

async function janus(): Promise<Real> {
  const folder = mkdtempSync(join(tmpdir(), 'open110-janus-'))
  const [port, secret] = [await freePort(), 'secret of this story']
  const start = () => startJanus({ folder, port, secret, ports: { from: 25_000, to: 29_999 } })
  let program: JanusProgram = await start()
  return {
    engine: () => openJanusEngine({ url: program.url, secret, onFault: () => {} }),
    async kill() {
      process.kill(program.pid, 'SIGKILL')
      await program.ended
      program = await start()
    },
    async close() {
      await program.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The whole house on an engine that carries real packets; only the browsers are played. */
describe.each([
  { name: 'the engine that it brings along', open: embedded, isHere: true, isToldAtOnce: true },
  { name: 'Janus', open: janus, isHere: Boolean(janusHome()), isToldAtOnce: false },
])('$name', ({ open, isHere, isToldAtOnce }) => {
  let town: Town
  let 赵敏: StaffHere
  let real: Real
  const peers: Peer[] = []
  beforeAll(async () => {
    if (!isHere) return
    real = await open()
    town = await openTown({ realClock: true, engine: () => real.engine() })
    赵敏 = await town.staff('zhaomin@lishui')
    await 赵敏.sits(1)
  })
  afterAll(async () => {
    for (const peer of peers) peer.close()
    await town?.close()
    await real?.close()
  })

  /** A browser whose page asks the server for everything. */
  async function browser(call: Call, seed: number): Promise<Peer> {
    let state = seed
    let me: ParticipantId | undefined
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
    const asks = {
      publish: async ({ room, peer, offer }: Parameters<MediaEngine['publish']>[0]) =>
        granted(
          await call(video.publish, {
            params: { video: room },
            body: { participant: peer as ParticipantId, offer },
          }),
        ),
      watch: async ({ room, peer, of, offer }: Parameters<MediaEngine['watch']>[0]) => {
        me = peer as ParticipantId
        return granted(
          await call(video.watch, {
            params: { video: room },
            body: { participant: me, of: of as ParticipantId, offer },
          }),
        )
      },
      answered: async ({ room, watch, answer }: Parameters<MediaEngine['answered']>[0]) =>
        granted(
          await call(video.answerWatch, {
            params: { video: room, watch },
            body: { participant: me!, answer },
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

  test.skipIf(!isHere)(
    '[VC1] [VC11] [VC13] watched, spoken to, killed in the middle, come back, ended and sealed',
    async () => {
      const 林秋 = await town.citizen('林秋')
      const report = await 林秋.sends({ mode: 'text', callSafe: true })
      await 赵敏.receives(report)
      const { video: call, me } = granted(await 林秋.call(video.start, { params: { report }, body: {} }))
      const id = call.id
      const seat = await inCall(赵敏.call, id).joins()
      const [phone, desk] = [await browser(林秋.call, 1), await browser(赵敏.call, 2)]
      expect(await phone.publish({ room: id, peer: me.id })).toBe(1)
      // Our own tells the line as soon as it is offered, and whoever watches connects meanwhile; Janus from its first packet on.
      if (!isToldAtOnce) await phone.sends(5, 10)
      else expect(await feeds(id)).toEqual(['up 1'])
      await expect.poll(() => feeds(id), { timeout: 5_000 }).toEqual(['up 1'])
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

      await real.kill()
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
    },
    60_000,
  )
})
