/** 手机里的存放处 — what must outlive a reload or a dead zone. A test hands in a Map. */
export type Shelf = {
  read<Kept>(name: string): Kept | undefined
  write(name: string, value: unknown): void
  drop(name: string): void
}

const prefix = 'field.'

/** The browser's own store. A full or forbidden store is a degradation: the page goes on with what is in memory. */
export const browserShelf: Shelf = {
  read: (name) => {
    try {
      const text = localStorage.getItem(prefix + name)
      return text === null ? undefined : JSON.parse(text)
    } catch {
      return undefined
    }
  },
  write: (name, value) => {
    try {
      localStorage.setItem(prefix + name, JSON.stringify(value))
    } catch {
      localStorage.removeItem(prefix + name)
    }
  },
  drop: (name) => localStorage.removeItem(prefix + name),
}
