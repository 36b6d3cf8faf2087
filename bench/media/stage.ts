import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEmbeddedEngine, openJanusEngine } from '../../media/index.ts'
import { freePort, startJanus } from '../../media/janus/program.ts'
import type { MediaEngine } from '../../media/port.ts'
import type { Sample } from './capture.ts'
import type { Counts, Order } from './peers.ts'

/** 引擎 — one side of the comparison, with the process that is measured. */
export type Side = {
  readonly name: 'embedded' | 'janus'
  readonly engine: MediaEngine
  pid(): number
  close(): Promise<void>
}

export async function openEmbedded(mostRooms: number): Promise<Side> {
  const engine = openEmbeddedEngine({ mostRooms, onFault: () => {} })
  await engine.health()
  return {
    name: 'embedded',
    engine,
    pid: () => childRunning('engine.program.ts'),
    close: () => engine.end(),
  }
}

export async function openJanus(mostRooms: number): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'open110-bench-janus-'))
  const secret = 'bench'
  const janus = await startJanus({
    folder,
    port: await freePort(),
    secret,
    ports: { from: 20_000, to: 29_999 },
  })
  const engine = openJanusEngine({ url: janus.url, secret, mostRooms, onFault: () => {} })
  await engine.health()
  return {
    name: 'janus',
    engine,
    pid: () => janus.pid,
    async close() {
      await engine.end()
      await janus.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The child of ours that runs this program. */
function childRunning(program: string): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const isOurs = readFileSync(`/proc/${name}/status`, 'utf8').includes(`\nPPid:\t${process.pid}\n`)
      if (isOurs && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(program)) return Number(name)
    } catch {
      continue // it has just ended
    }
  }
  throw new Error(`${program} does not run`)
}

export function rssMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024)
}

/** 台上 — the process with the peers, and a folder for what is recorded. */
export type Stage = Awaited<ReturnType<typeof openStage>>

export async function openStage(sample: Sample) {
  const folder = mkdtempSync(join(tmpdir(), 'open110-bench-media-'))
  const child = fork(fileURLToPath(new URL('peers.ts', import.meta.url)), { execArgv: process.execArgv })
  const waiting = new Map<number, { done(gave: unknown): void; failed(fault: Error): void }>()
  let next = 0
  let rooms = 0
  child.on('message', ({ q, gave, fault }: { q: number; gave?: unknown; fault?: string }) => {
    if (fault) waiting.get(q)?.failed(new Error(fault))
    else waiting.get(q)?.done(gave)
    waiting.delete(q)
  })
  const ask = <T>(order: Order): Promise<T> =>
    new Promise<T>((done, failed) => {
      const q = ++next
      waiting.set(q, { done: done as (gave: unknown) => void, failed })
      child.send({ q, order })
    })
  await ask({ t: 'sample', sample })

  /** A line of this peer, up and not yet sending. */
  const publish = async ({ engine }: Side, room: string, peer: string, id: string, loses = 0) => {
    const offer = await ask<string>({ t: 'publish', id, loses })
    const { answer, generation } = await engine.publish({ room, peer, offer })
    await ask({ t: 'answer', id, sdp: answer })
    if (!(await ask<boolean>({ t: 'up', id }))) throw new Error('a line does not come up')
    return generation
  }
  const watch = async ({ engine }: Side, room: string, peer: string, of: string, id: string) => {
    const isTheirs = engine.caps().offersWatches
    const offer = isTheirs ? '' : await ask<string>({ t: 'watch', id })
    const watched = await engine.watch({ room, peer, of, offer, kinds: ['audio', 'video'] })
    if ('answer' in watched) await ask({ t: 'answer', id, sdp: watched.answer })
    else {
      const answer = await ask<string>({ t: 'offered', id, sdp: watched.offer })
      await engine.answered({ room, watch: watched.watch, answer })
    }
    if (!(await ask<boolean>({ t: 'up', id }))) throw new Error('a watch does not come up')
  }
  return {
    publish,
    go: (id: string) => ask({ t: 'go', id }),
    /** Stops sending; how many packets with picture there were. */
    halt: (id: string) => ask<number>({ t: 'halt', id }),
    counts: () => ask<Counts>({ t: 'counts' }),
    pid: () => child.pid!,
    async room({ engine }: Side): Promise<{ room: string; journal: string }> {
      const room = `room${++rooms}`
      const journal = join(folder, room)
      mkdirSync(journal)
      await engine.open({ room, journal, maxVideoKbps: 1_500 })
      return { room, journal }
    },
    /** Both send picture and sound, and both watch the other. */
    async call(side: Side): Promise<{ close(): Promise<void> }> {
      const { room, journal } = await this.room(side)
      const ids = [`${room}-a`, `${room}-b`]
      const ends = [`${room}-wa`, `${room}-wb`]
      await Promise.all([publish(side, room, 'a', ids[0]!), publish(side, room, 'b', ids[1]!)])
      for (const id of ids) await ask({ t: 'go', id })
      await Promise.all([watch(side, room, 'a', 'b', ends[0]!), watch(side, room, 'b', 'a', ends[1]!)])
      return {
        async close() {
          for (const id of [...ids, ...ends]) await ask({ t: 'close', id })
          await side.engine.close({ room })
          rmSync(journal, { recursive: true, force: true })
        },
      }
    },
    closePeer: (id: string) => ask({ t: 'close', id }),
    async close() {
      child.disconnect()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
