import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Heard } from './desk.ts'
import type { Order, Outcome } from './generator.ts'

export type { Order, Outcome } from './generator.ts'

async function begin(program: string, args: readonly string[] = []): Promise<ChildProcess> {
  // The structured clone carries arrays of numbers as they are.
  const child = fork(new URL(program, import.meta.url), [...args], { serialization: 'advanced' })
  await answerOf(child)
  return child
}

/** What it says next; a program that ends instead is a fault. */
export async function answerOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const ended = async () => {
    const [code] = (await once(child, 'close', over)) as [unknown]
    throw new Error(`a part of the bench ended (${String(code)})`)
  }
  try {
    const [message] = (await Promise.race([once(child, 'message', over), ended()])) as [unknown]
    return message
  } finally {
    over.abort()
  }
}

export type Generator = { run(order: Order): Promise<Outcome>; close(): void }

export async function openGenerator(): Promise<Generator> {
  const child = await begin('generator.ts')
  return {
    async run(order) {
      child.send(order)
      return (await answerOf(child)) as Outcome
    },
    close: () => void child.kill(),
  }
}

export type Desk = {
  readonly pid: number
  /** All that came since the last time it was asked: when each report was on the screen. */
  heard(): Promise<Heard>
  close(): void
}

/** A call-taker's console in a process of its own, listening as the product's own client does. */
export async function openDesk(given: { base: string; token: string; desk: string }): Promise<Desk> {
  const child = await begin('desk.ts', [given.base, given.token, given.desk])
  return {
    pid: child.pid ?? 0,
    async heard() {
      child.send('tell')
      return (await answerOf(child)) as Heard
    },
    close: () => void child.kill(),
  }
}
