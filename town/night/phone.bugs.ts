import type { KeyStore } from '@open110/core/store'
import type { Chance } from './chance.ts'
import type { Answered, Ask } from './network.ts'
import { tagOf } from './witness.ts'
import type { World } from './world.ts'

/** 线上的错误 — wrappers round the port of the network, one for each planted bug that lives between the core and its line. */
export function brokenAsk(given: {
  world: World
  ask: Ask
  store: KeyStore
  chance: Chance
  hasMedia: () => boolean
}): {
  forText: Ask
  forMedia: Ask
  pressed(): void
} {
  const { world, ask, store, chance } = given
  const made = new Map<string, string>()
  const sent = new Set<string>()
  let isFresh = true

  const keyed = (key: string): string => {
    if (world.has('key-made-on-retry')) return sent.has(key) ? `${key}~${chance.next()}` : key
    if (!world.has('key-made-at-send')) return key
    const found = made.get(key) ?? `${key}~${chance.next()}`
    made.set(key, found)
    return found
  }
  const forget = async (words: string) => {
    const item = world.witness.itemOf(tagOf(words))
    if (item) await store.put({ [`outbox/${item}`]: undefined }).catch(() => {})
  }

  const forText: Ask = async (asked) => {
    const key = asked.headers['idempotency-key']
    if (!key) return withoutDelay(world, await ask(asked))
    if (world.has('drains-on-write-only') && !isFresh) throw new Error('nobody looks before the next press')
    if (world.has('media-before-text') && !asked.url.endsWith('/reports') && given.hasMedia())
      return { status: 500, text: '' }
    if (world.has('item-deleted-at-send') && asked.url.endsWith('/reports'))
      await forget((JSON.parse(asked.body) as { words: string }).words)
    const headers = { ...asked.headers, 'idempotency-key': keyed(key) }
    sent.add(key)
    try {
      const answered = await ask({ ...asked, headers })
      if (answered.status < 500) return withoutDelay(world, answered)
      isFresh = false
      return world.has('exception-is-success') ? invented : withoutDelay(world, answered)
    } catch (fault) {
      isFresh = false
      if (world.has('exception-is-success')) return invented
      throw fault
    }
  }
  return {
    forText,
    forMedia: async (asked) => withoutDelay(world, await ask(asked)),
    pressed: () => void (isFresh = true),
  }
}

const invented: Answered = {
  status: 201,
  text: JSON.stringify({
    id: `rp_${'0'.repeat(26)}`,
    receiptCode: '',
    state: 'delivered',
    deliveredAt: '2026-11-21T14:00:00.000Z',
    desk: null,
    fallbackAfterSeconds: 30,
  }),
}

function withoutDelay(world: World, answered: Answered): Answered {
  if (!world.has('ignores-retry-after') || answered.retryAfterSeconds === undefined) return answered
  return { status: answered.status, text: '' }
}
