import type { KeyStore } from '@open110/core/store'
import type { Life, World } from './world.ts'

/**
 * 手机存储 — what the phone's store holds, and how it fails: slow, full, unreadable, and cut off by a death between any two
 * steps. It keeps what the port promises: a put is whole or not at all, and durable when it resolves.
 */
export type Disk = {
  readonly held: Map<string, unknown>
  fullUntilMs: number
  slowUntilMs: number
  unreadableUntilMs: number
  /** Puts that have been begun and are not yet durable. */
  readonly pending: () => number
  store(life: Life, touch: (what: string) => void): KeyStore
}

/** The one thing that no fault of the disk takes from a phone here; README.md says why. */
const alwaysThere = 'session'

type Entries = Readonly<Record<string, unknown>>

export function openDisk(world: World, name: string): Disk {
  const { time } = world
  const chance = world.chance(`disk ${name}`)
  const held = new Map<string, unknown>()
  let pending = 0
  let busyUntilMs = 0

  const write = (entries: Iterable<readonly [string, unknown]>) => {
    for (const [key, value] of entries) {
      if (value === undefined) held.delete(key)
      else held.set(key, value)
    }
  }
  const isSlow = () => time.nowMs() < disk.slowUntilMs

  /** Writes in their order; one that is under way when its page dies may still land. */
  const land = (life: Life, entries: Entries, landed: () => void, lost: () => void) => {
    if (alwaysThere in entries) {
      write(Object.entries(entries))
      return void life.after(1, landed)
    }
    pending += 1
    const ms = isSlow() ? chance.between(5, 4_000) : chance.between(0.2, 12)
    busyUntilMs = Math.max(busyUntilMs, time.nowMs()) + ms
    time.after(busyUntilMs - time.nowMs(), () => {
      pending -= 1
      if (life.isOver() && world.has('torn-put')) {
        const parts = Object.entries(entries)
        return write(parts.slice(0, chance.below(parts.length + 1)))
      }
      if (life.isOver() && chance.isLucky(0.5)) return
      const isFull = time.nowMs() < disk.fullUntilMs
      if (isFull && Object.values(entries).some((value) => value !== undefined)) return lost()
      write(Object.entries(entries))
      landed()
    })
  }

  const disk: Disk = {
    held,
    fullUntilMs: 0,
    slowUntilMs: 0,
    unreadableUntilMs: 0,
    pending: () => pending,
    store(life, touch) {
      const read = <T>(what: string, isSafe: boolean, work: () => T) =>
        new Promise<T>((done, failed) => {
          touch(what)
          // A reading waits for the writings before it, as in every store that has transactions.
          const turnMs = isSafe ? 0 : Math.max(0, busyUntilMs - time.nowMs())
          life.after(turnMs + (isSlow() ? chance.between(1, 300) : chance.between(0.1, 3)), () => {
            if (!isSafe && time.nowMs() < disk.unreadableUntilMs)
              failed(new Error('the store cannot be read'))
            else done(work())
          })
        })
      return {
        get: (key) => read('store.get', key === alwaysThere, () => held.get(key)),
        list: (prefix) =>
          read('store.list', false, () =>
            [...held].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value),
          ),
        put: (entries) =>
          new Promise((done, failed) => {
            touch('store.put')
            if (life.isOver()) return
            const full = () => life.hear(() => failed(new Error('the store is full')))
            if (world.has('relaxed-flush') && !isSlow()) {
              // Says that it is durable as soon as it has taken it.
              life.after(1, done)
              life.after(chance.between(200, 3_000), () => land(life, entries, () => {}, full))
              return
            }
            land(
              life,
              entries,
              () => {
                touch('store.kept')
                life.hear(done)
              },
              full,
            )
            // Between handing it over and its being there.
            touch('store.write')
          }),
      }
    },
  }
  return disk
}
