import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { janusFiles, type JanusSettings } from './config.ts'

/** 媒体服务器 — Debian's Janus as a process of ours, with the configuration that the engine expects. */
export type JanusProgram = {
  readonly pid: number
  readonly url: string
  readonly ended: Promise<number>
  stop(): Promise<void>
}

/** Writes the configuration into this folder and starts Janus with it; comes back when it can be spoken to. */
export async function startJanus(
  ask: JanusSettings & { readonly folder: string; readonly program?: string; say?(line: string): void },
): Promise<JanusProgram> {
  mkdirSync(ask.folder, { recursive: true })
  chmodSync(ask.folder, 0o700) // the API's secret lies in it
  for (const [name, text] of Object.entries(janusFiles(ask)))
    writeFileSync(join(ask.folder, name), text, { mode: 0o600 })
  const child = spawn(ask.program ?? 'janus', ['-F', ask.folder, '-C', join(ask.folder, 'janus.jcfg')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number>((done) => {
    child.once('error', () => done(127))
    child.once('close', (code, signal) => done(code ?? (signal ? 128 : 0)))
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said = (said + part.toString()).slice(-4_000)
      ask.say?.(part.toString())
    })
  await answers(child, ask.port, ended, () => said)
  return {
    pid: child.pid!,
    url: `ws://127.0.0.1:${ask.port}`,
    ended,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function answers(child: ChildProcess, port: number, ended: Promise<number>, said: () => string) {
  let code: number | undefined
  void ended.then((ending) => (code = ending))
  const until = Date.now() + 15_000
  while (Date.now() < until) {
    if (code !== undefined) throw new Error(`Janus ended with ${code}: ${said()}`)
    const isOpen = await new Promise<boolean>((done) => {
      const socket = createConnection(port, '127.0.0.1')
      socket.once('connect', () => done(true)).once('error', () => done(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    await wait(50)
  }
  child.kill('SIGKILL')
  throw new Error(`Janus does not answer: ${said()}`)
}

/** A port that nobody has now, for a Janus that only we must find: it takes no port 0 itself. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  await new Promise((done) => server.close(done))
  return port
}
