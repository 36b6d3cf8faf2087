import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PassThrough, type Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'

/** The one file of a plain multipart request, written to disk as it comes. */
export type Landed = {
  path: string
  filename?: string
  mime?: string
  fields: Readonly<Record<string, string>>
  isCut: boolean
  sha256: string
}

const mostFields = 8

/** Nothing when there is no readable file in it. Whatever was written is removed when the request breaks off. */
export async function landFile(
  stream: Readable,
  headers: IncomingHttpHeaders,
  folder: string,
  mostBytes: number,
): Promise<Landed | undefined> {
  const type = headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) {
    stream.resume()
    return undefined
  }
  const path = join(folder, `${randomUUID()}.part`)
  const fields: Record<string, string> = {}
  let landed: Landed | undefined
  let writing: Promise<void> | undefined
  let part: Readable | undefined
  try {
    const parser = new Busboy({
      headers: { ...headers, 'content-type': type },
      limits: { files: 1, fields: mostFields, fieldSize: 4_096, fileSize: mostBytes },
    })
    parser.on('field', (name, value) => {
      fields[name] = value
    })
    parser.on('file', (_name, file, filename, _encoding, mime) => {
      const mine: Landed = { path, filename, mime, fields, isCut: false, sha256: '' }
      landed = mine
      part = file
      file.on('limit', () => {
        mine.isCut = true
      })
      const hash = createHash('sha256')
      const hashing = new PassThrough().on('data', (chunk: Buffer) => hash.update(chunk))
      writing = pipeline(file, hashing, createWriteStream(path, { flags: 'wx', mode: 0o600 })).then(() => {
        mine.sha256 = hash.digest('hex')
      })
      writing.catch(() => parser.destroy())
    })
    await pipeline(stream, parser)
    await writing
    return landed
  } catch (fault) {
    // The parser leaves its part waiting for the rest: the file would stay open, and its room taken, for good.
    part?.destroy()
    await writing?.catch(() => {})
    await rm(path, { force: true })
    if (landed) throw fault
    return undefined
  }
}
