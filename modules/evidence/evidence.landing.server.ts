import { createHash } from 'node:crypto'
import { readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'

export const checksumAlgorithms = ['sha1', 'sha256'] as const

/**
 * 落地 — where uploads lie until they are whole. A slice that is not what its `Upload-Checksum` says is dropped, and the
 * upload stays where it was (tus 1.0.0, checksum).
 */
export class Landing extends FileStore {
  readonly #promised: () => string | undefined

  constructor(given: { directory: string; promised: () => string | undefined }) {
    super({ directory: given.directory })
    this.#promised = given.promised
    this.extensions = [...this.extensions, 'checksum']
  }

  override async write(slice: Readable, id: string, offset: number): Promise<number> {
    const header = this.#promised()
    if (header === undefined) return super.write(slice, id, offset)
    const [algorithm = '', digest] = header.trim().split(/\s+/)
    if (!(checksumAlgorithms as readonly string[]).includes(algorithm)) throw answerOf(400, 'Bad Request')
    const hash = createHash(algorithm)
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, pass) {
        hash.update(chunk)
        pass(undefined, chunk)
      },
    })
    slice.on('error', (fault) => hashing.destroy(fault))
    const end = await super.write(slice.pipe(hashing), id, offset)
    if (hash.digest('base64') === digest) return end
    await truncate(join(this.directory, id), offset)
    throw answerOf(460, 'Checksum Mismatch')
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

/** How the tus server is told to answer with another status than 500. */
function answerOf(status_code: number, body: string): Error {
  return Object.assign(new Error(body), { status_code, body: `${body}\n` })
}
