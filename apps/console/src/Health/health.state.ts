import { sayOr, type Say } from '@open110/core/words/console'
import type { Degradation } from '@open110/kit/health'
import { ageText } from '../Queue/age.state.ts'

/** 探询 — the service's own account of itself, asked for again and again while somebody may be looking. */
export type HealthWatch = {
  get(): readonly Degradation[]
  subscribe(hear: () => void): () => void
  /** Now, as after a reconnect. */
  ask(): void
  close(): void
}

const everyMs = 5_000

export function openHealthWatch(given: {
  /** Without a session: while the database is away nobody could be recognised. */
  readonly fetch: () => Promise<readonly Degradation[]>
  readonly after: (ms: number, act: () => void) => () => void
  readonly isVisible: () => boolean
}): HealthWatch {
  let last: readonly Degradation[] = []
  let isAsking = false
  let isClosed = false
  let stop = () => {}
  const hearers = new Set<() => void>()

  const look = async () => {
    if (isAsking || isClosed) return
    isAsking = true
    try {
      const next = await given.fetch()
      if (JSON.stringify(next) === JSON.stringify(last)) return
      last = next
      for (const hear of hearers) hear()
    } catch {
      // Named degradation: what was last said stays; that nothing is heard is told by the bar of the link.
    } finally {
      isAsking = false
    }
  }
  const turn = () => {
    if (given.isVisible()) void look()
    stop = given.after(everyMs, turn)
  }
  turn()

  return {
    get: () => last,
    subscribe(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    ask: () => void look(),
    close() {
      isClosed = true
      stop()
      hearers.clear()
    },
  }
}

/** What this desk is shown, the worst first: that nobody sits at another desk is for its own people to see. */
export function shownAt(desk: string, degraded: readonly Degradation[]): Degradation[] {
  return degraded.filter(({ name, facts }) => {
    const desks = facts['desks']
    return name !== 'desk.none-live' || (Array.isArray(desks) && desks.includes(desk))
  })
}

/** 话 — what is wrong, what still works, what to do. */
export type Said = { readonly what: string; readonly works: string; readonly act: string }

/** The words for one, with its figures as people read them. A name that is newer than this page speaks for itself. */
export function wordsFor(say: Say, one: Degradation): Said {
  const { facts } = one
  const figure = (name: string) => Math.abs(Number(facts[name] ?? 0))
  const values = {
    ...facts,
    desks: String(facts['desks'] ?? ''),
    seconds: Math.round(figure('heldBackMs') / 1_000),
    span: ageText(Math.max(figure('machineAheadSeconds'), figure('databaseAheadSeconds'))),
  }
  const word = (part: string) => {
    const key = `health.${one.name}.${part}`
    const said = sayOr(say, key, values as Record<string, string | number>)
    return said === key.split('.').slice(1).join('.') ? '' : said
  }
  return { what: word('what') || one.zh, works: word('works'), act: word('act') }
}
