import { browserSocket, browserTimers, browserTransport } from '@open110/kit/client/browser'
import { openCall } from '@open110/kit/client/call'
import { spell } from '@open110/kit/ids'
import { momentOf, type Moment } from '@open110/kit/time'
import { openOutbox } from '@open110/core/outbox'
import { sealedStore } from '@open110/core/seal'
import { holdSession } from '@open110/core/session'
import { languageFor, speak, type LanguageCode } from '@open110/core/words'
import { openStore } from '../phone/indexed.ts'
import { openSeal } from '../phone/seal.ts'
import { tusUpload } from '../phone/upload.ts'
import { openLocator } from '../phone/whereabouts.ts'
import { cell } from './cell.ts'
import { place } from './path.ts'
import { isCovered } from './quiet.ts'
import { openWatch } from './watch.ts'

/** Everything of this phone that the pages use, put together once. */
export type Phone = ReturnType<typeof startPhone>

export function startPhone() {
  const language: LanguageCode = languageFor(navigator.languages)
  const store = openStore()
  const now = (): Moment => momentOf(Date.now())
  const newId = () => spell(crypto.getRandomValues(new Uint8Array(16)))
  const isOnline = cell(navigator.onLine)
  const call = openCall({
    base: '',
    transport: browserTransport(),
    token: () => session.token(),
    language: () => language,
  })
  const session = holdSession({ store, call, language: () => language, changed: () => watch.reconnect() })
  const outbox = openOutbox({
    store: sealedStore(store, openSeal(store)),
    call,
    session,
    upload: tusUpload(() => session.token()),
    timers: browserTimers,
    now,
    newKey: newId,
    alone,
  })
  const watch = openWatch({
    call,
    session,
    timers: browserTimers,
    open: browserSocket,
    isVisible: () => document.visibilityState === 'visible',
    isRead: () => document.visibilityState === 'visible' && !isCovered(),
    answered: () => outbox.wake(),
  })
  const locator = openLocator()

  const revive = () => {
    outbox.wake()
    watch.reconnect()
  }
  addEventListener('online', () => {
    isOnline.set(true)
    revive()
  })
  addEventListener('offline', () => isOnline.set(false))
  addEventListener('pageshow', (event) => event.persisted && revive())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return
    outbox.wake()
    watch.refresh()
  })
  // Out from under the cover: what came meanwhile is read only now.
  let wasCovered = isCovered()
  place.watch(() => {
    if (wasCovered && !isCovered()) watch.refresh()
    wasCovered = isCovered()
  })
  outbox.wake()
  watch.refresh()
  locator.warm()

  return {
    call,
    language,
    locator,
    newId,
    isOnline,
    now,
    nowMs: browserTimers.nowMs,
    outbox,
    say: speak(language),
    session,
    store,
    watch,
  }
}

/** One page of this phone at a time carries media; where the browser has no locks, the server sorts it out. */
async function alone(act: () => Promise<void>): Promise<boolean> {
  if (!('locks' in navigator)) {
    await act()
    return true
  }
  return navigator.locks.request('outbox-media', { ifAvailable: true }, async (lock) => {
    if (lock) await act()
    return lock !== null
  })
}
