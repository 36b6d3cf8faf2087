/** A refusal is an answer, not an accident: a code, and the facts a reader needs to act on it. */
export type Refusal<Code extends string = string> = {
  readonly refused: Code
  readonly facts: Readonly<Record<string, unknown>>
}

/** Say no with a reason: `refuse('slip.already-cancelled', { at })`. Nothing has been changed when this is returned. */
export function refuse<const Code extends string>(
  code: Code,
  facts: Readonly<Record<string, unknown>> = {},
): Refusal<Code> {
  return { refused: code, facts }
}

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer && 'facts' in answer
}

/** Codes that the floor itself may answer on any route, so contracts need not repeat them. */
export const floorRefusals = [
  'input.invalid',
  'idempotency.key-missing',
  'idempotency.key-reused',
  'idempotency.key-invalid',
  'session.signed-out',
  'permission.denied',
  'request.too-many',
  'request.busy',
  'move.not-now',
  'move.denied',
] as const
export type FloorRefusal = (typeof floorRefusals)[number]

const statusByEnding: Readonly<Record<string, number>> = {
  'not-found': 404,
  'signed-out': 401,
  denied: 403,
  invalid: 422,
  missing: 422,
  unsupported: 415,
  'too-large': 413,
  'too-many': 429,
  unavailable: 503,
  busy: 503,
}

/** The HTTP status follows from the last words of the code (`place.datum-missing` → 422); everything else is a conflict. */
export function statusOf(code: string): number {
  const reason = code.slice(code.indexOf('.') + 1)
  for (const [ending, status] of Object.entries(statusByEnding)) {
    if (reason === ending || reason.endsWith(`-${ending}`)) return status
  }
  return 409
}
