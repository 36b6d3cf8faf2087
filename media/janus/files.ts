import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chainLine, chainStart } from '../core/chain.ts'
import { chainPath, journalName, journalsIn, sha256 } from '../mux/journal.files.ts'
import type { JournalFile, TrackKind } from '../port.ts'

/** How Janus calls what it records of the line `<peer>.<generation>`: `<peer>.<generation>-video-1.mjr`. */
const theirs = /^(.+)\.(\d+)-(audio|video)-\d+\.mjr$/

/** 录制文件 — what Janus records of one room, on its way to being ours. */
export type Recordings = {
  /** The highest generation of each peer, from before the room was opened anew. */
  readonly generations: Map<string, number>
  /** Gives what is there our names. */
  name(): Promise<void>
  /** What Janus has closed, of one line or of all, becomes ours: its hash chain is written beside it. */
  takeOver(line?: { peer: string; generation: number }): Promise<void>
  bytesOf(line: { peer: string; generation: number }): Promise<number>
}

export async function openRecordings(folder: string): Promise<Recordings> {
  /** One after the other: two that look into the folder at once would both want to name the same file. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined) // whoever asked for it is told
    return done
  }
  const of = (line?: { peer: string; generation: number }) => (file: JournalFile) =>
    !line || (file.peer === line.peer && file.generation === line.generation)

  await mkdir(folder, { recursive: true })
  const earlier = await nameJournals(folder)
  await chainAll(earlier)
  const generations = new Map<string, number>()
  for (const { peer, generation } of earlier)
    generations.set(peer, Math.max(generation, generations.get(peer) ?? 0))
  return {
    generations,
    name: () => inTurn(async () => void (await nameJournals(folder))),
    takeOver: (line) => inTurn(async () => chainAll((await nameJournals(folder)).filter(of(line)))),
    bytesOf: (line) =>
      inTurn(async () => {
        let bytes = 0
        for (const { path } of (await nameJournals(folder)).filter(of(line))) bytes += (await stat(path)).size
        return bytes
      }),
  }
}

/** It does not disturb a file that is still being written: Janus goes on in what it opened, whatever it is called now. */
async function nameJournals(folder: string): Promise<JournalFile[]> {
  for (const name of await readdir(folder)) {
    const found = theirs.exec(name)
    if (!found) continue
    const [, peer, generation, kind] = found as unknown as [string, string, string, TrackKind]
    await rename(
      join(folder, name),
      join(folder, journalName({ peer, generation: Number(generation), kind })),
    )
  }
  return journalsIn(folder)
}

const blockBytes = 64 * 1_024
const settlesMs = 40
const settlesWithinMs = 1_000

/** Until then nothing proves what is in it, because Janus keeps no chain; the recording is there from the first packet. */
async function chainAll(files: readonly JournalFile[]): Promise<void> {
  await Promise.all(
    files.map(async ({ path }) => {
      if (await isThere(chainPath(path))) return
      // A line that never sent, or not enough for Janus to write it down, has left an empty file.
      if ((await settled(path)) === 0) await rm(path)
      else await chain(path)
    }),
  )
}

async function chain(path: string): Promise<void> {
  const { size } = await stat(path)
  const atMs = Date.now()
  let before = chainStart(basename(path), sha256)
  let rows = ''
  let to = 0
  for await (const chunk of createReadStream(path, { highWaterMark: blockBytes })) {
    const block = chunk as Uint8Array
    to += block.length
    const { line, text } = chainLine(before, { to, atMs, isEnd: to >= size }, sha256(block), sha256)
    before = line.hash
    rows += text
  }
  await writeFile(chainPath(path), rows, { flag: 'wx' })
}

/** Its last bytes are written when Janus lets go of the line, a moment after it says so. */
async function settled(path: string): Promise<number> {
  let size = -1
  for (let waited = 0; waited < settlesWithinMs; waited += settlesMs) {
    const now = (await stat(path)).size
    if (now === size) return size
    size = now
    await wait(settlesMs)
  }
  return size
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
