import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { until } from './until.ts'

/** 钩住 — strace on processes of ours, so that a system call fails or is late. `stop()` lets them go unharmed. */
export async function trace(
  pids: readonly number[],
  inject: string | undefined,
  how: { withChildren?: boolean } = {},
): Promise<{ stop(): Promise<void> }> {
  const child = spawn(
    'strace',
    [
      '-qqq',
      ...(how.withChildren ? ['-f'] : []),
      ...['-o', '/dev/null', '-e', 'trace=fdatasync,fsync', '-e', 'signal=none'],
      ...(inject ? ['-e', `inject=${inject}`] : []),
      ...pids.flatMap((pid) => ['-p', String(pid)]),
    ],
    { stdio: 'ignore' },
  )
  const ended = once(child, 'close')
  await until(
    () => child.exitCode !== null || pids.every((pid) => !isAlive(pid) || tracerOf(pid) === child.pid),
    'strace holds them',
    30,
  )
  return {
    async stop() {
      child.kill('SIGINT')
      await ended
    },
  }
}

/** The processes that a postmaster has now. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
}

const statusOf = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
const isAlive = (pid: number) => statusOf(pid) !== ''
const tracerOf = (pid: number) => Number(/^TracerPid:\s*(\d+)/m.exec(statusOf(pid))?.[1])
