/** Nothing is known of the outcome: the network, or the server's answer, was lost. The same key may be sent again. */
export class Unanswered extends Error {
  /** Absent when nobody answered; else the answer of a server that could not do it. */
  readonly status: number | undefined
  /** The server asks to be left alone for so long. */
  readonly retryAfterSeconds: number | undefined
  /** The phone knows that nothing of it has gone out. */
  readonly hasNeverLeft: boolean
  constructor(
    message: string,
    options: { cause?: unknown; status?: number; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'Unanswered'
    this.status = options.status
    this.retryAfterSeconds = options.retryAfterSeconds
    this.hasNeverLeft = options.cause instanceof NeverLeft
  }
}

/** What a transport throws where there was no network before the try and none after it. */
export class NeverLeft extends Error {}

/** `Retry-After` in seconds, with or without a fraction, or as a date against the server's own `Date`. */
export function secondsAsked(
  retryAfter: string | null | undefined,
  date?: string | null,
): number | undefined {
  if (!retryAfter?.trim()) return undefined
  const plain = Number(retryAfter)
  const seconds = Number.isFinite(plain) ? plain : (Date.parse(retryAfter) - Date.parse(date ?? '')) / 1000
  return seconds > 0 ? seconds : undefined
}
