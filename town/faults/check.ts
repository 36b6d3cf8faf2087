import type { History } from './phones.ts'
import type { Heard } from './watch.ts'

/** 实情 — what the tables say afterwards. */
export type Truth = {
  readonly stored: readonly { id: string; words: string; state: string; owner?: string | undefined }[]
  /** The event log in its order. */
  readonly log: readonly Heard[]
}

/** A call-taker was told "it is yours". */
export type Grant = { readonly report: string; readonly by: string }

/** Each is a list of what went wrong; all empty is the promise kept (I1 to I4 of the fault matrix). */
export type Findings = {
  /** Acknowledged and not there, or there under another name. */
  lost: string[]
  /** There more than once, whether acknowledged or not. */
  doubled: string[]
  /** There although nobody pressed it. */
  strange: string[]
  /** In the tables and not, or not once, in the event log. */
  untold: string[]
  /** In the log and never heard by a console that asks with its cursor. */
  missed: string[]
  /** Heard twice by the same console. */
  twice: string[]
  /** Heard out of the order of the log. */
  disordered: string[]
  /** Two people were each told that it is theirs, and nobody took it over in between. */
  doublyOwned: string[]
  /** Received, and nobody answers for it. */
  ownerless: string[]
}

/** What gives a report a new owner after it had one; only these make a second grant right. */
const changesHands = (type: string) =>
  type.startsWith('report.') && /taken|returned|released|lapsed|offered/.test(type)

/** 核对 — compares what people were told with what is there. Pure: the same evidence, the same findings. */
export function check(
  { pressed, acked }: Pick<History, 'pressed' | 'acked'>,
  truth: Truth,
  consoles: readonly (readonly Heard[])[] = [],
  grants: readonly Grant[] = [],
): Findings {
  const byWords = groupBy(truth.stored, ({ words }) => words)
  const byId = new Map(truth.stored.map((report) => [report.id, report]))
  const presses = new Set(pressed)
  const delivered = truth.log.filter(({ type, report }) => type === 'report.delivered' && byId.has(report))
  const tellings = groupBy(delivered, ({ report }) => report)

  const each = consoles.map((heard) => {
    const mine = heard.filter(({ type, report }) => type === 'report.delivered' && byId.has(report))
    const times = groupBy(mine, ({ report }) => report)
    return {
      missed: delivered.filter(({ report }) => !times.has(report)).map(({ report }) => report),
      twice: [...times].filter(([, many]) => many.length > 1).map(([report]) => report),
      disordered: heard
        .filter(({ cursor }, n) => n > 0 && cursor <= heard[n - 1]!.cursor)
        .map(({ report }) => report),
    }
  })
  const owned = [...groupBy(grants, ({ report }) => report)]
  return {
    lost: [...acked].filter(([words, id]) => byId.get(id)?.words !== words).map(([words]) => words),
    doubled: pressed.filter((words) => (byWords.get(words)?.length ?? 0) > 1),
    strange: truth.stored.filter(({ words }) => !presses.has(words)).map(({ words }) => words),
    untold: [...byId.keys()].filter((id) => tellings.get(id)?.length !== 1),
    missed: each.flatMap(({ missed }) => missed),
    twice: each.flatMap(({ twice }) => twice),
    disordered: each.flatMap(({ disordered }) => disordered),
    doublyOwned: owned
      .filter(([report, own]) => {
        const handovers = truth.log.filter((event) => event.report === report && changesHands(event.type))
        return new Set(own.map(({ by }) => by)).size > 1 + handovers.length
      })
      .map(([report]) => report),
    ownerless: owned
      .filter(([report]) => {
        const now = byId.get(report)
        return now !== undefined && now.state !== 'delivered' && now.owner === undefined
      })
      .map(([report]) => report),
  }
}

/** The names of the promises that were broken, with how often; empty when all were kept. */
export function broken(findings: Findings): Record<string, number> {
  return Object.fromEntries(
    Object.entries(findings)
      .filter(([, found]) => found.length > 0)
      .map(([name, found]) => [name, found.length]),
  )
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}
