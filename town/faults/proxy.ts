import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { chanceOf } from '../names.ts'

/** 线况 — what one direction of a line does to what is sent along it. Milliseconds, and bytes. */
export type Weather = {
  readonly latencyMs?: number
  /** Up to so much more or less than the latency, by chance. */
  readonly jitterMs?: number
  readonly bytesPerSecond?: number
  /** What was sent at once arrives in pieces of this many bytes. */
  readonly sliceBytes?: number
  /** The line breaks after so many bytes of a connection. */
  readonly cutAfterBytes?: number
  /** This share of the connections breaks somewhere in its first `cutWithinBytes`. */
  readonly cutShare?: number
  readonly cutWithinBytes?: number
}

/** 中间人 — a TCP line to one of our own processes that fails as lines do; the same seed, the same failures. */
export type Proxy = {
  readonly port: number
  /** How many connections were taken so far, and how many of them were broken. */
  readonly counts: () => { taken: number; broken: number }
  /** From now on, for the connections that are open too. */
  set(weather: { up?: Weather; down?: Weather }): void
  /** Nothing goes through, nothing is lost: what was sent arrives when it goes on. */
  pause(): void
  resume(): void
  /** Who knocks is turned away. */
  refuse(): void
  /** Every open connection ends with a reset. */
  reset(): void
  /** 半开 — open connections look open to both ends and carry nothing ever again; so do new ones until `heal`. */
  swallow(): void
  /** Fine weather for whoever connects from now on. */
  heal(): void
  /** Keeps what is sent up from now on, so that it can be sent once more. */
  record(): void
  /** Sends everything that was recorded again, `times` times, whole connections in an order of chance. */
  replay(times: number): Promise<number>
  close(): Promise<void>
}

const mostHeldBytes = 256 * 1024
const silenceMs = 400

type Line = { number: number; near: Socket; far: Socket; isDeaf: boolean; end(): void }

export async function openProxy(given: {
  to: { port: number; host?: string }
  seed?: string
  port?: number
}): Promise<Proxy> {
  const seed = given.seed ?? 'proxy'
  const weather: { up: Weather; down: Weather } = { up: {}, down: {} }
  const lines = new Set<Line>()
  const wakers = new Set<() => void>()
  const recorded: Buffer[][] = []
  let taken = 0
  let broken = 0
  let mood: 'open' | 'paused' | 'deaf' | 'closed' = 'open'
  let isRecording = false

  /** One direction: what comes in waits for its moment and leaves in order. */
  function carry(line: Line, from: Socket, to: Socket, side: 'up' | 'down', kept?: Buffer[]): () => void {
    const queue: { bytes: Buffer; dueMs: number }[] = []
    let heldBytes = 0
    let passedBytes = 0
    let freeMs = 0
    let isEnded = false
    let timer: NodeJS.Timeout | undefined
    // Of its own for each direction of each connection: what one draws changes nothing for the others.
    const chance = chanceOf(`${seed} ${line.number} ${side}`)
    const { cutShare = 0, cutWithinBytes = 2_000, cutAfterBytes } = weather[side]
    const cutAt =
      chance() < cutShare
        ? Math.floor(chance() * cutWithinBytes)
        : (cutAfterBytes ?? Number.POSITIVE_INFINITY)

    const take = (bytes: Buffer) => {
      if (line.isDeaf) return
      kept?.push(bytes)
      const { latencyMs = 0, jitterMs = 0, bytesPerSecond, sliceBytes = bytes.length } = weather[side]
      for (let at = 0; at < bytes.length; at += sliceBytes) {
        const piece = bytes.subarray(at, at + sliceBytes)
        const ownMs = latencyMs + (chance() * 2 - 1) * jitterMs
        const dueMs = Math.max(freeMs, performance.now() + ownMs)
        freeMs = dueMs + (bytesPerSecond ? (piece.length / bytesPerSecond) * 1_000 : 0)
        queue.push({ bytes: piece, dueMs })
        heldBytes += piece.length
      }
      if (heldBytes > mostHeldBytes) from.pause()
      drain()
    }
    const drain = () => {
      clearTimeout(timer)
      while (queue[0] && mood !== 'paused' && !line.isDeaf) {
        const restMs = queue[0].dueMs - performance.now()
        if (restMs > 0) return void (timer = setTimeout(drain, restMs))
        if (to.writableNeedDrain) return void to.once('drain', drain)
        const { bytes } = queue.shift()!
        heldBytes -= bytes.length
        const room = cutAt - passedBytes
        passedBytes += bytes.length
        to.write(bytes.length > room ? bytes.subarray(0, Math.max(0, room)) : bytes)
        if (passedBytes >= cutAt) return line.end()
        if (heldBytes < mostHeldBytes / 2) from.resume()
      }
      if (isEnded && queue.length === 0 && !line.isDeaf) to.end()
    }
    from.on('data', take)
    from.on('end', () => {
      isEnded = true
      drain()
    })
    wakers.add(drain)
    return () => {
      clearTimeout(timer)
      wakers.delete(drain)
    }
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    taken += 1
    const far = connect({ host: '127.0.0.1', ...given.to, allowHalfOpen: true, noDelay: true })
    const kept: Buffer[] | undefined = isRecording ? [] : undefined
    if (kept) recorded.push(kept)
    const line: Line = {
      number: taken,
      near,
      far,
      isDeaf: mood === 'deaf',
      end() {
        broken += 1
        for (const socket of [near, far]) socket.resetAndDestroy()
      },
    }
    lines.add(line)
    const stops = [carry(line, near, far, 'up', kept), carry(line, far, near, 'down')]
    // A reset at one end is one at the other; a deaf line tells neither of the other.
    const pairs = [
      [near, far],
      [far, near],
    ] as const
    for (const [one, other] of pairs) {
      one.on('error', () => line.isDeaf || other.resetAndDestroy())
      one.on('close', () => {
        if (!near.destroyed || !far.destroyed) return
        lines.delete(line)
        for (const stop of stops) stop()
      })
    }
  })
  server.listen(given.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const listen = async () => {
    if (server.listening) return
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const reset = () => {
    for (const line of [...lines]) line.end()
  }

  return {
    port,
    counts: () => ({ taken, broken }),
    set(next) {
      weather.up = next.up ?? weather.up
      weather.down = next.down ?? weather.down
    },
    pause: () => void (mood = 'paused'),
    resume() {
      mood = 'open'
      for (const wake of wakers) wake()
    },
    refuse: () => void (server.listening && server.close()),
    reset,
    swallow() {
      mood = 'deaf'
      for (const line of lines) line.isDeaf = true
    },
    heal() {
      mood = 'open'
      weather.up = weather.down = {}
      for (const wake of wakers) wake()
      void listen()
    },
    record: () => void (isRecording = true),
    async replay(times) {
      isRecording = false
      const chance = chanceOf(`${seed} replay`)
      const all = Array.from({ length: times }, () => recorded.map((kept) => Buffer.concat(kept)))
        .flat()
        .filter(({ length }) => length > 0)
        .map((bytes) => ({ bytes, rank: chance() }))
        .toSorted((one, other) => one.rank - other.rank)
      for (let at = 0; at < all.length; at += 16)
        await Promise.all(all.slice(at, at + 16).map(({ bytes }) => sendAgain(given.to, bytes)))
      return all.length
    },
    async close() {
      mood = 'closed'
      for (const { near, far } of lines) for (const socket of [near, far]) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

/** Says the same once more and hears the answers out. */
async function sendAgain(to: { port: number; host?: string }, bytes: Buffer): Promise<void> {
  const socket = connect({ host: '127.0.0.1', ...to })
  let heardMs = Number.POSITIVE_INFINITY
  socket.on('data', () => (heardMs = performance.now()))
  socket.on('error', () => {})
  socket.write(bytes)
  const began = performance.now()
  while (!socket.closed && performance.now() - heardMs < silenceMs && performance.now() - began < 10_000)
    await wait(20)
  socket.destroy()
}
