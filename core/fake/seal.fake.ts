import type { Seal } from '../seal.ts'

/** A seal that hides words from a reader of the store, and refuses what another key has sealed. */
export function fakeSeal(key = 0x5a): Seal {
  const turned = (bytes: Uint8Array) => bytes.map((byte) => byte ^ key)
  return {
    seal: async (bytes) => Uint8Array.from([key, ...turned(bytes)]),
    open: async (bytes) => {
      if (bytes[0] !== key) throw new Error('sealed with another key')
      return turned(bytes.subarray(1))
    },
    fileOf: (bytes, type) => ({ size: bytes.length, type, arrayBuffer: async () => bytes.slice().buffer }),
  }
}
