import { setImmediate as breathe } from 'node:timers/promises'
import type { LiveEvent } from './event.ts'
import { bytesOf, openBatches } from './batch.ts'
import { mayHear, type Line } from './line.ts'
import { openListeners } from './listeners.ts'

/** After so long the others in the process have their turn. */
const turnMs = 8

/**
 * 送达 — an event touches those who named its topic and nobody else; what one line is to hear of a page goes to it in one
 * write.
 */
export function openDelivery(given: {
  now: () => string
  mostBufferedBytes: number
  mostPassingBytes: number
  drop: (line: Line) => void
}) {
  const listeners = openListeners<Line>()
  let touched: Line[] = []
  let batchOf = openBatches()
  let turnBeganMs = performance.now()

  const isTurnOver = () => performance.now() - turnBeganMs > turnMs
  async function giveWay(): Promise<void> {
    await breathe()
    turnBeganMs = performance.now()
  }

  /** Writes what this line is to hear, if it has read what it was sent before. */
  function write(line: Line): void {
    const { batch } = line
    line.batch = undefined
    if (!batch || line.state !== 'live') return
    if (line.socket.writableLength > given.mostBufferedBytes) given.drop(line)
    else line.socket.write(bytesOf(batch))
  }
  async function writeAll(): Promise<void> {
    const lines = touched
    touched = []
    batchOf = openBatches()
    for (const line of lines) {
      write(line)
      if (isTurnOver()) await giveWay()
    }
  }

  return {
    listen: (line: Line) => {
      for (const topic of line.topics) listeners.add(topic, line)
    },
    leave: (line: Line) => {
      for (const topic of line.topics) listeners.remove(topic, line)
    },
    /** Puts an event on the way to everybody who is to hear it. */
    put(event: LiveEvent): void {
      const now = given.now()
      for (const topic of event.topics) {
        listeners.each(topic, (line) => {
          if (line.at >= event.cursor || !mayHear(line, event, now)) return
          if (!line.batch) touched.push(line)
          line.batch = batchOf(line.batch, event)
          line.at = event.cursor
        })
      }
    },
    /** Shows a frame that passes to who may see it and has read what it was shown before. Nobody is dropped for it. */
    show(topics: readonly string[], hearers: readonly string[], bytes: Buffer): void {
      const now = given.now()
      const shown = new Set<Line>()
      for (const topic of topics) {
        listeners.each(topic, (line) => {
          if (shown.has(line) || line.state !== 'live' || !mayHear(line, { hearers }, now)) return
          shown.add(line)
          if (line.socket.writableLength <= given.mostPassingBytes) line.socket.write(bytes)
        })
      }
    },
    write,
    isTurnOver,
    writeAll,
    giveWay,
    begin: () => void (turnBeganMs = performance.now()),
    topics: listeners.words,
  }
}
export type Delivery = ReturnType<typeof openDelivery>
