import type { Sweep } from '../jobs/index.ts'
import type { Log } from '../log/index.ts'
import { severities, weigh, wellSoFar, type Facts, type Severity, type Watched } from '../pure/health.ts'
import type { Clock, Moment } from '../pure/time.ts'

/** What is known of one name before anything is looked at. */
export type Named = {
  readonly severity: Severity
  /** Looks in a row that must find it before it is said, and must not before it is taken back. */
  readonly raiseAfter: number
  readonly clearAfter: number
}

/** 探测 — one look, which may tell several names. What it does not tell is well. */
export type Probe = {
  readonly of: string
  readonly tells: readonly string[]
  readonly timeoutMs: number
  look(): Promise<Readonly<Record<string, Facts | undefined>>>
  /** What is so when a look fails or does not end in time; without it nothing is known then, and nothing changes. */
  readonly otherwise?: Readonly<Record<string, Facts>>
}

export type Found = {
  readonly name: string
  readonly severity: Severity
  readonly since: Moment
  readonly facts: Facts
}

export type Health = {
  /** What is degraded now, the worst first. */
  now(): Found[]
  /** Look everywhere once; for a test, and as the sweep does it. */
  look(): Promise<void>
  readonly sweep: Sweep
  readonly names: readonly string[]
}

const everyMs = 2_000
const late = Symbol('late')

/** 体检 — looks at everything again and again, each look with an end of its own, none beside itself. */
export function openHealth(given: {
  named: Readonly<Record<string, Named>>
  probes: readonly Probe[]
  clock: Clock
  log: Log
}): Health {
  const watched = new Map<string, Watched>()
  const looking = new Map<string, Promise<Readonly<Record<string, Facts | undefined>>>>()

  /** A look that has not ended is waited for again; a second one beside it would only add to the trouble. */
  async function ask(probe: Probe): Promise<Readonly<Record<string, Facts | undefined>> | undefined> {
    let look = looking.get(probe.of)
    if (!look) {
      look = probe.look()
      looking.set(probe.of, look)
      const forget = () => void looking.delete(probe.of)
      look.then(forget, forget)
    }
    let timer: NodeJS.Timeout | undefined
    const end = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), probe.timeoutMs)
    })
    try {
      const answer = await Promise.race([look, end])
      return answer === late ? probe.otherwise : answer
    } catch (err) {
      given.log.debug({ err, probe: probe.of }, 'a look failed')
      return probe.otherwise
    } finally {
      clearTimeout(timer)
    }
  }

  async function look(): Promise<void> {
    await Promise.all(
      given.probes.map(async (probe) => {
        const told = await ask(probe)
        if (!told) return
        const now = given.clock.now()
        for (const name of probe.tells) {
          const before = watched.get(name) ?? wellSoFar
          const after = weigh(before, told[name], now, given.named[name]!)
          watched.set(name, after)
          if (before.saidSince === after.saidSince) continue
          const facts = after.saidSince ? after.facts : before.facts
          given.log.warn(
            { degraded: name, since: before.saidSince ?? after.saidSince, facts },
            after.saidSince ? 'degraded' : 'no longer degraded',
          )
        }
      }),
    )
  }

  return {
    look,
    names: given.probes.flatMap(({ tells }) => tells),
    sweep: {
      name: 'health',
      everyMs,
      run: () => look().then(() => 0),
    },
    now: () =>
      [...watched]
        .flatMap(([name, { saidSince, facts }]) => {
          const severity = given.named[name]?.severity ?? 'minor'
          return saidSince === undefined ? [] : [{ name, severity, since: saidSince, facts }]
        })
        .toSorted(
          (a, b) =>
            severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.since.localeCompare(b.since),
        ),
  }
}
