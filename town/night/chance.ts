/** 运气 — chance that a seed decides. The same seed and name give the same sequence, whatever others have drawn. */
export type Chance = {
  /** From 0 to below 1. */
  next(): number
  between(from: number, to: number): number
  below(count: number): number
  isLucky(share: number): boolean
  pick<T>(list: readonly T[]): T
}

export function openChance(seed: number, name: string): Chance {
  let state = seed ^ 0x9e3779b9
  for (let at = 0; at < name.length; at++) state = Math.imul(state ^ name.charCodeAt(at), 0x01000193)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    below: (count) => Math.floor(next() * count),
    isLucky: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)]!,
  }
}
