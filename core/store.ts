import type { Timers } from '@open110/kit/client/live'

/**
 * 本机存储 — what the phone keeps between two lives of the page. Handed in: IndexedDB in a browser, files and
 * storage in a mini-program.
 */
export type KeyStore = {
  get(key: string): Promise<unknown>
  /** Every value whose key begins with `prefix`. */
  list(prefix: string): Promise<readonly unknown[]>
  /** All or nothing, and durable when it resolves. A value of `undefined` removes its key. */
  put(entries: Readonly<Record<string, unknown>>): Promise<void>
}

/** Where nothing can be kept (private browsing, storage denied) the page still works until it is closed. */
export function memoryStore(held: Map<string, unknown> = new Map()): KeyStore {
  return {
    get: async (key) => held.get(key),
    list: async (prefix) => [...held].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value),
    put: async (entries) => {
      for (const [key, value] of Object.entries(entries)) {
        if (value === undefined) held.delete(key)
        else held.set(key, value)
      }
    },
  }
}

const readLimitMs = 2_000

/** A store that does not answer a reading is one that cannot be read: nobody waits for it with a cry for help. */
export function promptStore(store: KeyStore, timers: Timers): KeyStore {
  const within = <T>(reading: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = timers.after(readLimitMs, () => reject(new Error('the store did not answer')))
      void reading.then(resolve, reject).finally(stop)
    })
  return {
    get: (key) => within(store.get(key)),
    list: (prefix) => within(store.list(prefix)),
    put: (entries) => store.put(entries),
  }
}
