/**
 * 媒体引擎 — what carries picture and sound between people who are in one room and keeps all of it. It knows rooms and
 * peers by ids that are handed in and nothing of who they are; who may see and hear whom is said by its owner.
 *
 * The browser always offers where the engine can answer: a server that offers loses the race of the fingerprints
 * (libdatachannel), and a new connection is how a line recovers, on every engine alike.
 */
export interface MediaEngine {
  readonly id: 'embedded' | 'janus'
  caps(): EngineCaps
  health(): Promise<EngineHealth>
  /** Opens the room, or does nothing when it is open. Everything that is published in it is kept from the first packet. */
  open(ask: { room: string; journal: string; maxVideoKbps: number }): Promise<void>
  /** A peer sends: a first line, or a new one in place of one that was lost. The answer is complete, with its candidates. */
  publish(ask: { room: string; peer: string; offer: string; transport?: Transport }): Promise<Published>
  /**
   * One peer receives another one's line, always by a connection of its own. An engine that must offer itself gives the
   * offer, and takes the answer by `answered`.
   */
  watch(ask: {
    room: string
    peer: string
    of: string
    offer: string
    kinds: readonly TrackKind[]
    transport?: Transport
  }): Promise<Watched>
  answered(ask: { room: string; watch: string; answer: string }): Promise<void>
  /** What of it flows now; nothing is negotiated anew. A kind that was not asked for at `watch` cannot be switched on. */
  route(ask: { room: string; watch: string; kinds: readonly TrackKind[]; layer?: Layer }): Promise<void>
  unwatch(ask: { room: string; watch: string }): Promise<void>
  /** The peer is gone, with all that it sent and received. */
  leave(ask: { room: string; peer: string }): Promise<void>
  /** Ends the room; afterwards the journal is whole on the disk. */
  close(ask: { room: string }): Promise<void>
  stats(ask: { room: string }): Promise<readonly LineStats[]>
  /** An address to which a phone's own pusher may send (RTMP), which then is published as this peer; undefined: not here. */
  ingest(ask: { room: string; peer: string }): Promise<{ url: string } | undefined>
  on(hear: (event: MediaEvent) => void): () => void
  /** Takes no new rooms and ends the old ones. */
  end(): Promise<void>
}

export type TrackKind = 'audio' | 'video'
/** 传输 — `native` is the fast one, `portable` the one that also works behind a TURN server over TCP. */
export type Transport = 'native' | 'portable'
/** 画质层 — of a simulcast line; an engine without layers sends what there is. */
export type Layer = 'high' | 'middle' | 'low'

export type EngineCaps = {
  readonly simulcast: boolean
  readonly transports: readonly Transport[]
  readonly mostRooms: number
  readonly takesRtmp: boolean
  /** Whether `watch` gives an offer of its own instead of an answer. */
  readonly offersWatches: boolean
}

export type EngineHealth = { readonly ok: boolean; readonly rooms: number; readonly why?: string }

/** `generation` counts the lines of one peer; each has journal files of its own. */
export type Published = {
  readonly answer: string
  readonly generation: number
  readonly kinds: readonly TrackKind[]
}
export type Watched = { readonly watch: string } & ({ readonly answer: string } | { readonly offer: string })

export type LineStats = {
  readonly peer: string
  readonly generation: number
  readonly kbps: number
  /** Of what the peer sent, what did not arrive in time, 0…1, over the last seconds. */
  readonly lost: number
  readonly roundTripMs?: number
  /** How long since the last packet. */
  readonly silentMs: number
}

export type MediaEvent =
  /** The first packet of the line has come. */
  | { t: 'line.up'; room: string; peer: string; generation: number; kinds: readonly TrackKind[] }
  /** It ended, or nothing has come for a while; `lost` may come back by itself. */
  | { t: 'line.lost' | 'line.down'; room: string; peer: string; generation: number }
  | { t: 'line.back'; room: string; peer: string; generation: number }
  /** The engine's process has gone: every room it held must be opened, published and watched anew. */
  | { t: 'engine.down'; why: string }
  | { t: 'engine.up' }

/**
 * 笔录文件 — one line of one peer is one file per kind, `<journal>/<peer>.<generation>.<kind>.mjr` in the format of
 * Janus (MJR00002), so that `janus-pp-rec` can read it too; beside it `….chain`, a line per block of it with the SHA-256
 * over that block and the line before.
 */
export type JournalFile = {
  readonly path: string
  readonly peer: string
  readonly generation: number
  readonly kind: TrackKind
}
