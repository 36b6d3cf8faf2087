import type { Subject } from '../http/index.ts'
import type { Log } from '../log/index.ts'
import { openGate } from './gate.ts'

/** Each is a write, and ten thousand who come back at once all give one: so many at a time leave room for reports. */
const atOnce = 4

/** 心跳 — signs of life of people, passed on a few at a time; one that waits speaks for all others of the same person. */
export function openBeats(given: { onBeat: (subject: Subject) => Promise<unknown> | void; log: Log }): {
  pass(subject: Subject, goesFirst: boolean): void
  close(): void
} {
  const gate = openGate(atOnce)
  const waiting = new Set<string>()
  let isClosed = false
  return {
    pass(subject, goesFirst) {
      if (isClosed || waiting.has(subject.id)) return
      waiting.add(subject.id)
      const pass = async () => {
        waiting.delete(subject.id)
        if (!isClosed) await given.onBeat(subject)
      }
      gate(pass, goesFirst).catch((err: unknown) => given.log.warn({ err }, 'a sign of life was not noted'))
    },
    /** Those that still wait are for another process to hear. */
    close: () => void (isClosed = true),
  }
}
