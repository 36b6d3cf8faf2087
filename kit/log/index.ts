import pino from 'pino'

export type Log = pino.Logger

/** Log lines carry names of operations, codes, counts and ids of ours; never a person's words, number, name or place. */
export function openLog(level: string, to?: pino.DestinationStream): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: safeError },
    },
    to ?? pino.destination({ fd: 1, sync: true }),
  )
}

/** A fault without the values that PostgreSQL and libraries like to quote in `detail`, in `where` or of what they cannot parse. */
export function safeError(fault: unknown): Record<string, unknown> {
  if (!(fault instanceof Error)) return { type: typeof fault }
  const code = (fault as { code?: unknown }).code
  return {
    type: fault.name,
    message: messageOf(fault, code),
    code,
    stack: fault.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 6)
      .join('\n'),
    ...(fault.cause === undefined ? {} : { cause: safeError(fault.cause) }),
  }
}

function messageOf(fault: Error, code: unknown): string {
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return `sql ${code}`
  // V8 says what it could not read by quoting it.
  return fault instanceof SyntaxError ? 'cannot be parsed' : fault.message
}
