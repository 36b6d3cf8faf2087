import type { Database, GroupRank, RowsTogether } from '../db/index.ts'
import { isRefusal, type Refusal } from '../pure/refuse.ts'
import type { Contract } from '../pure/route.ts'
import type { Clock, Moment } from '../pure/time.ts'
import { shape } from './input.ts'
import { earlierAnswer, keep, type Press } from './keys.ts'
import { openTogether, type Written } from './together.ts'

/** What is answered, and with which status; a refusal brings its own. */
export type Done = {
  readonly status: number
  readonly answer: unknown
  /** It holds what the contract says and nothing else already. */
  readonly isShaped?: boolean
}

/** Another request with the same key committed first; this one is rolled back and answers with that one's answer. */
class FasterTwin extends Error {}

/** 一次 — the work of one press of a button is done once, however often it is sent, and has one answer. */
export function openOnce(given: { clock: Clock }) {
  const earlierOf = async (db: Database, press: Press | undefined): Promise<Done | undefined> => {
    const earlier = press && (await earlierAnswer(db, press))
    return isRefusal(earlier) ? { status: 0, answer: earlier } : earlier
  }

  /** In a transaction of its own. */
  async function inTransaction(
    db: Database,
    press: Press | undefined,
    contract: Contract,
    work: (tx: unknown) => Promise<unknown>,
    now: Moment,
  ): Promise<Done> {
    const earlier = await earlierOf(db, press)
    if (earlier) return earlier
    try {
      const answer = await db.tx(async (tx) => {
        const own = await work(tx)
        if (isRefusal(own) || !press) return own
        const shaped = shape(contract, own)
        if (!(await keep(tx, press, contract.status, shaped, now)))
          throw new FasterTwin('the same key was faster')
        return shaped
      })
      const twin = isRefusal(answer) ? await earlierOf(db, press) : undefined
      return twin ?? { status: contract.status, answer }
    } catch (fault) {
      const twin = fault instanceof FasterTwin ? await earlierOf(db, press) : undefined
      if (!twin) throw fault
      return twin
    }
  }

  /**
   * The same for a file. Its work is done outside this transaction, so it must be one that makes the same of the same
   * body: whoever dies in between is asked again with the same key.
   */
  async function streamed(
    db: Database,
    press: Press | undefined,
    contract: Contract,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const earlier = await earlierOf(db, press)
    if (earlier) return earlier.answer
    const own = await work()
    if (isRefusal(own) || !press) return own
    const shaped = shape(contract, own)
    if (await db.tx((tx) => keep(tx, press, contract.status, shaped, given.clock.now()))) return shaped
    return (await earlierOf(db, press))?.answer
  }

  /** Together with whatever comes at the same moment; nothing is looked up first, since nearly every press is new. */
  function together(db: Database, rows: RowsTogether) {
    const commits = openTogether({ db, rows })
    const onTheirWay = new Map<string, Promise<unknown>>()
    return async (
      press: Press,
      contract: Contract,
      prepare: () => Promise<{ answer: unknown; written: Written; rank: GroupRank } | Refusal>,
      now: Moment,
    ): Promise<Done> => {
      // A double tap: the second waits for the first, and then finds its answer. Two in one statement would both be written.
      for (let twin = onTheirWay.get(press.id); twin; twin = onTheirWay.get(press.id))
        await twin.catch(() => undefined)
      const own = (async (): Promise<Done> => {
        const ready = await prepare()
        if (isRefusal(ready)) return (await earlierOf(db, press)) ?? { status: 0, answer: ready }
        const answer = shape(contract, ready.answer)
        const item = { press, status: contract.status, answer, at: now, ...ready.written }
        if (await commits.put(item, ready.rank)) return { status: contract.status, answer, isShaped: true }
        const earlier = await earlierOf(db, press)
        if (!earlier) throw new Error(`${contract.name}: a press was kept and its answer is gone`)
        return earlier
      })()
      onTheirWay.set(press.id, own)
      try {
        return await own
      } finally {
        onTheirWay.delete(press.id)
      }
    }
  }

  return { inTransaction, streamed, together }
}
