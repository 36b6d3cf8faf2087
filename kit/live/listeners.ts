/** 名册 — who listens under which word. Most words have one listener, so that one alone costs no list. */
export function openListeners<Listener extends object>() {
  const byWord = new Map<string, Listener | Set<Listener>>()
  return {
    add(word: string, listener: Listener): void {
      const there = byWord.get(word)
      if (!there || there === listener) byWord.set(word, listener)
      else if (there instanceof Set) there.add(listener)
      else byWord.set(word, new Set([there, listener]))
    },
    remove(word: string, listener: Listener): void {
      const there = byWord.get(word)
      if (there instanceof Set) {
        there.delete(listener)
        if (there.size === 0) byWord.delete(word)
      } else if (there === listener) byWord.delete(word)
    },
    /** `hear` may add and remove listeners. */
    each(word: string, hear: (listener: Listener) => void): void {
      const there = byWord.get(word)
      if (there instanceof Set) for (const listener of there) hear(listener)
      else if (there) hear(there)
    },
    words: () => byWord.size,
  }
}
