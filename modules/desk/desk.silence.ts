/** 听席 — a seat as its last beat left it; the mark is another after each beat and means nothing else. */
export type Beaten = {
  readonly key: string
  readonly mark: string
  /** How much silence of this seat is too much. */
  readonly mostMs: number
}

/** What one process has heard: the mark of each seat, and how long it has been seen to stay the same. */
export type Heard = ReadonlyMap<string, { readonly mark: string; readonly silentMs: number }>

/** Whoever could not listen gives consoles so long to find back before silence counts: their longest wait, and a beat. */
export const returnMs = 10_000

/**
 * One more look at all seats. Silence is the time that this process itself has listened without a beat, by its steady
 * clock: no date of the server, of another server or of the database has a say in it (0017).
 * `listenedMs` is the time since the last look, `undefined` if the process was deaf meanwhile: just started, held up, or
 * without its database. Then everything counts anew.
 */
export function listen(
  heard: Heard,
  seats: readonly Beaten[],
  listenedMs: number | undefined,
): { heard: Heard; silent: readonly string[] } {
  const next = new Map<string, { mark: string; silentMs: number }>()
  const silent: string[] = []
  for (const { key, mark, mostMs } of seats) {
    const last = heard.get(key)
    const silentMs =
      listenedMs === undefined ? -returnMs : last?.mark === mark ? last.silentMs + listenedMs : 0
    next.set(key, { mark, silentMs })
    if (silentMs > mostMs) silent.push(key)
  }
  return { heard: next, silent }
}
