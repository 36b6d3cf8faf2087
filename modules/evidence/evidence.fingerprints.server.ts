import { Worker } from 'node:worker_threads'
import type { Digests } from './evidence.ts'
import type { HasherAsked, HasherTold } from './evidence.hasher.server.ts'

/**
 * 指纹 — digests of files on this disk. They follow a file while it grows, so that they are there when it is whole; what
 * the thread does not know any more, or never saw, it reads from the start. The thread begins with the first question
 * and keeps no process alive that has nothing to ask.
 */
export type Fingerprints = {
  /** Returns when the digests have come this far. */
  follow(path: string, to: number): Promise<void>
  /** Once for each file; asked again, every byte is read again. */
  whole(path: string, bytes: number): Promise<Digests>
  forget(path: string): void
}

type Waiting = { resolve: (digests: Digests | undefined) => void; reject: (fault: Error) => void }

export function openFingerprints(): Fingerprints {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let asks = 0

  function answered(ask: number): Waiting | undefined {
    const mine = waiting.get(ask)
    waiting.delete(ask)
    if (waiting.size === 0) thread?.unref()
    return mine
  }

  function begin(): Worker {
    const mine = new Worker(new URL('./evidence.hasher.server.ts', import.meta.url))
    mine.unref()
    mine.on('message', ({ ask, digests, fault }: HasherTold) => {
      if (fault === undefined) answered(ask)?.resolve(digests)
      else answered(ask)?.reject(new Error(`evidence: no digests (${fault})`))
    })
    mine.on('error', (cause) => {
      if (thread === mine) thread = undefined
      for (const ask of waiting.keys())
        answered(ask)?.reject(new Error('evidence: the digests broke off', { cause }))
    })
    return mine
  }

  const tell = (asked: HasherAsked) => (thread ??= begin()).postMessage(asked)

  const ask = (path: string, to: number, isWhole: boolean) =>
    new Promise<Digests | undefined>((resolve, reject) => {
      const mine = asks++
      waiting.set(mine, { resolve, reject })
      tell({ ask: mine, path, to, isWhole })
      thread?.ref()
    })

  return {
    follow: async (path, to) => {
      await ask(path, to, false)
    },
    whole: async (path, bytes) => (await ask(path, bytes, true))!,
    forget: (path) => {
      if (thread) tell({ forget: path })
    },
  }
}
