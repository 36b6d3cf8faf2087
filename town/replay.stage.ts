import { setTimeout as sleep } from 'node:timers/promises'
import { openCall, Unanswered, type Call, type Transport } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'

/** 舞台 — what every player of a replay shares: the story's clock, the server, and one line to speak on. */
export type Stage = {
  readonly base: string
  readonly signal: AbortSignal
  /** Seconds of the story in one of ours. */
  readonly speed: number
  /** Waits a span of the story, which `speed` makes shorter; throws when the replay is stopped. */
  wait(storySeconds: number): Promise<void>
  /** Seconds of the story since the curtain rose. */
  storySeconds(): number
  /** A typed client for one person. */
  caller(token?: string, language?: string): Call
  /** The same after the curtain has fallen, for leaving in good order. */
  leaver(token: string): Call
  key(): string
  tell(who: string, what: string): void
  /** Something went otherwise than in the script: said, counted, and the play goes on. */
  fail(who: string, what: string): void
  failures(): number
}

export function openStage(given: {
  base: string
  speed: number
  signal: AbortSignal
  key: () => string
  nowMs: () => number
  write: (line: string) => void
}): Stage {
  const startMs = given.nowMs()
  const storySeconds = () => ((given.nowMs() - startMs) / 1000) * given.speed
  const whilePlaying: Transport = (request) =>
    ask(request, AbortSignal.any([given.signal, AbortSignal.timeout(15_000)]))
  const whileLeaving: Transport = (request) => ask(request, AbortSignal.timeout(3_000))
  const open = (transport: Transport, token: string | undefined, language: string) =>
    openCall({ base: given.base, transport, token: () => token, language: () => language })
  const tell = (who: string, what: string) => {
    const second = Math.floor(storySeconds())
    given.write(`${pad(Math.floor(second / 60))}:${pad(second % 60)}  ${who}  ${what}`)
  }
  let failures = 0
  return {
    base: given.base,
    signal: given.signal,
    speed: given.speed,
    storySeconds,
    // Nobody types faster than this, however fast the story is told.
    wait: (seconds) =>
      sleep(Math.max(50, (seconds * 1000) / given.speed), undefined, { signal: given.signal }),
    caller: (token, language = 'zh-CN') => open(whilePlaying, token, language),
    leaver: (token) => open(whileLeaving, token, 'zh-CN'),
    key: given.key,
    tell,
    fail(who, what) {
      failures += 1
      tell(who, `没有演完:${what}`)
    },
    failures: () => failures,
  }
}

async function ask(request: Parameters<Transport>[0], signal: AbortSignal) {
  const { method, url, headers, body } = request
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }), signal })
  const after = Number(response.headers.get('retry-after'))
  return {
    status: response.status,
    text: await response.text(),
    ...(after > 0 ? { retryAfterSeconds: after } : {}),
  }
}

const waits = [0.2, 0.5, 1, 2, 4, 8, 8]

/** Sends again while nothing is known of the outcome. The same key goes with each try, so it happens once. */
export async function again<Answer>(stage: Stage, act: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      return await act()
    } catch (fault) {
      const seconds = waits[tries]
      if (!(fault instanceof Unanswered) || seconds === undefined || stage.signal.aborted) throw fault
      await sleep(Math.max(seconds, fault.retryAfterSeconds ?? 0) * 1000, undefined, { signal: stage.signal })
    }
  }
}

/** 拒绝 — a refusal that the script did not expect; the player says so and leaves the scene. */
export class Refused extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.name = 'Refused'
    this.code = code
  }
}

/** The answer, or the end of this scene. */
export function granted<Answer>(answer: Answer): Exclude<Answer, { refused: string }> {
  if (isRefusal(answer)) throw new Refused(answer.refused)
  return answer as Exclude<Answer, { refused: string }>
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
