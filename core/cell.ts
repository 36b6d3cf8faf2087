/** 一格 — one value that others may watch. */
export type Cell<T> = {
  get(): T
  set(next: T): void
  watch(hear: () => void): () => void
}

export function cell<T>(first: T): Cell<T> {
  let value = first
  const hearers = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const hear of hearers) hear()
    },
    watch(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
  }
}
