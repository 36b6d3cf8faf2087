import type { LiveEvent } from './event.ts'

/**
 * 一批 — what one line is to hear of a page. Lines that hear the same share the same batch, so that five hundred desks
 * cost one copy of the bytes.
 */
export type Batch = {
  readonly before: Batch | undefined
  readonly event: LiveEvent
  readonly count: number
  /** The batch with one event more that somebody has made of this one last. */
  next: Batch | undefined
  bytes: Buffer | undefined
}

/** Makes the batches of one page. */
export function openBatches(): (before: Batch | undefined, event: LiveEvent) => Batch {
  let first: Batch | undefined
  return (before, event) => {
    const known = before ? before.next : first
    if (known?.event === event) return known
    const made = { before, event, count: (before?.count ?? 0) + 1, next: undefined, bytes: undefined }
    if (before) before.next = made
    else first = made
    return made
  }
}

/** The frames of all its events, one after the other. */
export function bytesOf(batch: Batch): Buffer {
  if (batch.count === 1) return batch.event.bytes
  if (!batch.bytes) {
    const frames: Buffer[] = Array.from({ length: batch.count })
    for (let one: Batch | undefined = batch; one; one = one.before) frames[one.count - 1] = one.event.bytes
    batch.bytes = Buffer.concat(frames)
  }
  return batch.bytes
}
