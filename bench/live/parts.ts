import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openCall, type Transport } from '../../kit/client/call.ts'
import { openSession } from '../../modules/person/person.api.ts'
import { login } from '../../modules/staff/staff.api.ts'
import { demoPassword } from '../../town/staff.ts'
import { granted } from '../../town/town.ts'
import { answerOf } from '../generator/index.ts'
import type { Ask, Cost } from './hall.ts'
import type { Member, Verdict } from './crowd.ts'
import type { Hear, Room } from './ears.ts'

const transport: Transport = async ({ method, url, headers, body }) => {
  const answer = await fetch(url, { method, headers, body: body ?? null })
  return { status: answer.status, text: await answer.text() }
}
const start = async (program: string, flags: readonly string[] = [], args: readonly string[] = []) => {
  const child = fork(program, [...args], {
    execArgv: [...process.execArgv, ...flags],
    serialization: 'advanced',
  })
  return { child, first: await answerOf(child) }
}
const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
/** One question after the other: an answer does not say whose it is. */
const last = new WeakMap<ChildProcess, Promise<unknown>>()
const ask = (child: ChildProcess, what: object): Promise<unknown> => {
  const answer = (last.get(child) ?? Promise.resolve()).then(() => {
    child.send(what)
    return answerOf(child)
  })
  last.set(child, answer)
  return answer
}
const close = async (child: ChildProcess): Promise<void> => {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.disconnect()
  await ended
}

export type Hall = Awaited<ReturnType<typeof openHall>>

/** The whole program, in a process of its own. */
export async function openHall() {
  const { child, first } = await start(pathOf('hall.ts'), ['--expose-gc'])
  const port = first as number
  const base = `http://127.0.0.1:${port}`
  const call = openCall({ base, transport, token: () => undefined, language: () => 'zh-CN' })
  return {
    port,
    base,
    /** The moment at which it began to tell. */
    tell: async (what: Exclude<Ask, { cost: true }>) => (await ask(child, what)) as number,
    cost: async () => (await ask(child, { cost: true })) as Cost,
    staff: async (account: string) =>
      granted(await call(login, { body: { account, password: demoPassword } })).token,
    /** Sessions of so many citizens, and the names under which they hear. */
    async citizens(count: number) {
      const all: { token: string; id: string }[] = []
      while (all.length < count) {
        const few = Array.from({ length: Math.min(32, count - all.length) }, async () =>
          granted(await call(openSession, { body: {} })),
        )
        for (const { token, citizen } of await Promise.all(few)) all.push({ token, id: citizen.id })
      }
      return all
    },
    close: () => close(child),
  }
}

/** The plain server beside which the program is measured, on the same database. */
export async function openFloor(database: string) {
  const { child, first } = await start(pathOf('floor.ts'), [], [database])
  return { port: first as number, close: () => close(child) }
}

/** A server that broadcasts what it is told to. */
export async function openBroadcaster(program = pathOf('loop.ts')) {
  const { child, first } = await start(program)
  return {
    port: first as number,
    tell: async (count: number) => (await ask(child, { count })) as number,
    close: () => close(child),
  }
}

export async function openEars(room: Room) {
  const { child } = await start(pathOf('ears.ts'))
  await ask(child, room)
  return {
    /** The moment of the last of so many frames. Ask before they are told. */
    hear: (frames: number) => ask(child, { frames } satisfies Hear) as Promise<number>,
    close: () => void child.kill(),
  }
}

export async function openCrowd(port: number, members: readonly Member[]) {
  const { child } = await start(pathOf('crowd.ts'))
  await ask(child, { port, members })
  return {
    /** Cuts everybody off; how many milliseconds later each had caught up. */
    cut: () => ask(child, { cut: true }) as Promise<Float64Array>,
    heard: (n: number) => ask(child, { heard: n }) as Promise<number>,
    verdict: () => ask(child, { verdict: true }) as Promise<Verdict>,
    close: () => void child.kill(),
  }
}
