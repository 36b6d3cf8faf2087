import type { RequestListener } from 'node:http'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { loadPeers } from './peers.ts'

/**
 * @tus/server as its own guide sets it up. `peer-sync` waits for the disk before it answers a slice; `peer-digests` does
 * that and computes both digests when the file is whole.
 */
export async function peer(folder: string, side: string): Promise<RequestListener> {
  await mkdir(folder, { recursive: true })
  const { Server, FileStore } = await loadPeers()
  class Synced extends FileStore {
    override async write(body: unknown, id: string, offset: number): Promise<number> {
      const end = await super.write(body, id, offset)
      const file = await open(join(folder, id), 'r')
      await file.datasync()
      await file.close()
      return end
    }
  }
  const datastore = new (side === 'peer' ? FileStore : Synced)({ directory: folder })
  const server = new Server({
    path: '/files',
    datastore,
    relativeLocation: true,
    ...(side === 'peer-digests' && {
      onUploadFinish: async (_: unknown, upload: { id: string }) => ({
        headers: await digestsOf(join(folder, upload.id)),
      }),
    }),
  })
  return (request, response) => void server.handle(request, response)
}

async function digestsOf(path: string): Promise<Record<string, string>> {
  const [sha256, sm3] = [createHash('sha256'), createHash('sm3')]
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    sha256.update(chunk)
    sm3.update(chunk)
  }
  return { 'open110-sha256': sha256.digest('hex'), 'open110-sm3': sm3.digest('hex') }
}
