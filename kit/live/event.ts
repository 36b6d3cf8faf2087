import { evened, toldSteps } from '../pure/even.ts'
import { sessionEnded } from '../pure/event.ts'
import { framed } from './frame.ts'

/** 事件 — one event of the log as it is delivered: framed once, whoever hears it. */
export type LiveEvent = {
  readonly cursor: number
  readonly topics: readonly string[]
  readonly hearers: readonly string[]
  /** The same bytes for everybody. */
  readonly bytes: Buffer
  /** The session that ends with it, if one does. */
  readonly ends: string | undefined
}

/** A row of the log; its data as the text that the database has, which nobody here needs to read. */
export type StoredEvent = {
  readonly cursor: number
  readonly type: string
  readonly at: string
  readonly topics: readonly string[]
  readonly hearers: readonly string[]
  readonly data: string
}

export function liveEvent({ cursor, type, at, topics, hearers, data }: StoredEvent): LiveEvent {
  const text = `{"cursor":${cursor},"type":${JSON.stringify(type)},"at":"${at}","data":${data}}`
  const ends = type === sessionEnded.name ? (JSON.parse(data) as { session?: string }).session : undefined
  return { cursor, topics, hearers, bytes: framed(evened(text, toldSteps)), ends }
}
