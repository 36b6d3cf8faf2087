import { refuse, type Refusal } from '../pure/refuse.ts'
import type { AsksOf, Contract, GivesOf, ParamsOf, RefusesOf, TakesOf } from '../pure/route.ts'

/** The network as the client sees it; a browser's `fetch` or a mini-program's `wx.request` is handed in. */
export type Transport = (request: {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body?: string
}) => Promise<{ status: number; text: string; retryAfterSeconds?: number }>

/** Nothing is known of the outcome: the network, or the server's answer, was lost. The same key may be sent again. */
export class Unanswered extends Error {
  readonly status: number | undefined
  readonly retryAfterSeconds: number | undefined
  constructor(
    message: string,
    options: { cause?: unknown; status?: number; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'Unanswered'
    this.status = options.status
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

type Sent<C extends Contract> = {
  params?: ParamsOf<C>
  query?: Partial<AsksOf<C>>
  body?: TakesOf<C>
  /** Made once when the button is pressed, kept with the draft, never made again on retry. */
  key?: string
}

export type Call = <C extends Contract>(
  contract: C,
  sent?: Sent<C>,
) => Promise<GivesOf<C> | Refusal<RefusesOf<C>>>

/** A typed client of the contracts: the answer, a refusal as a value, or `Unanswered`. */
export function openCall(where: {
  base: string
  transport: Transport
  token: () => string | undefined
  language: () => string
}): Call {
  return async (contract, sent = {}) => {
    const [method = 'GET', path = ''] = contract.at.split(' ')
    const params = (sent.params ?? {}) as Record<string, string>
    const url =
      where.base + path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const query = Object.entries((sent.query ?? {}) as Record<string, unknown>)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    const token = where.token()
    const headers: Record<string, string> = {
      accept: 'application/json',
      'accept-language': where.language(),
    }
    if (token) headers['authorization'] = `Bearer ${token}`
    if (sent.key) headers['idempotency-key'] = sent.key
    if (sent.body !== undefined) headers['content-type'] = 'application/json'
    const answer = await where
      .transport({
        method,
        url: query.length ? `${url}?${query.join('&')}` : url,
        headers,
        ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
      })
      .catch((cause: unknown) => {
        throw new Unanswered(`${contract.name} was not answered`, { cause })
      })
    const body = readJson(answer.text)
    if (answer.status >= 200 && answer.status < 300 && body !== undefined) return body as never
    const code = (body as { code?: unknown } | undefined)?.code
    if (answer.status >= 500 || answer.status === 429 || typeof code !== 'string') {
      throw new Unanswered(`${contract.name} was not answered`, {
        status: answer.status,
        ...(answer.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: answer.retryAfterSeconds }),
      })
    }
    const facts = (body as { facts?: Record<string, unknown> }).facts ?? {}
    return refuse(code, facts) as never
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
