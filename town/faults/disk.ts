import { execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** 小盘 — a disk of its own in a file, small enough to be filled. */
export type Disk = {
  readonly path: string
  freeBytes(): number
  /** Leaves about so many bytes free, none for nought. */
  fill(leaveBytes: number): void
  empty(): void
  close(): void
}

const slice = 64 * 1024

export function mountDisk(megabytes: number): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'open110-disk-'))
  const [image, path] = [join(folder, 'image'), join(folder, 'disk')]
  const file = openSync(image, 'w')
  ftruncateSync(file, megabytes * 1024 * 1024)
  closeSync(file)
  mkdirSync(path)
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image])
  execFileSync('mount', ['-o', 'loop', image, path])
  const ballast = join(path, 'ballast')
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(path)
    return Number(bavail) * Number(bsize)
  }
  return {
    path,
    freeBytes,
    fill(leaveBytes) {
      const weight = openSync(ballast, 'a')
      const bytes = Buffer.alloc(slice)
      try {
        while (freeBytes() - leaveBytes >= slice || leaveBytes === 0) writeSync(weight, bytes)
      } catch (fault) {
        if ((fault as NodeJS.ErrnoException).code !== 'ENOSPC') throw fault
      } finally {
        closeSync(weight)
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    close() {
      execFileSync('umount', ['-l', path])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
