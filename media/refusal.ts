/** 引擎拒绝 — why an engine did not do what was asked. The code is for the caller to show or to act on; nothing has changed. */
export class EngineRefusal extends Error {
  readonly code: EngineRefusalCode
  constructor(code: EngineRefusalCode, why?: string) {
    super(why ?? code)
    this.name = 'EngineRefusal'
    this.code = code
  }
}

export const engineRefusalCodes = [
  /** Its process is gone or does not answer; it comes back by itself. */
  'engine-away',
  /** It ends, or holds as many rooms as it may. */
  'rooms-full',
  'room-unknown',
  'peer-unknown',
  'watch-unknown',
  /** What the browser sent is no description that a line can be made of. */
  'offer-unusable',
  /** It cannot do this at all: see its caps. */
  'not-here',
] as const
export type EngineRefusalCode = (typeof engineRefusalCodes)[number]

export const isEngineRefusalCode = (word: unknown): word is EngineRefusalCode =>
  engineRefusalCodes.some((code) => code === word)
