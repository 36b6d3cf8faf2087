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
