import { setTimeout as wait } from 'node:timers/promises'
import type { Reader } from '../db/index.ts'
import type { Log } from '../log/index.ts'
import { openHeldBack } from './held.ts'
import { readOn, type Page } from './log.ts'

/** The floor: the log is read so often even if nobody rings. */
const pollMs = 50
/** Under a flood of rings the log is read no oftener than this; the first ring after a quiet while is heard at once. */
const apartMs = 4
/** Something waits behind an open transaction, which as a rule ends in a moment and rings for nobody: look again soon. */
const lookAgainMs = 2
/** Events that wait so long behind somebody's transaction are worth a line in the log. */
const worthSayingMs = 1_500

/**
 * 读日志 — reads the log on and on: when somebody rings, and from time to time. At most one reading is on its way, and one
 * that was asked for meanwhile begins after it.
 */
export function openReading(given: {
  db: Reader
  log: Log
  head: () => number
  /** Delivers the page; the next one is read after it. */
  deliver: (page: Page) => Promise<void>
}) {
  const held = openHeldBack()
  let provenMs = performance.now()
  let beganMs = -Infinity
  let running: Promise<number> | undefined
  let next: NodeJS.Timeout | undefined
  let soonMs = pollMs
  let isRung = false
  let isBlind = false
  let isHeld = false
  let closed = false

  async function run(): Promise<number> {
    clearTimeout(next)
    let read = 0
    try {
      for (;;) {
        const page = await readPage()
        read += page.events.length
        if (isBlind) given.log.warn('event log is read again')
        isBlind = false
        // Nothing may come between this look and the end, or whoever rang just then would be heard by nobody.
        if (!page.isFull && !isRung) return read
      }
    } catch (err) {
      // Said once, not at every look while the database is away.
      if (!isBlind && !closed) given.log.error({ err }, 'event log cannot be read')
      isBlind = true
      soonMs = pollMs
      throw err
    } finally {
      running = undefined
      if (!closed) next = setTimeout(hurry, soonMs)
    }
  }
  async function readPage(): Promise<Page> {
    const tooSoonMs = beganMs + apartMs - performance.now()
    if (tooSoonMs > 0) await wait(tooSoonMs)
    isRung = false
    const askedMs = performance.now()
    beganMs = askedMs
    const page = await readOn(given.db, given.head())
    held.note(page, performance.now())
    await given.deliver(page)
    // What the page proves was so when it was asked for; a full one proves nothing of what comes behind it.
    if (page.isFull) beganMs = -Infinity
    else provenMs = askedMs
    sayIfHeld()
    const isMoving = page.events.length > 0 || soonMs === pollMs
    if (page.waits === undefined) soonMs = pollMs
    else soonMs = isMoving ? lookAgainMs : Math.min(pollMs - 1, soonMs * 2)
    return page
  }
  /** Said once when it begins to matter, and once when it is over. */
  function sayIfHeld(): void {
    const heldMs = held.forMs(performance.now())
    if (heldMs >= worthSayingMs && !isHeld)
      given.log.warn({ heldMs }, 'delivery waits behind an open transaction')
    if (heldMs === 0 && isHeld) given.log.warn('delivery goes on')
    isHeld = heldMs === 0 ? false : isHeld || heldMs >= worthSayingMs
  }
  function pump(): Promise<number> {
    isRung = true
    running ??= run()
    return running
  }
  const hurry = () => {
    if (!closed) pump().catch(() => {}) // said where it happened
  }
  next = setTimeout(hurry, pollMs)

  return {
    pump,
    hurry,
    heldBackMs: () => held.forMs(performance.now()),
    /** How old the newest is that the head proves. */
    unprovenMs: () => performance.now() - provenMs,
    async close() {
      closed = true
      clearTimeout(next)
      await running?.catch(() => 0)
    },
  }
}
