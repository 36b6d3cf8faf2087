import type { Timers } from '@open110/kit/client/live'
import type { Moment } from '@open110/kit/time'
import { bare, clothed, isSilent, laneOf, mustAsk, type Item, type ItemState, type SeenItem } from './item.ts'
import type { KeyStore } from './store.ts'

/** What this life of the page knows of an item beside what is stored. */
export type Held = {
  item: Item
  tries: number
  waitUntilMs: number
  /** Set when the wait was caused by a server that answered: only time ends it. */
  isFirm: boolean
  /** The next try is paid (see `Pace`). */
  isCostly: boolean
  /** How often it has failed in a way that is paid. */
  faults: number
  isSending: boolean
  /** It has been on its way, in this life of the page or perhaps in one before. */
  isUnknown: boolean
  isKept: boolean
  sentBytes: number
}

const storeLimitMs = 2_000

/** The items in memory and on the phone, and who wants to hear of them. */
export function holdItems(given: { store: KeyStore; timers: Timers; now(): Moment }) {
  const { store, timers, now } = given
  const held = new Map<string, Held>()
  const hearers = new Set<() => void>()
  let seen: readonly SeenItem[] = []
  let isUnread = true

  const hold = (item: Item, isKept: boolean, isUnknown = false) => {
    const had = held.get(item.id)
    if (had) had.item = item
    else
      held.set(item.id, {
        item,
        tries: 0,
        waitUntilMs: 0,
        isFirm: false,
        isCostly: false,
        faults: 0,
        isSending: false,
        isUnknown,
        isKept,
        sentBytes: 0,
      })
  }

  /** A store that refuses or hangs is a promised loss: the items live on in memory and are shown as not kept. */
  const keep = async (entries: Readonly<Record<string, unknown>>): Promise<boolean> => {
    const put = store.put(entries).then(
      () => true,
      () => false,
    )
    return Promise.race([put, new Promise<boolean>((done) => timers.after(storeLimitMs, () => done(false)))])
  }

  /**
   * What an item could not be sent without is kept with it: the report that it hangs on, which the phone may have had no
   * room for, or forgotten (CO3).
   */
  const besides = (item: Item): Readonly<Record<string, Item>> => {
    const report = held.get(item.of)
    const isThere =
      !report || report.item.id === item.id || (report.isKept && report.item.state !== 'delivered')
    return isThere ? {} : { [`outbox/${item.of}`]: bare(report.item) }
  }

  return {
    held,
    hold,
    keep,
    besides,
    items: () => [...held.values()].map(({ item }) => item),
    seen: () => seen,
    /** Whether something may lie in the store that this page does not know of. */
    isUnread: () => isUnread,
    watch(hear: () => void) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },

    tell() {
      const at = now()
      seen = [...held.values()]
        .map((one) => ({
          ...one.item,
          shows: showsOf(one, at),
          tries: one.tries,
          sentBytes: one.sentBytes,
          isKept: one.isKept,
        }))
        .toSorted((a, b) => (a.madeAt < b.madeAt ? -1 : a.madeAt > b.madeAt ? 1 : 0))
      for (const hear of hearers) hear()
    },

    /** Of what is delivered only a report is kept, and that without its words. */
    async keepItem(item: Item, also: Readonly<Record<string, unknown>> = {}) {
      hold(item, false)
      const isGone = item.state === 'delivered' && item.parcel.kind !== 'report'
      const own = { [`outbox/${item.id}`]: isGone ? undefined : bare(item) }
      const isKept = await keep({ ...(isGone ? {} : besides(item)), ...own, ...also })
      const one = held.get(item.id)
      if (one) one.isKept = isKept
    },

    /** Reads again what another life, or another page of this phone, has stored. */
    async load() {
      const before = new Map([...held.values()].map(({ item, isKept }) => [item.id, { item, isKept }]))
      const stored = await store.list('outbox/').then(
        (found) => (found as readonly Item[]).map(clothed),
        () => undefined, // not readable just now: what is in memory goes on
      )
      isUnread = !stored
      if (!stored) return
      for (const item of stored) {
        const had = held.get(item.id)
        const isOurs = had && (had.isSending || !had.isKept || had.item.state === 'delivered')
        if (!isOurs && had?.item === before.get(item.id)?.item) hold(item, true, true)
      }
      const isStored = new Set(stored.map(({ id }) => id))
      for (const [id, { item, isKept }] of before) {
        const one = held.get(id)
        // Another page of this phone has delivered or dropped it.
        const isGone = one?.item === item && isKept && item.state !== 'delivered' && !isStored.has(id)
        if (isGone && !one.isSending) held.delete(id)
      }
      // A silent one that another life delivered is known to this page now; the phone forgets it (CO17).
      const all = [...stored, ...[...held.values()].map(({ item }) => item)]
      const isHungOn = new Set(
        all.filter(({ id, of, state }) => of !== id && state !== 'delivered').map(({ of }) => of),
      )
      const told = stored.filter((item) => item.state === 'delivered' && isSilent(item))
      const gone = told.filter(({ id }) => before.get(id)?.item.state !== 'delivered' && !isHungOn.has(id))
      if (gone.length) void keep(Object.fromEntries(gone.map(({ id }) => [`outbox/${id}`, undefined])))
    },
  }
}

/** The truth of one item. Of a file the server knows how much it has, so there is nothing unknown about it. */
function showsOf({ item, isSending, isUnknown }: Held, now: Moment): ItemState {
  if (isSending) return 'sending'
  if (mustAsk(item, now)) return 'ask'
  return item.state === 'queued' && isUnknown && laneOf(item) !== 'media' ? 'unknown' : item.state
}
