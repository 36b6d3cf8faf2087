import type { Parcel, ParcelStore } from './parcels.state.ts'

/** The browser's own database: two tables, so that a note of progress does not write the clip anew. */
export function browserParcels(name = 'field'): ParcelStore {
  let opened: Promise<IDBDatabase> | undefined
  const open = () => {
    opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1)
      request.onupgradeneeded = () => {
        request.result.createObjectStore('parcel', { keyPath: 'id' })
        request.result.createObjectStore('bytes')
      }
      request.onsuccess = () => {
        // The browser may close it (storage pressure, an update in another page): the next use opens it again.
        request.result.onclose = () => (opened = undefined)
        resolve(request.result)
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
    work: (parcels: IDBObjectStore, bytes: IDBObjectStore) => IDBRequest<T> | undefined,
  ) => {
    const database = await open()
    return new Promise<T | undefined>((resolve, reject) => {
      const transaction = database.transaction(['parcel', 'bytes'], mode, { durability: 'strict' })
      const request = work(transaction.objectStore('parcel'), transaction.objectStore('bytes'))
      // A write counts when its transaction is complete, not when its request has run.
      transaction.oncomplete = () => resolve(request?.result)
      transaction.onabort = () => reject(new Error('the store gave up', { cause: transaction.error }))
    })
  }
  return {
    all: async () => (await through<Parcel[]>('readonly', (parcels) => parcels.getAll())) ?? [],
    async add(parcel, file) {
      await through('readwrite', (parcels, bytes) => {
        parcels.put(parcel)
        bytes.put(file, parcel.id)
        return undefined
      })
    },
    async note(parcel) {
      await through('readwrite', (parcels) => parcels.put(parcel))
    },
    bytes: (id) => through<Blob>('readonly', (_, bytes) => bytes.get(id)),
    async drop(id) {
      await through('readwrite', (parcels, bytes) => {
        parcels.delete(id)
        bytes.delete(id)
        return undefined
      })
    },
  }
}
