import type { Base, StoredEvent } from './base.ts'
import type { Listener, Wire } from './network.ts'
import type { Life, World } from './world.ts'

/** Whoever holds a token, as the live connection knows them. */
export type Hearer = {
  readonly hears: readonly string[]
  readonly heartbeatMs: number
  readonly staff?: string
}

/** Small, so that a night meets full pages and gaps. */
const page = 7
const mostMissed = 40
const pollMs = 50
const freshMs = 1_500

type Line = {
  wire: Wire
  hearer: Hearer
  topics: ReadonlySet<string>
  sentTo: number
  held: StoredEvent[] | undefined
  isOver: boolean
}

/** 实时 — the live connections of one process, told from the log as kit/live does it (LV1 to LV5). */
export function openHub(given: {
  world: World
  base: Base
  life: Life
  identify: (token: string) => Promise<Hearer | undefined>
  onBeat: (staff: string) => void
}) {
  const { world, base, life } = given
  const { time } = world
  const chance = world.chance(`bell ${world.newSerial()}`)
  const lines = new Set<Line>()
  let head = world.has('max-cursor') ? base.seen.lastCursor() : base.seen.horizon() - 1
  let readAtMs = time.nowMs()
  let reading = false
  let hasFailed = false
  let isRung = false
  let isLooking = false

  const isFor = (line: Line, event: StoredEvent) =>
    event.cursor > line.sentTo &&
    event.topics.some((topic) => line.topics.has(topic)) &&
    event.hearers.some((name) => line.hearer.hears.includes(name))
  const tell = (line: Line, frame: object) => line.isOver || line.wire.send(JSON.stringify(frame))
  const tellEvent = (line: Line, { cursor, type, at, data }: StoredEvent) =>
    tell(line, { cursor, type, at, data })
  const deliver = (line: Line, event: StoredEvent) => {
    if (isFor(line, event)) {
      if (line.held) line.held.push(event)
      else tellEvent(line, event)
    }
    if (!line.held) line.sentTo = Math.max(line.sentTo, event.cursor)
  }
  const replay = (line: Line, events: readonly StoredEvent[]) => {
    for (const event of events) {
      if (isFor(line, event)) tellEvent(line, event)
      line.sentTo = event.cursor
    }
  }

  const readOn = () =>
    base.readLog(life, (rows) => {
      const found = rows.events(head)
      if (world.has('max-cursor')) {
        const events = found.slice(0, page)
        return { events, upTo: events.at(-1)?.cursor ?? head }
      }
      const horizon = rows.horizon()
      const events = found.filter(({ cursor }) => cursor < horizon).slice(0, page)
      return { events, upTo: events.length < page ? horizon - 1 : events.at(-1)!.cursor }
    })
  const pump = async () => {
    isRung = true
    if (reading) return
    reading = true
    // Up to this moment every look would have found nothing.
    if (!hasFailed) readAtMs = time.nowMs()
    try {
      for (let isMore = true; isMore;) {
        isRung = false
        const { events, upTo } = await readOn()
        for (const event of events) for (const line of lines) deliver(line, event)
        head = Math.max(head, upTo)
        // After a full page there may be more: only the end of the log is news of all.
        if (events.length < page) readAtMs = time.nowMs()
        hasFailed = false
        isMore = events.length === page || isRung
      }
    } catch {
      hasFailed = true
      poll() // the log cannot be read just now: the next look may
    } finally {
      reading = false
    }
    // Committed and not yet below the horizon.
    if (base.seen.lastCursor() > head) poll()
  }
  /** The floor under the bell: whatever it missed is found at the next look. */
  const poll = () => {
    if (isLooking || life.isOver() || world.has('notify-is-truth')) return
    isLooking = true
    life.after(pollMs, () => {
      isLooking = false
      void pump()
    })
  }
  const stopHearing = base.onCommit(() => {
    if (life.isOver()) return
    poll()
    // The bell is lost now and then, as NOTIFY is.
    if (!chance.isLucky(0.15)) life.after(chance.between(0, 5), () => void pump())
  })

  async function catchUp(line: Line, since: number, upTo: number) {
    const missed = await base.read(life, (rows) =>
      rows
        .events(world.has('repeats-last') ? since - 1 : since)
        .filter((event) => event.cursor <= upTo && event.topics.some((topic) => line.topics.has(topic)))
        .filter((event) => event.hearers.some((name) => line.hearer.hears.includes(name))),
    )
    if (world.has('repeats-last')) line.sentTo = since - 1
    if (missed.length > mostMissed) tell(line, { gap: true })
    else replay(line, missed)
    line.sentTo = Math.max(since, upTo)
  }
  async function join(wire: Wire, text: string): Promise<Line | undefined> {
    const first = JSON.parse(text) as { auth: string; topics: string[]; since?: number }
    const hearer = await given.identify(first.auth)
    if (!hearer) {
      wire.send(JSON.stringify({ refused: 'session.signed-out' }))
      wire.close()
      return undefined
    }
    const { since = head } = first
    const topics = new Set(first.topics)
    const line: Line = { wire, hearer, topics, sentTo: since, held: [], isOver: false }
    lines.add(line)
    if (first.since !== undefined && since !== head) await catchUp(line, since, head)
    for (let held = line.held ?? []; held.length > 0; held = line.held ?? []) {
      line.held = []
      replay(line, held)
    }
    line.held = undefined
    line.sentTo = Math.max(line.sentTo, head)
    if (!isBlind()) tell(line, { head: line.sentTo })
    return line
  }
  /** What was committed may lie there unread: then the connection says nothing. */
  const isBlind = () => !base.isAnswering() || ((reading || hasFailed) && time.nowMs() - readAtMs >= freshMs)
  const heartbeat = (line: Line) => {
    life.after(line.hearer.heartbeatMs, () => {
      if (line.isOver) return
      if (!isBlind() || world.has('ping-only')) tell(line, { head })
      heartbeat(line)
    })
  }

  return {
    head: () => head,
    accept(wire: Wire): Listener {
      let line: Line | undefined
      let joining: Promise<void> | undefined
      let isClosed = false
      return {
        hear(text) {
          if (life.isOver()) return
          if (!joining) {
            joining = join(wire, text).then(
              (joined) => {
                if (!joined) return
                if (isClosed) lines.delete(joined)
                line = joined
                heartbeat(joined)
              },
              () => wire.close(),
            )
            return
          }
          const frame = JSON.parse(text) as { beat?: boolean; topics?: string[] }
          void joining.then(() => {
            if (!line) return
            if (frame.topics) line.topics = new Set(frame.topics)
            if (frame.beat && line.hearer.staff) given.onBeat(line.hearer.staff)
          })
        },
        closed() {
          isClosed = true
          if (!line) return
          line.isOver = true
          lines.delete(line)
        },
      }
    },
    close() {
      stopHearing()
      for (const { wire } of lines) wire.close()
    },
  }
}
