import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { basename, join } from 'node:path'
import {
  chainPath,
  frameAt,
  journalsIn,
  muxParticipant,
  readChain,
  verifyJournals,
  type Muxed,
} from '@open110/media/mux'
import type { JournalFile } from '@open110/media/port'

/**
 * 合成员 — a program of its own that reads the journals of one call: a long one keeps a processor busy for a while, and not the
 * one that receives reports. Called as `muxer <ask in JSON>`, answers with one line of JSON. Only types are for others.
 */
export type MuxerAsk =
  | { task: 'seal'; folder: string; startedAtMs: number; out: string }
  | { task: 'frame'; folder: string; peer: string; atMs: number; out: string }
export type SealedJournal = {
  /** Below the folder of the call. */
  path: string
  bytes: number
  records: number
  sha256: string
  /** The hash of the last line of its chain; absent where there is no chain. */
  chainHead?: string | undefined
  isWhole: boolean
  verdict: unknown
}
export type MuxerAnswer =
  | { task: 'seal'; objects: (Muxed & { peer: string })[]; journals: SealedJournal[] }
  | { task: 'frame'; frame: { path: string; atMs: number } | undefined }
  | { task: 'impossible'; why: string }

/** A room is opened anew after the engine was away, and counts from one again: the lines of a later opening come after. */
const generationsPerOpening = 1_000_000

async function openingsOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true })
  return found
    .filter((one) => one.isDirectory())
    .map(({ name }) => join(folder, name))
    .toSorted()
}

async function allOf(folder: string): Promise<JournalFile[]> {
  const files: JournalFile[] = []
  for (const [nth, opening] of (await openingsOf(folder)).entries())
    for (const file of await journalsIn(opening))
      files.push({ ...file, generation: file.generation + nth * generationsPerOpening })
  return files
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

async function chainHeadOf(journal: string): Promise<string | undefined> {
  const text = await readFile(chainPath(journal), 'utf8').catch(() => '')
  return readChain(text).lines.at(-1)?.hash
}

async function answer(ask: MuxerAsk): Promise<MuxerAnswer> {
  const files = await allOf(ask.folder)
  if (ask.task === 'frame') {
    const own = files.filter(({ peer, kind }) => peer === ask.peer && kind === 'video')
    const frame = own.length > 0 ? await frameAt(own, ask.atMs, ask.out) : undefined
    return { task: 'frame', frame: frame && { path: frame.path, atMs: frame.atMs } }
  }
  const journals: SealedJournal[] = []
  for (const opening of await openingsOf(ask.folder))
    for (const { file, bytes, records, chain, damagedBytes, tailBytes } of await verifyJournals(opening))
      journals.push({
        path: `${basename(opening)}/${basename(file.path)}`,
        bytes,
        records,
        sha256: await sha256Of(file.path),
        chainHead: await chainHeadOf(file.path),
        isWhole:
          damagedBytes === 0 && tailBytes === 0 && chain?.isEnded === true && chain.firstBroken === undefined,
        verdict: { damagedBytes, tailBytes, chain },
      })
  const objects = []
  for (const peer of new Set(files.map((file) => file.peer))) {
    const own = files.filter((file) => file.peer === peer)
    const out = join(ask.out, peer)
    const muxed = await muxParticipant({ files: own, startedAtMs: ask.startedAtMs, out })
    objects.push(...muxed.map((object) => ({ ...object, peer })))
  }
  return { task: 'seal', objects, journals }
}

if (import.meta.main) {
  const ask = JSON.parse(process.argv[2] ?? '{}') as MuxerAsk
  // Who is in a call goes before a recording of one.
  if (ask.task === 'seal') setPriority(10)
  const said = await answer(ask).catch((fault: unknown): MuxerAnswer => ({
    task: 'impossible',
    why: String(fault).slice(0, 300),
  }))
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
