/**
 * 合并 — what comes while a round is on its way goes together in the next one, so that the cost of a round trip, and of a
 * flush to the disk, is shared by more the more there is to do. Alone, it goes at once.
 */
export type Group<Item, Done> = {
  /** `rank` orders who waits: 0 before 1 before 2; nobody is ever turned away. */
  put(item: Item, rank?: Rank): Promise<Done>
  readonly waiting: () => number
}
export type Rank = 0 | 1 | 2

type Waiting<Item, Done> = {
  readonly item: Item
  readonly done: (done: Done) => void
  readonly failed: (fault: unknown) => void
}

const mostMs = 20_000

/** What was asked may still come to pass: who asked does not know, and finds out by asking again. */
async function inTime<Done>(work: Promise<Done>, ms: number): Promise<Done> {
  let late: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, give) => {
    late = setTimeout(() => give(new Error('a round did not come back')), ms)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(late)
  }
}

/** How long after somebody of a higher rank the last one still rests. */
const higherForMs = 1_000

export function openGroup<Item, Done>(rule: {
  /** So many rounds may be on their way at once; a further one sets out only when so many wait. */
  lanes: number
  enough?: number
  /** One lane more, that none but the first rank may take: it does not wait for a round of others to come back. */
  hasExpress?: boolean
  /**
   * While somebody of a higher rank has come within the last second, rounds of the last rank alone set out no closer
   * together than this, so that the program has room for whoever comes next. Alone, the last rank is served at full speed.
   */
  restMs?: number
  /** A round that has not come back by then is given up, so that nothing behind it waits for ever. */
  mostMs?: number
  /** At most so many go in one round. */
  most: number
  work: (items: readonly Item[]) => Promise<readonly Done[]>
  /** A steady clock in milliseconds; a test hands in its own. */
  nowMs?: () => number
  /** Whether one item alone may be to blame for this fault: then each is tried by itself, and only that one fails. */
  isOnesFault?: (fault: unknown) => boolean
}): Group<Item, Done> {
  const now = rule.nowMs ?? (() => performance.now())
  const ranks: Waiting<Item, Done>[][] = [[], [], []]
  let busy = 0
  /** Rounds on their way with somebody of the first rank in them. */
  let urgent = 0
  /** When somebody above the last rank came, and when the last rank had its last round. */
  let higherMs = -Infinity
  let lastMs = -Infinity
  let rest: NodeJS.Timeout | undefined
  let isDue = false

  const waiting = () => ranks.reduce((sum, rank) => sum + rank.length, 0)
  const isRound = () => {
    if (isExpress()) return true
    if (restsForMs() > 0) return false
    return busy < rule.lanes && waiting() >= (busy === 0 ? 1 : (rule.enough ?? 1))
  }
  const restsForMs = (): number => {
    if (!rule.restMs || ranks[0]!.length > 0 || ranks[1]!.length > 0 || ranks[2]!.length === 0) return 0
    const nowMs = now()
    return nowMs - higherMs > higherForMs ? 0 : lastMs + rule.restMs - nowMs
  }
  // Behind a round of their own the first rank gather as everybody does; behind a round of others they do not wait.
  const isExpress = () =>
    rule.hasExpress === true && ranks[0]!.length > 0 && busy > 0 && busy <= rule.lanes && urgent === 0
  const take = (): Waiting<Item, Done>[] => {
    const round = ranks[0]!.splice(0, rule.most)
    if (busy >= rule.lanes) return round
    for (const rank of ranks.slice(1)) round.push(...rank.splice(0, rule.most - round.length))
    return round
  }

  async function go(round: readonly Waiting<Item, Done>[]): Promise<void> {
    try {
      const done = await inTime(rule.work(round.map(({ item }) => item)), rule.mostMs ?? mostMs)
      round.forEach((one, n) => one.done(done[n] as Done))
    } catch (fault) {
      const isOnes = round.length > 1 && rule.isOnesFault?.(fault)
      if (isOnes) for (const one of round) await go([one])
      else for (const one of round) one.failed(fault)
    }
  }
  const start = () => {
    isDue = false
    while (isRound()) {
      const isUrgent = ranks[0]!.length > 0
      const round = take()
      if (ranks[2]!.length > 0 || !isUrgent) lastMs = now()
      busy += 1
      if (isUrgent) urgent += 1
      void go(round).finally(() => {
        busy -= 1
        if (isUrgent) urgent -= 1
        due()
      })
    }
    due()
  }
  // Whoever is read from the wire in the same turn goes along.
  const due = () => {
    if (isDue) return
    // Looked at once, before anything else: a rest that ends between two looks would leave whoever waits with neither a
    // round nor a timer.
    const restMs = restsForMs()
    if (restMs > 0) {
      rest ??= setTimeout(() => {
        rest = undefined
        due()
      }, restMs)
    } else if (isRound()) {
      isDue = true
      setImmediate(start)
    }
  }

  return {
    put: (item, rank = 1) =>
      new Promise((done, failed) => {
        ranks[rank]!.push({ item, done, failed })
        if (rank < 2) higherMs = now()
        due()
      }),
    waiting,
  }
}
