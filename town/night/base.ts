import type { EventContract } from '@open110/kit/event'
import { isRefusal } from '@open110/kit/refuse'
import type { Moment } from '@open110/kit/time'
import type * as z from 'zod/mini'
import { forever, type Life, type World } from './world.ts'

/** An event in the log: its cursor is its transaction's number and its place in it (decision 0002). */
export type StoredEvent = {
  readonly cursor: number
  readonly type: string
  readonly at: Moment
  readonly topics: readonly string[]
  readonly hearers: readonly string[]
  readonly data: unknown
}

export type Tx = {
  get<Row>(table: string, id: string): Row | undefined
  /** Waits for whoever holds the row, then holds it to the end. */
  hold<Row>(table: string, id: string): Promise<Row | undefined>
  put(table: string, id: string, row: object): void
  /** False if the id is taken. Waits for a transaction that is about to take it. */
  insert(table: string, id: string, row: object): Promise<boolean>
  tell<Body extends z.ZodMiniType>(contract: EventContract<Body>, at: Moment, body: z.infer<Body>): void
  /** Called in the moment in which it is true for everybody, whether or not anybody is told. */
  onCommit(act: () => void): void
}

/**
 * 数据库 — as much of PostgreSQL as the promises lean on: transactions that commit late and in another order than they
 * began, rows and unique ids that are waited for, a snapshot's horizon, commits whose answer is lost, and a crash that keeps
 * what was committed and nothing else.
 */
export type Base = {
  tx<Answer>(life: Life, work: (tx: Tx) => Promise<Answer>): Promise<Answer>
  /** One statement on what is committed. */
  read<Answer>(life: Life, look: (rows: Committed) => Answer): Promise<Answer>
  /** The same on the connection that reads the log, which may get stuck while all others work (faults A3, Chatwoot). */
  readLog<Answer>(life: Life, look: (rows: Committed) => Answer): Promise<Answer>
  /** What is committed, for whoever stands outside and sees all. */
  readonly seen: Committed
  onCommit(hear: () => void): () => void
  /** The connections of a process that died: what it had not sent to commit is rolled back. */
  drop(life: Life): void
  crash(downMs: number): void
  /** The next commits end with an error, and have happened or not. */
  failCommits(untilMs: number): void
  freeze(untilMs: number): void
  slow(untilMs: number): void
  stickLog(untilMs: number): void
  heal(): void
  /** Since when it answers as it should; in the future while it does not. */
  readonly soundSinceMs: () => number
  readonly isAnswering: () => boolean
}
export type Committed = {
  get<Row>(table: string, id: string): Row | undefined
  all<Row>(table: string): readonly Row[]
  /** Every event after a cursor that is committed, in the order of cursors. */
  events(after: number): readonly StoredEvent[]
  /** Below this cursor nothing can appear any more. */
  horizon(): number
  lastCursor(): number
}

type Open = {
  life: Life
  xid: number | undefined
  writes: Map<string, { table: string; id: string; row: object }>
  locks: Set<string>
  events: Omit<StoredEvent, 'cursor'>[]
  acts: (() => void)[]
  state: 'open' | 'committing' | 'ended'
  fail: (fault: Error) => void
}

export function openBase(world: World): Base {
  const { time } = world
  const chance = world.chance('base')
  const tables = new Map<string, Map<string, object>>()
  const log: StoredEvent[] = []
  const active = new Set<Open>()
  const locks = new Map<string, { holder: Open; waiting: { tx: Open; go: () => void }[] }>()
  const hearers = new Set<() => void>()
  let nextXid = 700
  let downUntilMs = 0
  let frozenUntilMs = 0
  let failingUntilMs = 0
  let slowUntilMs = 0
  let stuckUntilMs = 0

  const table = (name: string) => {
    const found = tables.get(name) ?? new Map<string, object>()
    tables.set(name, found)
    return found
  }
  const seen: Committed = {
    get: <Row>(name: string, id: string) => table(name).get(id) as Row | undefined,
    all: <Row>(name: string) => [...table(name).values()] as Row[],
    events(after) {
      let from = log.length
      while (from > 0 && log[from - 1]!.cursor > after) from -= 1
      return log.slice(from)
    },
    horizon() {
      let least = nextXid
      for (const { xid } of active) if (xid !== undefined && xid < least) least = xid
      return least * 4_096
    },
    lastCursor: () => log.at(-1)?.cursor ?? 0,
  }

  const isSlow = () => time.nowMs() < slowUntilMs
  /** The round trip to the database, which may be away or frozen. */
  const trip = (life: Life, ms: number) =>
    new Promise<void>((go, failed) => {
      const atMs = Math.max(time.nowMs() + ms, frozenUntilMs)
      time.after(atMs - time.nowMs(), () => {
        if (life.isOver()) return
        if (time.nowMs() < downUntilMs) failed(new Error('the database is away'))
        else go()
      })
    })

  const end = (tx: Open) => {
    tx.state = 'ended'
    active.delete(tx)
    for (const key of tx.locks) {
      const lock = locks.get(key)
      if (!lock || lock.holder !== tx) continue
      let next = lock.waiting.shift()
      while (next && next.tx.state === 'ended') next = lock.waiting.shift()
      if (!next) {
        locks.delete(key)
        continue
      }
      lock.holder = next.tx
      next.tx.locks.add(key)
      next.go()
    }
  }
  const hold = (tx: Open, key: string): Promise<void> => {
    if (tx.state === 'ended') return forever
    const lock = locks.get(key)
    if (!lock) {
      locks.set(key, { holder: tx, waiting: [] })
      tx.locks.add(key)
      return Promise.resolve()
    }
    if (lock.holder === tx) return Promise.resolve()
    return new Promise((go) => lock.waiting.push({ tx, go }))
  }
  const apply = (tx: Open) => {
    for (const { table: name, id, row } of tx.writes.values()) table(name).set(id, row)
    const xid = tx.xid ?? 0
    for (const [place, told] of tx.events.entries()) {
      const event = { ...told, cursor: xid * 4_096 + place }
      let at = log.length
      while (at > 0 && log[at - 1]!.cursor > event.cursor) at -= 1
      log.splice(at, 0, event)
      world.witness.told(event)
    }
    end(tx)
    for (const act of tx.acts) act()
    if (tx.events.length) for (const hear of hearers) hear()
  }

  const handle = (open: Open): Tx => {
    const own = (name: string, id: string) => open.writes.get(`${name}/${id}`)?.row ?? table(name).get(id)
    const put = (name: string, id: string, row: object) => {
      if (open.state === 'ended') return
      open.xid ??= nextXid++
      open.writes.set(`${name}/${id}`, { table: name, id, row })
    }
    return {
      get: <Row>(name: string, id: string) => own(name, id) as Row | undefined,
      async hold<Row>(name: string, id: string) {
        await hold(open, `${name}/${id}`)
        return own(name, id) as Row | undefined
      },
      put,
      async insert(name, id, row) {
        // Its number is given before it waits, as that of every writer is.
        open.xid ??= nextXid++
        await hold(open, `${name}/${id}`)
        if (own(name, id)) return false
        put(name, id, row)
        return true
      },
      tell(contract, at, body) {
        open.xid ??= nextXid++
        const [topics, hearers_] = [contract.topics(body), contract.hearers(body)]
        open.events.push({ type: contract.name, at, topics, hearers: hearers_, data: body })
      },
      onCommit: (act) => void open.acts.push(act),
    }
  }

  const commit = <Answer>(tx: Open, answer: Answer): Promise<Answer> => {
    tx.state = 'committing'
    return new Promise((done, failed) => {
      tx.fail = failed
      const ms = isSlow() || chance.isLucky(0.05) ? chance.between(20, 800) : chance.between(0.2, 4)
      time.after(Math.max(time.nowMs() + ms, frozenUntilMs) - time.nowMs(), () => {
        if (tx.state === 'ended') return
        if (time.nowMs() < failingUntilMs) {
          failingUntilMs = stuckUntilMs = 0
          // The disk says no, the server panics, and the record may be on the disk all the same (faults F5).
          base.crash(chance.between(300, 2_500))
          return
        }
        apply(tx)
        if (chance.isLucky(0.01)) failed(new Error('the connection broke at commit'))
        else if (!tx.life.isOver()) done(answer)
      })
    })
  }

  const base: Base = {
    seen,
    async tx(life, work) {
      await trip(life, chance.between(0.2, isSlow() ? 60 : 2))
      const tx: Open = {
        life,
        xid: undefined,
        writes: new Map(),
        locks: new Set(),
        events: [],
        acts: [],
        state: 'open',
        fail: () => {},
      }
      active.add(tx)
      const cut = new Promise<never>((_, failed) => (tx.fail = failed))
      let answer
      try {
        answer = await Promise.race([work(handle(tx)), cut])
      } catch (fault) {
        end(tx)
        throw fault
      }
      if ((tx.state as Open['state']) === 'ended') return forever
      if (isRefusal(answer) || (tx.writes.size === 0 && tx.events.length === 0)) {
        end(tx)
        return answer
      }
      if (world.has('ack-before-commit')) {
        commit(tx, answer).catch(() => {})
        return answer
      }
      return commit(tx, answer)
    },
    async read(life, look) {
      await trip(life, chance.between(0.1, isSlow() ? 120 : 1.5))
      return look(seen)
    },
    async readLog(life, look) {
      await trip(life, Math.max(chance.between(0.1, isSlow() ? 120 : 1.5), stuckUntilMs - time.nowMs()))
      return look(seen)
    },
    onCommit(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    drop(life) {
      for (const tx of [...active]) {
        if (tx.life !== life) continue
        if (tx.state === 'open' || chance.isLucky(0.5)) end(tx)
      }
    },
    crash(downMs) {
      world.say(() => `database crashes, away for ${Math.round(downMs)} ms`)
      downUntilMs = Math.max(downUntilMs, time.nowMs() + downMs)
      for (const tx of [...active]) {
        if (tx.state === 'ended') continue
        if (tx.state === 'committing' && chance.isLucky(0.5)) apply(tx)
        else end(tx)
        tx.fail(new Error('the database crashed'))
      }
    },
    failCommits: (untilMs) => void (failingUntilMs = untilMs),
    freeze: (untilMs) => void (frozenUntilMs = untilMs),
    slow: (untilMs) => void (slowUntilMs = untilMs),
    stickLog: (untilMs) => void (stuckUntilMs = untilMs),
    heal() {
      failingUntilMs = stuckUntilMs = 0
      downUntilMs = Math.min(downUntilMs, time.nowMs())
      frozenUntilMs = Math.min(frozenUntilMs, time.nowMs())
      slowUntilMs = Math.min(slowUntilMs, time.nowMs())
    },
    soundSinceMs: () => Math.max(downUntilMs, frozenUntilMs, slowUntilMs),
    isAnswering: () => time.nowMs() >= Math.max(downUntilMs, frozenUntilMs),
  }
  return base
}
