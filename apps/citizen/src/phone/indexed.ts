import { memoryStore, type KeyStore } from '@open110/core/store'

/** IndexedDB as the store of the core: one database, one table, every `put` one transaction. */
export function openStore(name = 'open110'): KeyStore {
  if (typeof indexedDB === 'undefined') return memoryStore()
  let opened: Promise<IDBDatabase> | undefined

  const open = () => {
    opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1)
      request.onupgradeneeded = () => request.result.createObjectStore('kept')
      request.onsuccess = () => {
        const database = request.result
        // The browser may close it (storage pressure, an update in another page): the next use opens it again.
        database.onclose = () => (opened = undefined)
        database.onversionchange = () => {
          database.close()
          opened = undefined
        }
        resolve(database)
      }
      request.onerror = () => {
        opened = undefined
        reject(new Error('the store did not open', { cause: request.error }))
      }
    })
    return opened
  }
  const through = async <T>(
    mode: IDBTransactionMode,
    work: (table: IDBObjectStore) => IDBRequest<T> | undefined,
  ) => {
    const database = await open()
    return new Promise<T | undefined>((resolve, reject) => {
      const transaction = database.transaction('kept', mode, { durability: 'strict' })
      const request = work(transaction.objectStore('kept'))
      // A write counts when its transaction is complete, not when its request has run.
      transaction.oncomplete = () => resolve(request?.result)
      transaction.onerror = () => reject(new Error('the store refused', { cause: transaction.error }))
      transaction.onabort = () => reject(new Error('the store gave up', { cause: transaction.error }))
    })
  }

  return {
    get: (key) => through('readonly', (table) => table.get(key) as IDBRequest<unknown>),
    list: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`)
      return (await through('readonly', (table) => table.getAll(range) as IDBRequest<unknown[]>)) ?? []
    },
    put: async (entries) => {
      await through('readwrite', (table) => {
        for (const [key, value] of Object.entries(entries)) {
          if (value === undefined) table.delete(key)
          else table.put(value, key)
        }
        return undefined
      })
    },
  }
}
