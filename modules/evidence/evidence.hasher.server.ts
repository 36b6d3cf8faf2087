import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { Digests } from './evidence.ts'
import { startDigests } from './evidence.hash.ts'

/**
 * 指纹线程 — a thread of its own that reads what has landed and goes on with its digests. SM3 is slower than any disk:
 * on the thread that takes reports every megabyte would hold everybody up for milliseconds.
 */
export type HasherAsked =
  | { ask: number; path: string; to: number; isWhole: boolean }
  | { ask?: undefined; forget: string }
export type HasherTold = { ask: number; digests?: Digests | undefined; fault?: string | undefined }

const blockBytes = 512 * 1024
/** Digests that nobody went on with are the first to go; they are begun anew by reading from the start. */
const mostRunning = 256

type Running = { at: number; digests: ReturnType<typeof startDigests> }
const running = new Map<string, Running>()
const block = Buffer.allocUnsafe(blockBytes)

function readOn(path: string, to: number): Running {
  const known = running.get(path)
  running.delete(path)
  const mine = known && known.at <= to ? known : { at: 0, digests: startDigests() }
  // Opened anew each time: an upload that nobody goes on with holds no file open.
  const file = openSync(path, 'r')
  try {
    while (mine.at < to) {
      const bytes = readSync(file, block, 0, Math.min(blockBytes, to - mine.at), mine.at)
      if (bytes === 0) throw new Error('evidence: a file is shorter than what was taken')
      mine.digests.take(block.subarray(0, bytes))
      mine.at += bytes
    }
  } finally {
    closeSync(file)
  }
  return mine
}

function keepRunning(path: string, mine: Running): void {
  running.set(path, mine)
  if (running.size > mostRunning) running.delete(running.keys().next().value!)
}

const port = parentPort!
port.on('message', (asked: HasherAsked) => {
  if (asked.ask === undefined) {
    running.delete(asked.forget)
    return
  }
  const told: HasherTold = { ask: asked.ask }
  try {
    const mine = readOn(asked.path, asked.to)
    if (asked.isWhole) told.digests = mine.digests.close()
    else keepRunning(asked.path, mine)
  } catch (fault) {
    told.fault = String(fault)
  }
  port.postMessage(told)
})
