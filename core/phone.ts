import { openCall, type Call, type Transport } from '@open110/kit/client/call'
import type { OpenSocket, Timers } from '@open110/kit/client/live'
import { openPace } from '@open110/kit/client/pace'
import type { Moment } from '@open110/kit/time'
import { openOutbox, type Outbox, type Upload } from './outbox.ts'
import { sealedStore, type Seal } from './seal.ts'
import { holdSession, type Session } from './session.ts'
import { promptStore, type KeyStore } from './store.ts'
import { openWatch, type Watch } from './watch.ts'

/** What a phone must hand in. Nothing else of it is touched: the core needs the language and no global of any host. */
export type PhonePorts = {
  store: KeyStore
  /** Absent where the phone can seal nothing. */
  seal?: () => Promise<Seal | undefined>
  base: string
  transport: Transport
  open: OpenSocket
  upload: (token: () => string | undefined) => Upload
  /** Clock and randomness. */
  timers: Timers
  now(): Moment
  newKey(): string
  language: string
  isVisible: () => boolean
  /** Whether what is shown can be read by the person. */
  isRead: () => boolean
  alone(act: () => Promise<void>): Promise<boolean>
}

export type ReporterPhone = {
  readonly call: Call
  readonly session: Session
  readonly outbox: Outbox
  readonly watch: Watch
  /** All that is kept on this phone, sealed where it can be. */
  readonly store: KeyStore
  /** Online again: what waits is sent, what is shown is asked for anew. */
  online(): void
  /** In the foreground again. */
  foreground(): void
}

/** 报警手机 — everything that a reporter's client does beneath its pages, whatever it runs on: a browser or a mini-program. */
export function openPhone(ports: PhonePorts): ReporterPhone {
  const { timers, seal = async () => undefined } = ports
  const store = sealedStore(promptStore(ports.store, timers), seal)
  const pace = openPace(timers)
  const language = () => ports.language
  const token = () => session.token()
  const call = openCall({ base: ports.base, transport: ports.transport, token, language, pace, isEven: true })
  const session = holdSession({ store, call, language, timers, changed: () => watch.reconnect() })
  const outbox = openOutbox({
    store,
    call,
    session,
    upload: ports.upload(token),
    timers,
    pace,
    now: ports.now,
    newKey: ports.newKey,
    alone: ports.alone,
  })
  const watch = openWatch({
    call,
    session,
    timers,
    pace,
    open: ports.open,
    isVisible: ports.isVisible,
    isRead: ports.isRead,
    answered: () => {
      if (outbox.items().some(({ shows }) => shows === 'queued' || shows === 'unknown')) outbox.wake()
    },
  })
  outbox.wake()
  watch.refresh()
  return {
    call,
    session,
    outbox,
    watch,
    store,
    online() {
      outbox.wake()
      watch.reconnect()
    },
    foreground() {
      outbox.wake()
      watch.refresh()
    },
  }
}
