import { browserSocket, browserTimers, browserTransport } from '@open110/kit/client/browser'
import { spell } from '@open110/kit/ids'
import { momentOf, type Moment } from '@open110/kit/time'
import { cell } from '@open110/core/cell'
import { openPhone } from '@open110/core/phone'
import { languageFor, type LanguageCode } from '@open110/core/language'
import { speak } from '@open110/core/words/citizen'
import { openHere } from '../phone/here.ts'
import { openStore } from '../phone/indexed.ts'
import { openSeal } from '../phone/seal.ts'
import { tusUpload } from '../phone/upload.ts'
import { openLocator } from '../phone/whereabouts.ts'
import { isCovered, isOpened } from './quiet.ts'

/** Everything of this phone that the pages use, put together once. */
export type Phone = ReturnType<typeof startPhone>

export function startPhone() {
  const language: LanguageCode = languageFor(navigator.languages)
  const kept = openStore()
  const now = (): Moment => momentOf(Date.now())
  const newId = () => spell(crypto.getRandomValues(new Uint8Array(16)))
  const isOnline = cell(navigator.onLine)
  const phone = openPhone({
    store: kept,
    seal: openSeal(kept),
    base: '',
    transport: browserTransport(),
    open: browserSocket,
    upload: tusUpload,
    timers: browserTimers,
    now,
    newKey: newId,
    language,
    isVisible: () => document.visibilityState === 'visible',
    isRead: () => document.visibilityState === 'visible' && !isCovered(),
    alone,
  })
  const { watch } = phone
  const locator = openLocator()

  addEventListener('online', () => {
    isOnline.set(true)
    phone.online()
  })
  addEventListener('offline', () => isOnline.set(false))
  addEventListener('pageshow', (event) => event.persisted && phone.online())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') phone.foreground()
  })
  // Out from under the cover: what came meanwhile is read only now. Going in asks for nothing: that would be a tell (CI36).
  isOpened.watch(() => {
    if (isOpened.get()) watch.refresh()
  })
  const here = openHere({ call: phone.call, store: phone.store, sight: locator.sight })
  locator.warm()

  return {
    ...phone,
    language,
    locator,
    ...here,
    newId,
    isOnline,
    now,
    nowMs: browserTimers.nowMs,
    say: speak(language),
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
