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
