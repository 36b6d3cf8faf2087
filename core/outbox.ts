import { Unanswered, type Call } from '@open110/kit/client/call'
import type { Timers } from '@open110/kit/client/live'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Moment } from '@open110/kit/time'
import {
  delivered,
  laneOf,
  mustAsk,
  nextOf,
  reportOf,
  waitAfter,
  type FileNote,
  type Item,
  type Lane,
  type Parcel,
  type SeenItem,
} from './item.ts'
import { holdItems, type Held } from './outbox.held.ts'
import { attachmentWith, post } from './outbox.post.ts'
import type { KeyStore } from './store.ts'

/** Carries one file to the server and goes on where it stopped. Throws when the line is lost. */
export type Upload = (given: {
  item: string
  report: string
  file: FileNote
  bytes: unknown
  /** Durable when it resolves: an upload is begun once and then resumed. */
  keepUrl(url: string): Promise<void>
  progress(sentBytes: number): void
  /** Whoever calls the function handed over makes the upload pause. */
  onStop(stop: () => void): void
}) => Promise<{ attachment?: string } | Refusal>

export type Pressed = { id: string; of?: string; parcel: Parcel; file?: unknown }

/** 发件箱 — what a person has pressed send for stays here until the server has it (RULES.md, CO1 to CO11). */
export type Outbox = {
  /** Oldest first. The same array until something changes. */
  items(): readonly SeenItem[]
  watch(hear: () => void): () => void
  /** Resolves when all of it is kept, with `also` changed in the same stroke; sending begins by itself. */
  press(pressed: readonly Pressed[], also?: Readonly<Record<string, unknown>>): Promise<void>
  /** The person was asked, or wants another try: it goes now, with the key it always had. */
  agree(id: string): Promise<void>
  /** The person does not want it sent. Refused while its sending is under way, for it may already be there. */
  drop(id: string): Promise<boolean>
  /** Something may have changed for the better: start, online, foreground, a success elsewhere. */
  wake(): void
  close(): void
}

export type OutboxPorts = {
  store: KeyStore
  call: Call
  session: { ready(): Promise<void>; renew(): Promise<void> }
  upload: Upload
  timers: Timers
  now(): Moment
  newKey(): string
  /** Runs `act` unless another page of this phone is running it; resolves to false then. */
  alone(act: () => Promise<void>): Promise<boolean>
}

/** Refusals that say "not yet". */
const patient = ['report.not-received', 'attachment.disk-unavailable', 'session.signed-out']

export function openOutbox(ports: OutboxPorts): Outbox {
  const { store, timers } = ports
  const { held, hold, keep, keepItem, load, items, seen, watch, tell } = holdItems(ports)
  /** Bytes that the phone could not store. */
  const loose = new Map<string, unknown>()
  const busy: Record<Lane, boolean> = { text: false, media: false }
  let lineDownUntilMs = 0
  let stopUpload: (() => void) | undefined
  let stopTimer = () => {}
  let isClosed = false

  const isDue = (item: Item) => {
    const one = held.get(item.id)
    if (!one || one.isSending || mustAsk(item, ports.now())) return false
    return Math.max(one.waitUntilMs, lineDownUntilMs) <= timers.nowMs()
  }
  const fail = (one: Held, failure: unknown) => {
    one.tries += 1
    const wait = waitAfter(one.tries, failure, timers.random)
    one.waitUntilMs = timers.nowMs() + wait.ms
    one.isFirm = wait.isFirm || (failure instanceof Unanswered && failure.status !== undefined)
    if (!one.isFirm) lineDownUntilMs = one.waitUntilMs
  }
  const lineIsUp = () => {
    lineDownUntilMs = 0
    for (const one of held.values()) if (!one.isFirm) one.waitUntilMs = 0
  }
  const settle = async (one: Held, answer: Refusal) => {
    if (patient.includes(answer.refused)) return fail(one, new Unanswered(answer.refused, { status: 409 }))
    await keepItem({ ...one.item, state: 'refused', refusal: answer })
  }

  const sendText = async (one: Held) => {
    const { item } = one
    const send = () => post(ports.call, item, reportOf(item, items()))
    let answer = await send()
    if (isRefusal(answer) && answer.refused === 'session.signed-out') {
      await ports.session.renew()
      answer = await send()
    }
    if (isRefusal(answer)) return settle(one, answer)
    lineIsUp()
    await keepItem(answer === 'done' ? { ...item, state: 'delivered' } : delivered(item, answer))
  }

  const sendFile = async (one: Held, onStop: (stop: () => void) => void) => {
    const { item } = one
    const report = reportOf(item, items())
    if (item.parcel.kind !== 'attachment' || report === undefined) throw new Error('nothing here to upload')
    const { file } = item.parcel
    const before = file.url ? await attachmentWith(ports.call, report, file.sha256) : undefined
    if (isRefusal(before)) return settle(one, before)
    let attachment = before
    if (attachment === undefined) {
      const bytes = loose.get(item.id) ?? (await store.get(`file/${item.id}`))
      if (bytes === undefined) return settle(one, refuse('attachment.file-missing'))
      const answer = await ports.upload({
        item: item.id,
        report,
        file,
        bytes,
        keepUrl: (url) =>
          keepItem({ ...one.item, parcel: { ...item.parcel, file: { ...file, url } } as Parcel }),
        progress: (sentBytes) => {
          one.sentBytes = sentBytes
          tell()
        },
        onStop,
      })
      if (isRefusal(answer)) {
        if (answer.refused === 'session.signed-out') await ports.session.renew()
        return settle(one, answer)
      }
      attachment = answer.attachment
    }
    lineIsUp()
    const found = attachment ?? (await attachmentWith(ports.call, report, file.sha256))
    // Sealing may take the server a moment; the picture is said when it is there.
    if (found === undefined && item.parcel.isSaid && file.sha256)
      throw new Unanswered('not sealed yet', { status: 202 })
    const also: Record<string, unknown> = { [`file/${item.id}`]: undefined }
    if (typeof found === 'string' && item.parcel.isSaid) {
      const said = sayingOf(item, found)
      hold(said, true)
      also[`outbox/${said.id}`] = said
    }
    await keepItem(
      { ...one.item, state: 'delivered', ...(typeof found === 'string' ? { attachment: found } : {}) },
      also,
    )
    loose.delete(item.id)
  }

  const textIsUnderWay = () =>
    [...held.values()].some(({ item, isSending }) => isSending && laneOf(item) === 'text')

  const carry = async (lane: Lane) => {
    for (;;) {
      const next = isClosed ? undefined : nextOf(items(), lane, isDue)
      const one = next && held.get(next.id)
      if (!one || (lane === 'media' && textIsUnderWay())) return
      one.isSending = true
      tell()
      const pause = pauseButton()
      if (lane === 'media') stopUpload = pause.press
      try {
        await ports.session.ready()
        if (lane === 'media') await sendFile(one, pause.connect)
        else await sendText(one)
      } catch (failure) {
        // Never given up (CO5). An upload that made way for text has not failed.
        if (!pause.isPressed()) fail(one, failure)
      } finally {
        one.isSending = false
        if (lane === 'media') stopUpload = undefined
        tell()
      }
    }
  }

  const run = async (lane: Lane) => {
    if (busy[lane] || isClosed) return
    busy[lane] = true
    try {
      await load()
      tell()
      if (lane === 'text') await carry('text')
      else if (nextOf(items(), 'media', isDue) && !(await ports.alone(() => carry('media')))) {
        for (const one of held.values())
          if (laneOf(one.item) === 'media') one.waitUntilMs = timers.nowMs() + 5_000
      }
    } finally {
      busy[lane] = false
    }
    if (lane === 'text') void run('media')
    else if (nextOf(items(), 'text', isDue)) void run('text')
    rest()
  }

  /** One timer, for whatever is due first. */
  const rest = () => {
    stopTimer()
    if (isClosed) return
    const all = items()
    const waits = [...held.values()]
      .filter(({ item, isSending }) => item.state === 'queued' && !isSending && !busy[laneOf(item)])
      .filter(({ item }) => !mustAsk(item, ports.now()))
      .filter(({ item }) => item.parcel.kind === 'report' || reportOf(item, all) !== undefined)
      .map(({ waitUntilMs }) => Math.max(waitUntilMs, lineDownUntilMs) - timers.nowMs())
      .filter(Number.isFinite)
    if (waits.length) stopTimer = timers.after(Math.max(100, Math.min(...waits)), drain)
  }
  const drain = () => {
    if (isClosed) return
    if (nextOf(items(), 'text', isDue)) stopUpload?.()
    void run('text')
  }

  return {
    items: seen,
    watch,
    async press(pressed, also = {}) {
      const now = ports.now()
      const entries: Record<string, unknown> = { ...also }
      const fresh: Item[] = []
      for (const { id, of = id, parcel, file } of pressed) {
        if (held.has(id)) continue
        const item: Item = {
          version: 1,
          id,
          key: ports.newKey(),
          of,
          madeAt: now,
          agreedAt: now,
          state: 'queued',
          parcel,
        }
        fresh.push(item)
        hold(item, false)
        entries[`outbox/${id}`] = item
        if (file !== undefined) {
          entries[`file/${id}`] = file
          loose.set(id, file)
        }
      }
      // Held back until kept: a key that was sent and then forgotten would make a second report of a second press.
      for (const { id } of fresh) Object.assign(held.get(id)!, { waitUntilMs: Infinity, isFirm: true })
      tell()
      const isKept = await keep(entries)
      for (const { id } of fresh) {
        Object.assign(held.get(id)!, { waitUntilMs: 0, isFirm: false, isKept })
        if (isKept) loose.delete(id)
      }
      lineIsUp()
      tell()
      drain()
    },
    async agree(id) {
      const one = held.get(id)
      if (!one || one.isSending || one.item.state === 'delivered') return
      const { refusal: _, ...item } = one.item
      one.waitUntilMs = 0
      await keepItem({ ...item, state: 'queued', agreedAt: ports.now() })
      lineIsUp()
      tell()
      drain()
    },
    async drop(id) {
      const one = held.get(id)
      if (!one || one.isSending || one.item.state === 'delivered') return false
      const gone = [...held.values()]
        .filter(({ item }) => item.id === id || item.of === id)
        .map(({ item }) => item.id)
      for (const each of gone) {
        held.delete(each)
        loose.delete(each)
      }
      await keep(
        Object.fromEntries(
          gone.flatMap((each) => [`outbox/${each}`, `file/${each}`]).map((key) => [key, undefined]),
        ),
      )
      tell()
      return true
    },
    wake() {
      lineIsUp()
      drain()
    },
    close() {
      isClosed = true
      stopTimer()
      stopUpload?.()
    },
  }
}

/** Text that must go first presses it; the upload that runs, or is about to, hears it once. */
function pauseButton() {
  let isPressed = false
  let stop: (() => void) | undefined
  return {
    isPressed: () => isPressed,
    press: () => {
      isPressed = true
      stop?.()
    },
    connect: (next: () => void) => {
      stop = next
      if (isPressed) next()
    },
  }
}

/** The picture in the dialogue, under a name that a second try makes again. */
function sayingOf(item: Item, attachment: string): Item {
  const { receipt: _r, refusal: _f, attachment: _a, ...rest } = item
  return {
    ...rest,
    id: `${item.id}-said`,
    key: `${item.key}-said`,
    state: 'queued',
    parcel: { kind: 'message', body: { attachment } },
  }
}
