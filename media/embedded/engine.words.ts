import type { EngineCaps, MediaEngine, MediaEvent, Transport } from '../port.ts'

/** 进程间用语 — what the server's process and the engine's process say to each other: questions by number, and events. */
export type Asked = {
  readonly [Name in Answerable]: { readonly id: number; readonly name: Name; readonly ask: AskOf<Name> }
}[Answerable]

export type Said =
  | { readonly t: 'ready'; readonly caps: EngineCaps }
  | { readonly t: 'gave'; readonly id: number; readonly gave: unknown }
  | { readonly t: 'refused'; readonly id: number; readonly code: string | undefined; readonly why: string }
  | { readonly t: 'event'; readonly event: MediaEvent }
  | { readonly t: 'fault'; readonly what: string; readonly why: string }

/** The operations of the port that cross over. */
export const answerable = [
  'open',
  'publish',
  'watch',
  'route',
  'unwatch',
  'leave',
  'close',
  'stats',
  'ingest',
  'health',
  'end',
] as const
export type Answerable = (typeof answerable)[number]
export type AskOf<Name extends Answerable> = Parameters<MediaEngine[Name]>[0]
export type GaveOf<Name extends Answerable> = Awaited<ReturnType<MediaEngine[Name]>>
export type Answers = { readonly [Name in Answerable]: (ask: AskOf<Name>) => Promise<GaveOf<Name>> }

/** Handed to the engine's process when it is started; nothing of it is secret. */
export type EngineSettings = {
  /**
   * One UDP port for all lines of the native transport, and the 200 above it for those of the portable one; without it
   * each takes a free one.
   */
  readonly udpPort?: number
  readonly bindAddress?: string
  readonly publicAddress?: string
  /** `auto`: the native one, and the portable one on a platform for which there is no native one. */
  readonly transport: Transport | 'auto'
  readonly mostRooms: number
  /** Where pushers are let in (RTMP); without it they are not. */
  readonly rtmp?: { readonly bindAddress: string; readonly port: number; readonly publicUrl?: string }
}
