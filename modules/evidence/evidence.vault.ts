import { createReadStream, constants } from 'node:fs'
import { chmod, copyFile, link, mkdir, opendir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '@open110/kit/refuse'
import type { BlobName, BlobStat, BlobStore, EvidenceCopy, SealRefusal } from './evidence.ts'
import { syncFile, syncFolder } from './evidence.hash.ts'

const copies = ['original', 'view', 'thumb'] as const satisfies readonly EvidenceCopy[]
const dayMilliseconds = 86_400_000

export type DiskVaultSettings = {
  root: string
  now: () => Date
  /** Left for the database and the logs: reports must go on when there is no room for another clip. */
  keepFreeBytes?: number
}

/**
 * 物证库在本机磁盘 — `evidence/7k/ev_…7k/{original,view,thumb}` under `root`. Opening it proves that the disk can
 * seal, and sweeps away what a copy interrupted a day or more ago left behind.
 */
export async function openDiskVault({ root, now, keepFreeBytes = 0 }: DiskVaultSettings): Promise<BlobStore> {
  const incoming = join(root, '.incoming')
  const evidence = join(root, 'evidence')
  for (const folder of [root, incoming, evidence]) await mkdir(folder, { recursive: true, mode: 0o700 })
  await syncFolder(root)
  await sweep(incoming, new Date(now().getTime() - dayMilliseconds))
  await proveLinks(incoming)
  let parts = 0

  /** The caller's file where it is on the vault's file system, else a complete and synced copy there. */
  const bringOver = async (fromPath: string): Promise<string | SealRefusal> => {
    const [here, there] = await Promise.all([stat(incoming), stat(fromPath)])
    if (here.dev === there.dev) return fromPath
    const full = await refuseWhenFull(root, there.size, keepFreeBytes)
    if (full) return full
    const part = join(incoming, `${process.pid}-${parts++}`)
    try {
      await copyFile(fromPath, part, constants.COPYFILE_EXCL)
      return part
    } catch (cause) {
      await rm(part, { force: true })
      throw cause
    }
  }

  const seal = async (name: BlobName, fromPath: string): Promise<BlobStat | SealRefusal> => {
    const folder = await makeFolder(evidence, name.id)
    const path = join(folder, name.copy)
    const ours = await bringOver(fromPath)
    if (typeof ours !== 'string') return ours
    try {
      await chmod(ours, 0o400)
      await syncFile(ours)
      // A link fails where a name exists; a rename would silently replace a sealed original.
      if (name.copy === 'original') await link(ours, path)
      else await rename(ours, path)
    } catch (cause) {
      if (ours !== fromPath) await rm(ours, { force: true })
      throw cause
    }
    await syncFolder(folder)
    await rm(ours, { force: true })
    await rm(fromPath, { force: true })
    return statOf(path)
  }

  return {
    async put(name, fromPath) {
      pathOf(evidence, name)
      try {
        return await seal(name, fromPath)
      } catch (cause) {
        const code = codeOf(cause)
        if (code === 'EEXIST') return refuse('attachment.already-sealed', name)
        if (code === 'ENOSPC' || code === 'EDQUOT')
          return refuse('attachment.disk-unavailable', { why: 'full' })
        throw new Error(`evidence: could not be sealed (${code})`, { cause })
      }
    },
    async open(name, range) {
      const path = pathOf(evidence, name)
      if (!(await existing(statOf(path)))) return undefined
      const span = range && { start: range.from, ...(range.to !== undefined && { end: range.to }) }
      return createReadStream(path, { highWaterMark: 256 * 1024, ...span })
    },
    stat: (name) => existing(statOf(pathOf(evidence, name))),
    async remove(name) {
      const path = pathOf(evidence, name)
      if (!(await existing(stat(path)))) return false
      await rm(path, { force: true })
      await syncFolder(folderOf(evidence, name.id))
      return true
    },
    async *list() {
      for await (const shelf of await opendir(evidence)) {
        for await (const folder of await opendir(join(evidence, shelf.name))) {
          const found = await readdir(join(evidence, shelf.name, folder.name))
          for (const copy of copies) if (found.includes(copy)) yield { id: folder.name, copy }
        }
      }
    },
  }
}

/** Whether `bytes` more would still leave `keepFreeBytes`. Asked before an upload begins, and again before a copy. */
export async function refuseWhenFull(
  root: string,
  bytes: number,
  keepFreeBytes: number,
): Promise<SealRefusal | undefined> {
  const disk = await statfs(root)
  const freeBytes = disk.bavail * disk.bsize
  if (freeBytes - bytes >= keepFreeBytes) return undefined
  return refuse('attachment.disk-unavailable', { why: 'full', freeBytes, keepFreeBytes })
}

function folderOf(evidence: string, id: string): string {
  return join(evidence, id.slice(-2), id)
}

function pathOf(evidence: string, { id, copy }: BlobName): string {
  // Ids come from the database, yet a path is never built from anything that could climb.
  if (!/^[a-z]{1,8}_[0-9a-z]{4,64}$/.test(id) || !copies.includes(copy))
    throw new Error('evidence: this name cannot be a path')
  return join(folderOf(evidence, id), copy)
}

/** A new folder is durable only when the folder above it has been synced as well. */
async function makeFolder(evidence: string, id: string): Promise<string> {
  const shelf = join(evidence, id.slice(-2))
  const folder = folderOf(evidence, id)
  if (await mkdir(folder, { recursive: true, mode: 0o700 })) {
    await syncFolder(evidence)
    await syncFolder(shelf)
  }
  return folder
}

async function statOf(path: string): Promise<BlobStat> {
  const { size, mtime } = await stat(path)
  return { bytes: size, storedAt: mtime }
}

async function existing<Found>(asked: Promise<Found>): Promise<Found | undefined> {
  try {
    return await asked
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined
    throw cause
  }
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
}

/** Sealing needs hard links; some network shares have none, and it is better to learn that at the start. */
async function proveLinks(incoming: string): Promise<void> {
  const [a, b] = [join(incoming, `${process.pid}-proof-a`), join(incoming, `${process.pid}-proof-b`)]
  await copyFile(import.meta.filename, a)
  try {
    await link(a, b)
  } catch (cause) {
    throw new Error('evidence: the file system of the evidence folder has no hard links', { cause })
  } finally {
    await Promise.all([rm(a, { force: true }), rm(b, { force: true })])
  }
}

async function sweep(incoming: string, before: Date): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name)
    const found = await existing(stat(path))
    if (found && found.mtime < before) await rm(path, { force: true })
  }
}
