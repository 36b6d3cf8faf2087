import * as z from 'zod/mini'

const number = (least: number, most: number, otherwise: number) =>
  z.pipe(
    z.optional(z.string()),
    z.pipe(
      z.transform((text: string | undefined) =>
        text === undefined || text === '' ? otherwise : Number(text),
      ),
      z.int(`must be a whole number from ${least} to ${most}`).check(z.gte(least), z.lte(most)),
    ),
  )
const onOff = (otherwise: boolean) =>
  z.pipe(
    z.optional(z.enum(['on', 'off'], 'must be on or off')),
    z.transform((text) => (text === undefined ? otherwise : text === 'on')),
  )

/** 设置 — everything the operator may say, read once at the start. What differs by city is data, never here. */
export const ServerConfig = z.object({
  OPEN110_PORT: number(0, 65_535, 8110),
  /** Loopback while the demo accounts exist; say an address to be reached from elsewhere. */
  OPEN110_HOST: z.optional(z.string()),
  /** Database, evidence and secrets of this installation. */
  OPEN110_DATA: z.optional(z.string()),
  /** What seals names and phones, the same for every process of an installation; else the file `secret` in the data folder. */
  OPEN110_SECRET: z.optional(z.string().check(z.minLength(32, 'must have at least 32 characters'))),
  /** Any PostgreSQL from 15 on instead of the embedded one. */
  DATABASE_URL: z.optional(z.string().check(z.regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'))),
  OPEN110_DEMO: onOff(true),
  OPEN110_LOG: z._default(
    z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
    'warn',
  ),
  /** The desk for reports without a place or outside every outline. */
  OPEN110_DUTY_DESK: z._default(z.string(), 'hangzhou'),
  OPEN110_CONNECTIONS: number(4, 500, 24),
  /** Whether the web clients are built and handed out; off where another server does that, or nobody needs them. */
  OPEN110_CLIENTS: onOff(true),
})
export type ServerConfig = z.infer<typeof ServerConfig>
