import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isReachable, type Owner } from './embedded.binaries.ts'
import { CannotStart } from './embedded.refusal.ts'

/** The kernel takes 107 bytes for a socket's path on Linux and 103 on macOS. */
const longestPath = 103
const socketName = '.s.PGSQL.5432'

/**
 * 插口 — a private folder for the socket of this cluster. Not beside the data: that path may be too long for a
 * socket, and may lie on a file system that knows none.
 */
export const socketFolderFor = async (cluster: string, owner: Owner | undefined): Promise<string> => {
  for (const folder of foldersFor(cluster)) {
    const place = dirname(folder)
    if (Buffer.byteLength(join(`${folder}-123456`, socketName)) > longestPath || !existsSync(place)) continue
    if (owner && !(await isReachable(place, owner))) continue
    if (makePrivate(folder, owner)) return folder
    // Somebody else on this machine has taken the name: one that nobody can foresee.
    const other = mkdtempSync(`${folder}-`)
    makePrivate(other, owner)
    return other
  }
  throw new CannotStart(
    '找不到可放数据库插口的目录,请设置 TMPDIR。',
    'no short, reachable folder for a socket; set TMPDIR',
  )
}

/** One name for one cluster, so that a start finds and reuses what an earlier one left. */
const foldersFor = (cluster: string): string[] => {
  const name = `open110-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`
  return [tmpdir(), '/tmp', '/var/tmp'].map((place) => join(place, name))
}

/** Clears away what a cluster that is gone for good had there. */
export const forgetSocketFolder = (cluster: string): void =>
  foldersFor(cluster).forEach((folder) => rmSync(folder, { recursive: true, force: true }))

/** Makes the folder, or finds it as it should be; false if it is somebody else's. */
export const makePrivate = (folder: string, owner: Owner | undefined): boolean => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || ![process.getuid?.(), owner?.uid].includes(found.uid)) return false
  chmodSync(folder, 0o700)
  if (owner) chownSync(folder, owner.uid, owner.gid)
  return true
}
