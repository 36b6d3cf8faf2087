import { openLive, type LiveState } from '@open110/kit/client/live'
import { socketTo, wallClock } from '../town.server.ts'
import { until } from './until.ts'

export type Heard = { readonly cursor: number; readonly type: string; readonly report: string }

/** 守望 — a console's live connection that keeps its cursor through every restart and notes all it hears. */
export type Watch = {
  readonly heard: readonly Heard[]
  /** How often it was told to fetch everything again; the first time is its own beginning. */
  readonly refetches: () => number
  /** Every change of what the screen says of itself, and when. */
  readonly states: readonly { readonly state: LiveState; readonly atMs: number }[]
  readonly state: () => LiveState
  readonly cursor: () => number | undefined
  /** The longest span in which the screen said that it was not live. */
  staleMs(): number
  has(report: string, type?: string): boolean
  live(): Promise<number>
  reconnect(): void
  close(): void
}

export function openWatch(given: {
  base: string
  token: string
  topics: readonly string[]
  since?: number
  onEvent?: (heard: Heard) => void
}): Watch {
  const heard: Heard[] = []
  const known = new Set<string>()
  const states: { state: LiveState; atMs: number }[] = []
  let refetches = 0
  const live = openLive(
    {
      open: socketTo(given.base),
      timers: wallClock,
      token: () => given.token,
      topics: given.topics,
      ...(given.since === undefined ? {} : { since: given.since }),
    },
    {
      event({ type, cursor, data }) {
        const one = { cursor, type, report: (data as { report?: string }).report ?? '' }
        heard.push(one)
        known.add(`${type} ${one.report}`)
        given.onEvent?.(one)
      },
      refetch: () => (refetches += 1),
      state: (state) => states.push({ state, atMs: performance.now() }),
    },
  )
  return {
    heard,
    refetches: () => refetches,
    states,
    state: live.state,
    cursor: live.cursor,
    staleMs() {
      const spans = states.map(({ state, atMs }, n) =>
        state === 'live' ? 0 : (states[n + 1]?.atMs ?? performance.now()) - atMs,
      )
      return Math.round(Math.max(0, ...spans))
    },
    has: (report, type = 'report.delivered') => known.has(`${type} ${report}`),
    live: () => until(() => live.state() === 'live', 'the console is live'),
    reconnect: live.reconnect,
    close: live.close,
  }
}
