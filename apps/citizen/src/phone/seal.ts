import type { Seal } from '@open110/core/seal'
import type { KeyStore } from '@open110/core/store'

/**
 * 封存 with AES-GCM and a key that lies in the same IndexedDB and cannot be taken out of the browser.
 *
 * It protects against whoever reads the store itself: the developer tools, a copy of the browser's files read for its
 * words, a backup, an extension of another origin's making. It does not protect against somebody who runs this
 * origin's own code with the phone unlocked, for the browser then opens for them as it does for the page; nor against
 * forensics that also reads the browser's key store; nor does it hide that something lies there or how long it is.
 * Without WebCrypto (a page that is not https) or where the browser cannot keep a key there is no seal, and what waits
 * lies there plain until it is delivered.
 */
export function openSeal(store: KeyStore): () => Promise<Seal | undefined> {
  let opened: Promise<Seal | undefined> | undefined
  return () => {
    opened ??= alone(() => keyOf(store)).then(
      (key) => (key ? sealWith(key) : undefined),
      (failure: unknown) => {
        // The store is not readable just now, which is not the same as having no key: the next use tries again.
        opened = undefined
        throw failure
      },
    )
    return opened
  }
}

const cipher = 'AES-GCM'
const nonceBytes = 12

async function keyOf(store: KeyStore): Promise<CryptoKey | undefined> {
  if (typeof crypto === 'undefined' || !crypto.subtle) return undefined
  const kept = (await store.get('seal')) as CryptoKey | undefined
  if (kept) return kept
  const key = await crypto.subtle.generateKey({ name: cipher, length: 256 }, false, ['encrypt', 'decrypt'])
  return store.put({ seal: key }).then(
    () => key,
    () => undefined,
  )
}

/** Two pages that make a key at once would each lock the other's items away. */
async function alone<T>(make: () => Promise<T>): Promise<T> {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return make()
  return navigator.locks.request('seal', make) as Promise<T>
}

function sealWith(key: CryptoKey): Seal {
  return {
    async seal(bytes) {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
      const closed = await crypto.subtle.encrypt({ name: cipher, iv: nonce }, key, owned(bytes))
      const sealed = new Uint8Array(nonceBytes + closed.byteLength)
      sealed.set(nonce)
      sealed.set(new Uint8Array(closed), nonceBytes)
      return sealed
    },
    async open(bytes) {
      const nonce = owned(bytes.subarray(0, nonceBytes))
      return new Uint8Array(
        await crypto.subtle.decrypt({ name: cipher, iv: nonce }, key, owned(bytes.subarray(nonceBytes))),
      )
    },
    fileOf: (bytes, type) => new Blob([owned(bytes)], { type }),
  }
}

/** WebCrypto and Blob take no view of shared memory; a copy is none. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)
