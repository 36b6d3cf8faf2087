import type { Reader } from '../db/index.ts'
import type { LiveEvent } from './event.ts'
import { framed } from './frame.ts'
import { openGate } from './gate.ts'
import { mayHear, type Line } from './line.ts'
import { countMissed, firstHead, missedBy, page } from './log.ts'
import type { Recent } from './recent.ts'

/** So much is written at a time, and no more until it has been taken. */
const pieceBytes = 64 * 1024
/** So many ask the database at once what they have missed. */
const asksAtOnce = 4

const gapFrame = framed('{"gap":true}')

/**
 * 补听 — tells a line that was away what it missed, no faster than it reads. The line only carries how far it has come, so
 * nothing is set aside for it meanwhile: what happens while it is catching up is one more thing that it has missed.
 */
export function openCatchUp(given: {
  db: Reader
  recent: Recent
  head: () => number
  now: () => string
  mostMissed: number
  /** How long somebody who is catching up may take nothing at all. */
  stallMs: number
}) {
  const { db, recent, head } = given
  const gate = openGate(asksAtOnce)
  const isBehind = (line: Line) => line.state === 'behind'
  const skipTo = (line: Line, cursor: number) => {
    if (!isBehind(line)) return
    line.socket.write(gapFrame)
    line.at = cursor
  }

  /** Writes the events; ends early when somebody changed meanwhile what this line hears: they must be found anew. */
  async function tell(line: Line, events: readonly LiveEvent[], upTo: number): Promise<void> {
    const { topics, subject } = line
    let piece: Buffer[] = []
    let bytes = 0
    const write = () => {
      if (piece.length > 0) line.socket.write(piece.length === 1 ? piece[0]! : Buffer.concat(piece, bytes))
      piece = []
      bytes = 0
    }
    let now = given.now()
    for (const event of events) {
      line.at = event.cursor
      if (!mayHear(line, event, now)) continue
      piece.push(event.bytes)
      bytes += event.bytes.length
      if (bytes < pieceBytes) continue
      write()
      if (line.socket.writableLength <= pieceBytes) continue
      await taken(line, given.stallMs)
      if (!isBehind(line) || line.topics !== topics || line.subject !== subject) return
      now = given.now()
    }
    write()
    line.at = upTo
  }

  async function fromMemory(line: Line, most: number): Promise<void> {
    const upTo = head()
    const now = given.now()
    const events = recent.told(line.topics, line.at).filter((event) => mayHear(line, event, now))
    if (events.length > most) skipTo(line, upTo)
    else await tell(line, events, upTo)
  }

  async function fromDatabase(line: Line, most: number): Promise<void> {
    const { topics, subject, at: since } = line
    const ears = { topics, hears: subject.hears }
    const upTo = head()
    const events = await gate(() => missedBy(db, since, upTo, ears))
    if (!events) return skipTo(line, head())
    const isFull = events.length >= page
    const countAll = () => gate(() => countMissed(db, since, upTo, ears, most + 1))
    const missed = isFull && most < Infinity ? await countAll() : events.length
    if (!isBehind(line) || line.topics !== topics || line.subject !== subject) return
    if (missed > most) skipTo(line, head())
    else await tell(line, events, isFull ? events.at(-1)!.cursor : upTo)
  }

  /** `arrived` is called in the same breath in which the line has heard everything up to the head. */
  return async (line: Line, arrived: (line: Line) => void): Promise<void> => {
    // A cursor from another process may be ahead of what this one has read. One that is ahead of the log itself belongs
    // to another log, as after a restored backup.
    if (line.at > head() && line.at > (await gate(() => firstHead(db)))) skipTo(line, head())
    // How much is too much is asked once: who reads as fast as things happen is never sent away.
    for (let most = given.mostMissed; isBehind(line) && line.at < head(); most = Infinity) {
      if (line.at >= recent.from()) await fromMemory(line, most)
      else await fromDatabase(line, most)
    }
    if (isBehind(line)) arrived(line)
  }
}

/** Waits until what was written has been taken; a line that takes nothing for too long is dropped. */
const taken = ({ socket, ws }: Line, stallMs: number): Promise<void> =>
  new Promise((done) => {
    const late = setTimeout(() => ws.terminate(), stallMs)
    const go = () => {
      clearTimeout(late)
      socket.off('drain', go)
      socket.off('close', go)
      done()
    }
    socket.once('drain', go)
    socket.once('close', go)
  })
