import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { clients, watchMark } from '../apps/server/web.build.ts'
import { root } from './source.ts'

/** 开发 — the server starts again when its sources change; the clients are built again when theirs do. Reload the page by hand. */
const mark = watchMark(root)
mkdirSync(dirname(mark), { recursive: true })
writeFileSync(mark, String(process.pid))

const { NODE_OPTIONS: _, ...env } = process.env
const start = (args: readonly string[], extra: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn(process.execPath, args, { cwd: root, env: { ...env, ...extra }, stdio: 'inherit' })

const vite = join('node_modules', 'vite', 'bin', 'vite.js')
const children = [
  start(['--watch', '--conditions=open110-server', 'apps/server/main.ts']),
  ...clients.map(({ name }) =>
    start([vite, 'build', join('apps', name), '--watch', '--mode', 'development', '--logLevel', 'warn'], {
      NODE_ENV: 'development',
    }),
  ),
]

const stop = () => {
  rmSync(mark, { force: true })
  for (const child of children) child.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
await Promise.all(children.map((child) => new Promise((ended) => child.once('close', ended))))
rmSync(mark, { force: true })
