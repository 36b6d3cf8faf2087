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

export function openGroup<Item, Done>(rule: {
  /** So many rounds may be on their way at once; a further one sets out only when so many wait. */
  lanes: number
  enough?: number
  /** One lane more, that none but the first rank may take: it does not wait for a round of others to come back. */
  hasExpress?: boolean
  /** At most so many go in one round. */
  most: number
  work: (items: readonly Item[]) => Promise<readonly Done[]>
  /** Whether one item alone may be to blame for this fault: then each is tried by itself, and only that one fails. */
  isOnesFault?: (fault: unknown) => boolean
}): Group<Item, Done> {
  const ranks: Waiting<Item, Done>[][] = [[], [], []]
  let busy = 0
  /** Rounds on their way with somebody of the first rank in them. */
  let urgent = 0
  let isDue = false

  const waiting = () => ranks.reduce((sum, rank) => sum + rank.length, 0)
  const isRound = () => {
    if (isExpress()) return true
    return busy < rule.lanes && waiting() >= (busy === 0 ? 1 : (rule.enough ?? 1))
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
      const done = await rule.work(round.map(({ item }) => item))
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
      busy += 1
      if (isUrgent) urgent += 1
      void go(round).finally(() => {
        busy -= 1
        if (isUrgent) urgent -= 1
        due()
      })
    }
  }
  // Whoever is read from the wire in the same turn goes along.
  const due = () => {
    if (isDue || !isRound()) return
    isDue = true
    setImmediate(start)
  }

  return {
    put: (item, rank = 1) =>
      new Promise((done, failed) => {
        ranks[rank]!.push({ item, done, failed })
        due()
      }),
    waiting,
  }
}
