/** 不动手下的行 — an order that holds while a hand is at work in the list; what has come meanwhile is counted. */
export type Held = { readonly shown: readonly string[]; readonly wanted: readonly string[] }

export const nothingHeld: Held = { shown: [], wanted: [] }

export function arrive(held: Held, wanted: readonly string[], isAtWork: boolean): Held {
  if (!isAtWork || held.shown.length === 0) return { shown: wanted, wanted }
  return { shown: held.shown, wanted }
}

export const release = (held: Held): Held => ({ shown: held.wanted, wanted: held.wanted })

export function newcomers({ shown, wanted }: Held): number {
  const listed = new Set(shown)
  return wanted.filter((id) => !listed.has(id)).length
}

export const isSettled = ({ shown, wanted }: Held): boolean =>
  shown.length === wanted.length && shown.every((id, index) => id === wanted[index])
