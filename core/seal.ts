import type { KeyStore } from './store.ts'

/** 封存 — makes bytes unreadable to whoever copies the phone's store, and readable again. Handed in. */
export type Seal = {
  seal(bytes: Uint8Array): Promise<Uint8Array>
  /** Throws when the bytes were not sealed with this key. */
  open(bytes: Uint8Array): Promise<Uint8Array>
  /** A file of this client made of its bytes. */
  fileOf(bytes: Uint8Array, type: string): unknown
}

type Sealed = { readonly version: 1; readonly sealed: Uint8Array; readonly fileType?: string }
type FileLike = { readonly size: number; readonly type: string; arrayBuffer(): Promise<ArrayBuffer> }

/** A file above this is stored as it is: sealing would hold the whole clip in memory twice. */
const largestFileBytes = 16 * 1024 * 1024

/**
 * The store of an outbox, sealed: what waits is unreadable at rest (CO18). All of it, for an item that alone were
 * sealed would tell that it was a silent one. Where there is no seal it is stored plain: a cry for help that outlives
 * the page matters more than its secrecy. What an earlier version stored plain is still read.
 */
export function sealedStore(store: KeyStore, sealOf: () => Promise<Seal | undefined>): KeyStore {
  let before = Promise.resolve()

  const close = async (seal: Seal | undefined, value: unknown): Promise<unknown> => {
    if (value === undefined || !seal) return value
    if (!isFile(value)) return { version: 1, sealed: await seal.seal(bytesOf(value)) } satisfies Sealed
    if (value.size > largestFileBytes) return value
    const sealed = await seal.seal(new Uint8Array(await value.arrayBuffer()))
    return { version: 1, sealed, fileType: value.type } satisfies Sealed
  }
  const disclose = async (seal: Seal | undefined, value: unknown): Promise<unknown> => {
    if (!isSealed(value)) return value
    const bytes = await seal?.open(value.sealed).catch(() => undefined)
    // Its key is gone, and with it what it said; the others are still read.
    if (!bytes) return undefined
    return value.fileType === undefined ? valueOf(bytes) : seal?.fileOf(bytes, value.fileType)
  }

  return {
    get: async (key) => disclose(await sealOf(), await store.get(key)),
    list: async (prefix) => {
      const [seal, found] = [await sealOf(), await store.list(prefix)]
      const values = await Promise.all(found.map((value) => disclose(seal, value)))
      return values.filter((value) => value !== undefined)
    },
    put: async (entries) => {
      const closing = sealOf().then((seal) =>
        Promise.all(Object.entries(entries).map(async ([key, value]) => [key, await close(seal, value)])),
      )
      // In the order of the calls, however long each takes to seal: what was wiped must not come back.
      const turn = before.then(async () => ({
        done: store.put(Object.fromEntries(await closing) as Record<string, unknown>),
      }))
      before = turn.then(
        () => {},
        () => {},
      )
      await (
        await turn
      ).done
    },
  }
}

function isSealed(value: unknown): value is Sealed {
  // Not by its class: bytes that the phone hands in may be of another realm.
  return ArrayBuffer.isView((value as Partial<Sealed> | undefined)?.sealed)
}

function isFile(value: unknown): value is FileLike {
  return typeof (value as Partial<FileLike>).arrayBuffer === 'function'
}

/** What is sealed is so long at least, and grows by this: its length tells neither what was pressed nor a code's digits. */
const sealedStep = 1_024

/** JSON in plain ASCII, one byte a letter: no encoder is needed where there is none. White space behind it means nothing. */
function bytesOf(value: unknown): Uint8Array {
  const ascii = JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const whole = ascii.padEnd(Math.ceil(ascii.length / sealedStep) * sealedStep)
  return Uint8Array.from(whole, (letter) => letter.charCodeAt(0))
}

function valueOf(bytes: Uint8Array): unknown {
  return JSON.parse(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}
