import type { Log } from '../log/index.ts'

/** What time does: work that looks for what has become due and does it, again and again, in any number of processes. */
export type Sweep = {
  readonly name: string
  readonly everyMs: number
  /** How soon it is asked again when it did something; at once unless said. */
  readonly againMs?: number
  /**
   * How many things were done; more than none means it is asked again at once. Told how many milliseconds later than
   * planned it runs: as long as that the process was held up and heard nothing.
   */
  readonly run: (lateMs: number) => Promise<number>
}

export function openSweeps(
  sweeps: readonly Sweep[],
  log: Log,
): { start(): void; runAll(): Promise<number>; stop(): Promise<void> } {
  const timers = new Map<string, NodeJS.Timeout>()
  const running = new Set<Promise<void>>()
  let stopped = false

  const turn = async (sweep: Sweep, lateMs: number) => {
    let did = 0
    try {
      did = await sweep.run(lateMs)
    } catch (err) {
      log.error({ err, sweep: sweep.name }, 'sweep failed')
    }
    if (!stopped) plan(sweep, did > 0 ? (sweep.againMs ?? 0) : sweep.everyMs)
  }
  const plan = (sweep: Sweep, ms: number) => {
    const dueMs = performance.now() + ms
    timers.set(
      sweep.name,
      setTimeout(() => {
        const run = turn(sweep, Math.max(0, performance.now() - dueMs)).finally(() => running.delete(run))
        running.add(run)
      }, ms),
    )
  }

  return {
    start() {
      for (const sweep of sweeps) plan(sweep, sweep.everyMs)
    },
    async runAll() {
      let did = 0
      for (const sweep of sweeps) did += await sweep.run(0)
      return did
    },
    async stop() {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all(running)
    },
  }
}
