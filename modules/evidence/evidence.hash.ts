import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Digests } from './evidence.ts'

/** 指纹 — SHA-256 and SM3 of whatever flows by, in one pass. */
export function startDigests() {
  const sha256 = createHash('sha256')
  const sm3 = createHash('sm3')
  let bytes = 0
  return {
    take(chunk: Uint8Array) {
      sha256.update(chunk)
      sm3.update(chunk)
      bytes += chunk.length
      return bytes
    },
    /** Once only: a digest that has been read takes nothing more. */
    close: (): Digests => ({ bytes, sha256: sha256.digest('hex'), sm3: sm3.digest('hex') }),
  }
}

/** Returns once the file's bytes would survive a power cut. A copy does not do this by itself. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Returns once the names in the folder would survive one, too. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform !== 'win32') await syncFile(path)
}
