import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { engineContract } from '../engine.contract.ts'
import { openPeer } from '../engine.peer.ts'
import type { MediaEngine } from '../port.ts'
import { openEmbeddedEngine, type EmbeddedSettings } from './supervisor.ts'

const processes = new WeakMap<MediaEngine, () => number>()

function opened(settings: Partial<EmbeddedSettings>): MediaEngine {
  let process = 0
  const engine = openEmbeddedEngine({ onFault: () => {}, ...settings, onProcess: (id) => (process = id) })
  processes.set(engine, () => process)
  return engine
}

for (const transport of ['native', 'portable'] as const) {
  engineContract({
    name: `the embedded engine, ${transport} transport`,
    transport,
    mostRooms: 6,
    open: async () => opened({ transport, mostRooms: 6 }),
    kill: async (engine) => void process.kill(processes.get(engine)!(), 'SIGKILL'),
  })

  test.skipIf(process.platform !== 'linux')(
    `[ME31] thirty calls leave no file and no thread open in the engine's process, ${transport} transport`,
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'open110-handles-'))
      const engine = opened({ transport })
      await engine.health()
      const held = async () => {
        const of = `/proc/${processes.get(engine)!()}`
        return { files: (await readdir(`${of}/fd`)).length, threads: (await readdir(`${of}/task`)).length }
      }
      let before = await held()
      for (let n = 0; n < 30; n++) {
        if (n === 3) before = await held() // by then every library has started what it keeps
        const room = `room-${n}`
        await engine.open({ room, journal: folder, maxVideoKbps: 1500 })
        const peers = await Promise.all([1, 2].map(() => openPeer({ engine, random: Math.random })))
        await peers[0]!.publish({ room, peer: 'phone' })
        await peers[1]!.watch({ room, peer: 'desk', of: 'phone', kinds: ['audio', 'video'] })
        await engine.close({ room })
        for (const peer of peers) peer.close()
      }
      const { files, threads } = await held()
      expect(files).toBeLessThanOrEqual(before.files + 2)
      expect(threads).toBeLessThanOrEqual(before.threads + 2)
      await engine.end()
      await rm(folder, { recursive: true, force: true })
    },
    60_000,
  )
}

test('[ME32] one UDP port carries the lines of everybody', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'open110-port-'))
  const udpPort = await freePort()
  const engine = opened({ udpPort })
  await engine.open({ room: 'one', journal: folder, maxVideoKbps: 1500 })
  const peers = await Promise.all([1, 2, 3].map(() => openPeer({ engine, random: Math.random })))
  const [phone, desk, unit] = peers
  await phone!.publish({ room: 'one', peer: 'phone' })
  for (const [name, peer] of [
    ['desk', desk!],
    ['unit', unit!],
  ] as const) {
    await peer.watch({ room: 'one', peer: name, of: 'phone', kinds: ['video'] })
  }
  for (
    let n = 0;
    n < 500 && (desk!.received('video').length < 9 || unit!.received('video').length < 9);
    n++
  ) {
    await phone!.sends(1)
  }
  expect(desk!.received('video').length).toBeGreaterThan(8)
  expect(unit!.received('video').length).toBeGreaterThan(8)
  for (const peer of peers) expect(peer.enginePorts()).toEqual([udpPort])
  for (const peer of peers) peer.close()
  await engine.end()
  await rm(folder, { recursive: true, force: true })
})

test('[ME33] an engine whose process cannot live says so, tries again with growing pauses, and never throws', async () => {
  const faults: string[] = []
  const starts: number[] = []
  const engine = openEmbeddedEngine({
    // No address of this machine (RFC 5737), and the first thing its process would listen on.
    bindAddress: '203.0.113.7',
    onFault: (what) => faults.push(what),
    onProcess: (id) => starts.push(id),
  })
  await engine.health()
  process.kill(starts[0]!, 'SIGKILL')
  await expect.poll(() => starts.length, { timeout: 15_000 }).toBe(2)
  process.kill(starts[1]!, 'SIGKILL')
  const away = await engine
    .open({ room: 'r', journal: tmpdir(), maxVideoKbps: 100 })
    .catch((cause: unknown) => cause)
  expect(away).toMatchObject({ code: 'engine-away' })
  await expect.poll(() => starts.length, { timeout: 15_000 }).toBe(3)
  expect(faults).toContain('engine process')
  await engine.end()
  await engine.end()
  await expect(engine.stats({ room: 'r' })).rejects.toMatchObject({ code: 'engine-away' })
  expect(await engine.health()).toMatchObject({ ok: false })
})

test('[ME33] the engine’s process ends with its server, whichever way that goes', async () => {
  const door = JSON.stringify(new URL('./supervisor.ts', import.meta.url).href)
  const program = `import { openEmbeddedEngine } from ${door}
    const engine = openEmbeddedEngine({ onFault() {}, onProcess: (id) => process.stdout.write(String(id)) })
    await engine.health()
    process.stdout.write(' ready')`
  const server = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  server.stdout.setEncoding('utf8').on('data', (words: string) => (said += words))
  await expect.poll(() => said, { timeout: 15_000 }).toContain('ready')
  const isAlive = () => {
    try {
      return process.kill(Number.parseInt(said, 10), 0)
    } catch {
      return false
    }
  }
  expect(isAlive()).toBe(true)
  server.kill('SIGKILL')
  await expect.poll(isAlive, { timeout: 15_000 }).toBe(false)
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  const { port } = socket.address()
  await new Promise<void>((done) => socket.close(() => done()))
  return port
}
