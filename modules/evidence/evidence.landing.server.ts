import { randomUUID } from 'node:crypto'
import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Attachment } from '@open110/modules/report'
import type { Fingerprints } from './evidence.fingerprints.server.ts'
import { syncFolder } from './evidence.hash.ts'

/**
 * 续传件 — a file on its way. How much of it is here is the length of its file: nothing else is written down with a
 * slice, and what a process that was killed had not yet told the phone is kept as well.
 */
export type Upload = {
  readonly id: string
  readonly path: string
  readonly length: number
  /** As the phone said it, and `by`: whose it is. */
  readonly metadata: Readonly<Record<string, string>>
  /** Bytes that would survive a power cut; only these are ever told. */
  offset: number
  /** Whoever writes to it or seals it now: one at a time. */
  holder?: Holder | undefined
  /** How far its digests were told to follow, and when they will be there. */
  followedTo: number
  following?: Promise<void> | undefined
  /** What became of it, for a phone that did not hear the answer. */
  kept?: Attachment | undefined
}
type Holder = {
  /** Lets go of a line that may be long dead; what has come over it stays. A seal is not given up. */
  letGo: (() => void) | undefined
  readonly done: Promise<void>
}

export type Landing = ReturnType<typeof openLanding>

/** Uploads that are remembered without reading their notes again. */
const mostKnown = 500

/** 落地 — where uploads lie until they are whole: the bytes under their name, what was said of them in a note beside. */
export function openLanding(folder: string, fingerprints: Fingerprints) {
  type Known = { upload: Promise<Upload | undefined>; users: number }
  const known = new Map<string, Known>()
  const pathOf = (id: string) => join(folder, id)

  async function read(id: string): Promise<Upload | undefined> {
    const path = pathOf(id)
    try {
      const { size, metadata } = JSON.parse(await readFile(`${path}.json`, 'utf8')) as {
        size: number
        metadata: Record<string, string>
      }
      const file = await open(path, 'r+')
      try {
        // Part of it may have come before the last power cut or kill, and never have been told.
        await file.datasync()
        return { id, path, length: size, metadata, offset: (await file.stat()).size, followedTo: 0 }
      } finally {
        await file.close()
      }
    } catch (fault) {
      if (isGone(fault)) return undefined
      throw fault
    }
  }

  function remember(id: string, upload: Promise<Upload | undefined>): Known {
    const entry: Known = { upload, users: 0 }
    known.set(id, entry)
    upload.catch(() => known.delete(id))
    for (const [other, { users }] of known) {
      if (known.size <= mostKnown) break
      if (users === 0 && other !== id) known.delete(other)
    }
    return entry
  }

  return {
    /** Durable before it returns, so that the address the phone is told will still lead somewhere. */
    async create(length: number, metadata: Readonly<Record<string, string>>): Promise<Upload> {
      const id = randomUUID().replaceAll('-', '')
      const path = pathOf(id)
      try {
        const note = await open(`${path}.json`, 'wx', 0o600)
        try {
          await note.writeFile(JSON.stringify({ id, size: length, metadata }))
          await note.sync()
        } finally {
          await note.close()
        }
        await (await open(path, 'wx', 0o600)).close()
        await syncFolder(folder)
      } catch (fault) {
        await this.remove(id).catch(() => {})
        throw fault
      }
      const upload: Upload = { id, path, length, metadata, offset: 0, followedTo: 0 }
      remember(id, Promise.resolve(upload))
      return upload
    },

    /** Lends the upload for as long as the work takes: everybody who asks in the meantime is lent the same one. */
    async lend<Done>(id: string, work: (upload: Upload | undefined) => Promise<Done>): Promise<Done> {
      if (!/^[\w-]{1,64}$/.test(id)) return work(undefined)
      const entry = known.get(id) ?? remember(id, read(id))
      entry.users += 1
      try {
        const upload = await entry.upload
        if (!upload) known.delete(id)
        return await work(upload)
      } finally {
        entry.users -= 1
      }
    },

    /** Takes the files away. The name is still known where `kept` says what it became. */
    async remove(id: string): Promise<void> {
      fingerprints.forget(pathOf(id))
      for (const ending of ['', '.slice', '.whole', '.json'])
        await rm(`${pathOf(id)}${ending}`, { force: true })
    },
  }
}

/** Nothing may be awaited between the look at `upload.holder` and this. */
export async function hold<Done>(
  upload: Upload,
  letGo: Holder['letGo'],
  work: (holder: Holder) => Promise<Done>,
): Promise<Done> {
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const holder: Holder = { letGo, done }
  upload.holder = holder
  try {
    return await work(holder)
  } finally {
    upload.holder = undefined
    resolve()
  }
}

/** 过期 — takes away what nobody has gone on with since then; an upload goes with its note. How many files it were. */
export async function sweepLanding(folder: string, before: Date): Promise<number> {
  const changedOf = async (name: string) => (await stat(join(folder, name)).catch(() => undefined))?.mtime
  let removed = 0
  for (const name of await readdir(folder)) {
    const upload = name.replace(/\.json$/, '')
    const times = await Promise.all([upload, name].map(changedOf))
    if (times.some((at) => at !== undefined && at >= before)) continue
    await rm(join(folder, name), { force: true })
    removed += 1
  }
  return removed
}

export function isGone(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'ENOENT'
}
