import type { LiveEvent } from './event.ts'

/** How much of the log is kept in memory. */
export type Room = { readonly events: number; readonly bytes: number }

/** Topics and hearers of one event, and what an object costs. */
const besideBytes = 400
/** When there is no room, so much goes at once: an eighth, so that it is rarely done. */
const slice = 8

/**
 * 近事 — the last events in memory, by topic, so that ten thousand who come back at once ask the database nothing. Bounded
 * by count and by bytes, whatever is told.
 */
export function openRecent(room: Room, last: { events: readonly LiveEvent[]; after: number }) {
  let events: LiveEvent[] = []
  const byTopic = new Map<string, LiveEvent[]>()
  let bytes = 0
  let from = last.after

  const sizeOf = (event: LiveEvent) => event.bytes.length + besideBytes
  const keep = (event: LiveEvent) => {
    events.push(event)
    bytes += sizeOf(event)
    for (const topic of new Set(event.topics)) {
      const told = byTopic.get(topic)
      if (told) told.push(event)
      else byTopic.set(topic, [event])
    }
    while (events.length > room.events || bytes > room.bytes) makeRoom()
  }
  const makeRoom = () => {
    const gone = events.slice(0, Math.ceil(events.length / slice))
    events = events.slice(gone.length)
    from = gone.at(-1)!.cursor
    for (const event of gone) bytes -= sizeOf(event)
    for (const topic of new Set(gone.flatMap((event) => event.topics))) {
      const left = after(byTopic.get(topic) ?? [], from)
      if (left.length > 0) byTopic.set(topic, left)
      else byTopic.delete(topic)
    }
  }
  for (const event of last.events) keep(event)

  return {
    keep,
    /** Every event after this cursor is here; of earlier ones only the database knows. */
    from: () => from,
    /** The log itself no longer has what lies up to here. */
    forget: (upTo: number) => void (from = Math.max(from, upTo)),
    /** What was told on these topics after a cursor, in order and each once. */
    told(topics: readonly string[], since: number): readonly LiveEvent[] {
      const found = topics
        .map((topic) => after(byTopic.get(topic) ?? [], since))
        .filter(({ length }) => length > 0)
      if (found.length <= 1) return found[0] ?? []
      return [...new Set(found.flat())].toSorted((a, b) => a.cursor - b.cursor)
    },
    since: (cursor: number): readonly LiveEvent[] => after(events, cursor),
  }
}
export type Recent = ReturnType<typeof openRecent>

/** The events of an ordered list that come after a cursor. */
function after(events: readonly LiveEvent[], cursor: number): LiveEvent[] {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (events[middle]!.cursor <= cursor) low = middle + 1
    else high = middle
  }
  return events.slice(low)
}
