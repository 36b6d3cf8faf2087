import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeLock } from '../lock.mjs'
import { startEmbedded } from './embedded.ts'
import { evict } from './embedded.orphans.ts'
import { forgetSocketFolder } from './embedded.socket.ts'

/** 临时数据库 — a cluster of its own for tests; `stop()` leaves nothing behind. */
export type Temporary = { url: string; stop: () => Promise<void> }

const prefix = 'open110-temporary-'

/** Memory that looks like a folder, where the system has one with room for every test's database at once. */
const inMemory = '/dev/shm'
const roomyBytes = 4 * 2 ** 30

const hasRoom = (): boolean => {
  try {
    const { bavail, bsize } = statfsSync(inMemory)
    return bavail * bsize >= roomyBytes
  } catch {
    return false
  }
}

/**
 * Starts one in the system's temporary folder. With `durable: false` it does not wait for the disk, and lies in memory where
 * there is enough: only data that nobody will miss may. What a killed run left behind is cleared first.
 */
export const startTemporary = async ({ durable = true }: { durable?: boolean } = {}): Promise<Temporary> => {
  for (const place of [tmpdir(), inMemory]) if (existsSync(place)) await clearAbandoned(realpathSync(place))
  const dir = mkdtempSync(join(!durable && hasRoom() ? inMemory : tmpdir(), prefix))
  const remove = () => rmSync(dir, { recursive: true, force: true })
  try {
    const { url, stop } = await startEmbedded({ dir, durable, log: () => {} })
    return { url, stop: () => stop().then(remove) }
  } catch (fault) {
    remove()
    throw fault
  }
}

/** A folder that has no lock yet is just being started by somebody else. */
const YOUNG_MILLISECONDS = 60_000

/** Taking a folder's lock proves that its owner is dead; one that is in use is left alone. */
const clearAbandoned = async (place: string): Promise<void> => {
  for (const name of readdirSync(place)) {
    if (!name.startsWith(prefix)) continue
    const dir = join(place, name)
    const made = statSync(dir, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (!existsSync(join(dir, 'lock')) && Date.now() - made < YOUNG_MILLISECONDS) continue
    const lock = await takeLock(join(dir, 'lock'))
    if ('heldBy' in lock) continue
    await evict(join(dir, 'postgres'))
    forgetSocketFolder(join(dir, 'postgres'))
    lock.release()
    rmSync(dir, { recursive: true, force: true })
  }
}
