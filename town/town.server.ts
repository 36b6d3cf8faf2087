import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { openCall, type Call, type Transport } from '@open110/kit/client/call'
import type { OpenSocket, Timers } from '@open110/kit/client/live'

/** 真服务器 — the program itself as a process of its own, for what no house within the test can show. */
export type Server = {
  readonly base: string
  readonly pid: number
  /** From the start of the process until it said that it is ready; undefined when it ended instead. */
  readonly readyMs: number | undefined
  readonly said: () => string
  readonly signal: (name: NodeJS.Signals) => void
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | NodeJS.Signals>
  readonly caller: (token?: string) => Call
  readonly socket: OpenSocket
}

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Starts `apps/server/main.ts` and waits until it is ready or has ended. The web clients stay unbuilt, no media engine is started, and nothing
 * of the caller's settings reaches it.
 */
export async function startServer(
  settings: Readonly<Record<string, string>>,
  /** Hears all that was said so far, from the first word on. */
  onWords?: (said: string, signal: (name: NodeJS.Signals) => void) => void,
): Promise<Server> {
  const began = performance.now()
  const child = spawn(process.execPath, ['--conditions=open110-server', 'apps/server/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      OPEN110_PORT: '0',
      OPEN110_CLIENTS: 'off',
      OPEN110_MEDIA: 'off',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code ?? 0)),
  )
  const base = await new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        said += part.toString()
        onWords?.(said, (name) => child.kill(name))
        const ready = /Ready in [\s\S]*?(http:\/\/localhost:\d+)\//.exec(said)?.[1]
        if (ready) resolve(ready)
      })
    }
    void ended.then(() => resolve(''))
  })
  return {
    base,
    pid: child.pid ?? 0,
    readyMs: base ? performance.now() - began : undefined,
    said: () => said,
    signal: (name) => void child.kill(name),
    ended,
    caller: (token) => callerAt(base, token),
    socket: socketTo(base),
  }
}

/** A caller of the server at this address, which may be that of a line before it. */
export function callerAt(base: string, token?: string, network: Transport = transport): Call {
  return openCall({ base, transport: network, token: () => token, language: () => 'zh-CN' })
}

/** The network as a phone has it: an answer that does not come is given up after a while. */
export const transport: Transport = async ({ method, url, headers, body }) => {
  const answer = await fetch(url, {
    method,
    headers,
    body: body ?? null,
    signal: AbortSignal.timeout(15_000),
  })
  return { status: answer.status, text: await answer.text() }
}

/** The live connection as a browser opens it. */
export function socketTo(base: string): OpenSocket {
  return (on) => {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/live`)
    socket.onopen = () => on.open()
    socket.onmessage = ({ data }) => on.message(String(data))
    socket.onclose = () => on.close()
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text)
      },
      close: () => socket.close(),
    }
  }
}

export const wallClock: Timers = {
  nowMs: () => performance.now(),
  after(ms, act) {
    const id = setTimeout(act, ms)
    return () => clearTimeout(id)
  },
  random: () => Math.random(),
}

/**
 * A port that can be had again after its server was killed: below those that the system gives to outgoing
 * connections, or a client that tries and tries would end up talking to itself.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000)
    const isFree = await new Promise<boolean>((tried) => {
      const probe = createServer()
      probe.once('error', () => tried(false))
      probe.listen(port, () => probe.close(() => tried(true)))
    })
    if (isFree) return port
  }
}
