import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { engineContract } from '../engine.contract.ts'
import { openPeer } from '../engine.peer.ts'
import { verifyJournals } from '../mux/index.ts'
import { janusFiles, janusHome } from './config.ts'
import { openJanusEngine } from './janus.ts'
import { openLine } from './line.ts'
import { freePort, startJanus, type JanusProgram } from './program.ts'

const secret = 'secret of this test'

describe.skipIf(!janusHome())('[ME41] Janus keeps the contract of the engines', () => {
  let folder: string
  let port: number
  let janus: JanusProgram
  const start = async () => startJanus({ folder, port, secret, ports: { from: 20_000, to: 24_999 } })

  const kill = async () => {
    process.kill(janus.pid, 'SIGKILL')
    await janus.ended
    janus = await start()
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'open110-janus-'))
    port = await freePort()
    janus = await start()
  })
  afterAll(async () => {
    await janus?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  engineContract({
    name: 'Janus',
    open: async () => openJanusEngine({ url: janus.url, secret, mostRooms: 6, onFault: () => {} }),
    kill,
    mostRooms: 6,
    forwardsAtOnce: true,
  })

  test('[ME41] what a killed Janus had recorded is ours, with its chain, before the call goes on', async () => {
    const engine = openJanusEngine({ url: janus.url, secret, onFault: () => {} })
    const events: string[] = []
    engine.on(({ t }) => events.push(t))
    const journal = join(folder, 'killed')
    await engine.open({ room: 'killed', journal, maxVideoKbps: 1_500 })
    let seed = 1
    const phone = await openPeer({
      engine,
      random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
    })
    await phone.publish({ room: 'killed', peer: 'phone' })
    await phone.sends(200) // Janus writes 4 KiB at a time
    await kill()
    await expect.poll(() => events, { timeout: 10_000 }).toContain('engine.up')
    const verdicts = await verifyJournals(journal)
    expect(verdicts.map(({ file }) => `${file.peer}.${file.generation} ${file.kind}`).toSorted()).toEqual([
      'phone.1 audio',
      'phone.1 video',
    ])
    for (const { chain } of verdicts) expect(chain).toMatchObject({ isEnded: true, uncoveredBytes: 0 })
    phone.close()
    await engine.end()
  })

  test('[ME43] who does not know the secret gets no session, and nothing but the one door is open', async () => {
    const deaf = { onTold: () => {}, onEnd: () => {} }
    await expect(openLine({ ...deaf, url: janus.url, secret: 'another' })).rejects.toMatchObject({
      code: 403,
    })
    const line = await openLine({ ...deaf, url: janus.url, secret })
    await expect(line.attach()).resolves.toBeGreaterThan(0)
    line.close()
    const files = janusFiles({ port, secret, ports: { from: 20_000, to: 24_999 } })
    expect(files['janus.transport.websockets.jcfg']).toMatch(/ws_ip = "127\.0\.0\.1"[^]*admin_ws = false/)
    for (const [what, wanted] of [
      ['plugins', 'videoroom'],
      ['transports', 'websockets'],
    ] as const)
      expect(files['janus.jcfg']).toMatch(new RegExp(`${what}: { disable = "(?!.*${wanted})`))
  })

  test('[ME44] an engine whose Janus is not there says so, and is there when it comes', async () => {
    const faults: unknown[] = []
    const nowhere = await freePort()
    const engine = openJanusEngine({
      url: `ws://127.0.0.1:${nowhere}`,
      secret,
      onFault: (fault) => faults.push(fault),
    })
    expect(await engine.health()).toMatchObject({ ok: false, rooms: 0 })
    await expect(engine.open({ room: 'r', journal: folder, maxVideoKbps: 500 })).rejects.toMatchObject({
      code: 'engine-away',
    })
    const late = await startJanus({
      folder: join(folder, 'late'),
      port: nowhere,
      secret,
      ports: { from: 25_000, to: 25_999 },
    })
    await expect.poll(async () => (await engine.health()).ok, { timeout: 10_000 }).toBe(true)
    expect(faults).toHaveLength(1)
    await engine.end()
    await late.stop()
  })
})
