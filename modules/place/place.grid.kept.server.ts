import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { packGrid, unpackGrid } from './place.grid.pack.ts'
import type { Grid } from './place.grid.ts'

const digestOf = (parts: Iterable<string | Uint8Array>): Buffer => {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part).update('\0')
  return digest.digest()
}
const digestBytes = 32

/**
 * 存盘的格网 — a grid that was built once is read again at the next start, so that a server that comes back takes reports
 * half a second sooner. `of` says what it was built from; one that was built from anything else, or of which a single byte
 * has changed, is built anew.
 */
export function keptGrid(file: string | undefined, of: Iterable<string>, build: () => Grid): Grid {
  if (file === undefined) return build()
  const source = digestOf(of)
  const kept = readGrid(file, source)
  if (kept) return kept
  const grid = build()
  const packed = packGrid(grid)
  const bytes = new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength)
  // Named degradation: where it cannot be kept, it is built at every start.
  try {
    writeFileSync(`${file}.new`, Buffer.concat([source, digestOf([bytes]), bytes]), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch {
    return grid
  }
  return grid
}

function readGrid(file: string, source: Buffer): Grid | undefined {
  let kept: Buffer
  try {
    kept = readFileSync(file)
  } catch {
    return undefined
  }
  const bytes = kept.subarray(2 * digestBytes)
  const isSame =
    source.equals(kept.subarray(0, digestBytes)) &&
    bytes.length % 4 === 0 &&
    digestOf([bytes]).equals(kept.subarray(digestBytes, 2 * digestBytes))
  return isSame ? unpackGrid(new Int32Array(new Uint8Array(bytes).buffer)) : undefined
}
