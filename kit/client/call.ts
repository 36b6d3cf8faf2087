import { evened, upSteps } from '../pure/even.ts'
import { refuse, type Refusal } from '../pure/refuse.ts'
import type { AsksOf, Contract, GivesOf, ParamsOf, RefusesOf, TakesOf } from '../pure/route.ts'
import type { Pace } from './pace.ts'
import { Unanswered } from './unanswered.ts'

export { Unanswered }

/** The network as the client sees it; a browser's `fetch` or a mini-program's `wx.request` is handed in. */
export type Transport = (request: {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body?: string
}) => Promise<{ status: number; text: string; retryAfterSeconds?: number }>

type Sent<C extends Contract> = {
  params?: ParamsOf<C>
  query?: Partial<AsksOf<C>>
  body?: TakesOf<C>
  /** Made once when the button is pressed, kept with the draft, never made again on retry. */
  key?: string
  /** Asked before, and not for the first time: it earns nothing (see `Pace`). */
  isRepeat?: boolean
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
  pace?: Pace
  /** What is sent has one of a few sizes. */
  isEven?: boolean
}): Call {
  const { pace } = where
  const written = (body: unknown) =>
    where.isEven ? evened(JSON.stringify(body), upSteps) : JSON.stringify(body)
  return async (contract, sent = {}) => {
    const heldMs = pace?.heldMs(contract.admission) ?? 0
    if (heldMs > 0)
      throw new Unanswered(`${contract.name} is held back`, { status: 503, retryAfterSeconds: heldMs / 1000 })
    if (!sent.isRepeat) pace?.begin()
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
        ...(sent.body === undefined ? {} : { body: written(sent.body) }),
      })
      .catch((cause: unknown) => {
        const failure = new Unanswered(`${contract.name} was not answered`, { cause })
        pace?.fail(contract.admission, failure)
        throw failure
      })
    const body = readJson(answer.text)
    if (answer.status >= 200 && answer.status < 300 && body !== undefined) {
      pace?.succeed()
      return body as never
    }
    const code = (body as { code?: unknown } | undefined)?.code
    if (answer.status >= 500 || answer.status === 429 || typeof code !== 'string') {
      const asked = askedIn(body) ?? answer.retryAfterSeconds
      const failure = new Unanswered(`${contract.name} was not answered: ${answer.status}`, {
        status: answer.status,
        ...(asked === undefined ? {} : { retryAfterSeconds: asked }),
      })
      pace?.fail(contract.admission, failure)
      throw failure
    }
    pace?.succeed()
    const facts = (body as { facts?: Record<string, unknown> }).facts ?? {}
    return refuse(code, facts) as never
  }
}

/** A problem's own `seconds` are exact; the header is the same rounded up. */
function askedIn(body: unknown): number | undefined {
  const seconds = (body as { facts?: { seconds?: unknown } } | undefined)?.facts?.seconds
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
