import type { Readable } from 'node:stream'

/**
 * Reads a body of words and figures. One that is still not whole after so long holds the line for nothing (faults F19): it
 * is cut off. Gives nothing when it is longer than it may be.
 */
export function readText(
  stream: Readable,
  { most, lateMs }: { most: number; lateMs: number },
): Promise<string | undefined> {
  return new Promise((done, failed) => {
    const parts: Buffer[] = []
    let bytes = 0
    const late = setTimeout(() => stream.destroy(new Error('a body did not come to its end')), lateMs)
    stream.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= most) parts.push(part)
      else done(undefined)
    })
    stream.on('end', () => {
      clearTimeout(late)
      done(parts.length === 1 ? parts[0]!.toString('utf8') : Buffer.concat(parts).toString('utf8'))
    })
    stream.on('error', (fault) => {
      clearTimeout(late)
      failed(fault)
    })
  })
}

/** Bodies are words and figures; files come as streams. */
export const bodyLimit = 512 * 1024
/** Marks a body that is longer than it may be. */
export const tooLarge = Symbol('too large body')
/** Marks a body that is no JSON at all. */
export const unreadable = Symbol('unreadable body')

/** No form of ours is nested so deep; whoever sends one that is wants to exhaust our stack, or the database's. */
const mostDeep = 64

/**
 * JSON as the database can keep it: NUL and halves of surrogate pairs, which PostgreSQL refuses, become U+FFFD.
 * Whoever types them is still heard.
 */
export function readJson(text: string): unknown {
  if (text === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable
  }
  if (isTooDeep(value, mostDeep)) return unreadable
  return /\\u0000|\\u[dD][89a-fA-F]|[\ud800-\udfff]/.test(text) ? mended(value) : value
}

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return left === 0 || Object.values(value).some((part) => isTooDeep(part, left - 1))
}

function mendedText(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll('\0', '\ufffd')
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return mendedText(value)
  if (Array.isArray(value)) return value.map(mended)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [mendedText(key), mended(part)]))
}
