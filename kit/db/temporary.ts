import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeLock } from '../lock.mjs'
import { startEmbedded } from './embedded.ts'
import { evict } from './embedded.orphans.ts'
import { forgetSocketFolder } from './embedded.socket.ts'

/** 临时数据库 — a cluster of its own for tests; `stop()` leaves nothing behind. */
export type Temporary = { url: string; stop: () => Promise<void> }

const prefix = 'open110-temporary-'

/**
 * Starts one in the system's temporary folder. With `durable: false` it does not wait for the disk, which only
 * data that nobody will miss may do. What a killed run left behind is cleared first.
 */
export const startTemporary = async ({ durable = true }: { durable?: boolean } = {}): Promise<Temporary> => {
  await clearAbandoned()
  const dir = mkdtempSync(join(tmpdir(), prefix))
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
const clearAbandoned = async (): Promise<void> => {
  const place = realpathSync(tmpdir())
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
