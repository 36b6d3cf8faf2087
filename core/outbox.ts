import { Unanswered, type Call } from '@open110/kit/client/call'
import type { Timers } from '@open110/kit/client/live'
import { isServers, openPace, waitAfter, type Pace } from '@open110/kit/client/pace'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Moment } from '@open110/kit/time'
import {
  admissionOf,
  delivered,
  done,
  laneOf,
  mayBeThere,
  mustAsk,
  nextOf,
  reportOf,
  type Item,
  type Lane,
  type Parcel,
  type SeenItem,
} from './item.ts'
import { holdItems, type Held } from './outbox.held.ts'
import { insist } from './outbox.insist.ts'
import { pauseButton, sayingOf, type Upload } from './outbox.media.ts'
import { attachmentWith, post } from './outbox.post.ts'
import type { KeyStore } from './store.ts'

export type { Upload }

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
  /** Shared with whatever else of this client speaks to the server. */
  pace?: Pace
  now(): Moment
  newKey(): string
  /** Runs `act` unless another page of this phone is running it; resolves to false then. */
  alone(act: () => Promise<void>): Promise<boolean>
}

/** Refusals that say "not yet". */
const patient = ['report.not-received', 'attachment.disk-unavailable', 'session.signed-out']

/** How soon a store that could not be read is read again. */
const readAgainMs = 2_000

export function openOutbox(ports: OutboxPorts): Outbox {
  const { store, timers, pace = openPace(timers) } = ports
  const { held, hold, keep, besides, keepItem, load, isUnread, items, seen, watch, tell } = holdItems(ports)
  /** Bytes that the phone could not store. */
  const loose = new Map<string, unknown>()
  const busy = { text: false, media: false }
  let lineDownUntilMs = 0
  let stopUpload: (() => void) | undefined
  /** Reports that are on their way and may be sent once more beside themselves. */
  const hurries = new Map<string, () => void>()
  let stopTimer = () => {}
  let isClosed = false

  /** A report waits for nothing but its own last try. */
  const restMs = ({ item, waitUntilMs }: Held) => {
    const lane = laneOf(item)
    const ownMs = waitUntilMs - timers.nowMs()
    if (lane === 'alarm') return ownMs
    return Math.max(ownMs, lineDownUntilMs - timers.nowMs(), pace.heldMs(admissionOf[lane]))
  }
  /** An item with its bytes, where the phone had no room for them before: without them it would not be kept. */
  const keepWhole = (item: Item) =>
    keepItem(item, loose.has(item.id) ? { [`file/${item.id}`]: loose.get(item.id) } : {})
  const isDue = (item: Item) => {
    const one = held.get(item.id)
    return one !== undefined && !one.isSending && !mustAsk(item, ports.now()) && restMs(one) <= 0
  }
  const fail = (one: Held, failure: unknown) => {
    const lane = laneOf(one.item)
    one.tries += 1
    one.isCostly = lane === 'alarm' ? isServers(failure) : pace.isCostly(failure)
    if (one.isCostly) one.faults += 1
    if (lane === 'media') pace.fail('media', failure)
    const tries = isServers(failure) ? one.faults : one.tries
    const wait = waitAfter(admissionOf[lane], tries, failure, timers.random)
    one.waitUntilMs = timers.nowMs() + wait.ms
    one.isFirm = wait.isFirm
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
    const send = (isAgain = false) =>
      post(ports.call, item, reportOf(item, items()), isAgain || one.tries > 0)
    let answer = item.parcel.kind === 'report' ? await insisted(one, send) : await send()
    if (isRefusal(answer) && answer.refused === 'session.signed-out') {
      await ports.session.renew()
      answer = await send()
    }
    if (isRefusal(answer)) return settle(one, answer)
    lineIsUp()
    await keepItem(answer === 'done' ? done(item) : delivered(item, answer))
  }

  const insisted = (one: Held, send: (isAgain: boolean) => ReturnType<typeof post>) =>
    insist({
      send,
      timers,
      mayRepeat: (copies) => !isClosed && (copies < 2 || !pace.isTroubled()),
      onHurry: (hurry) => hurries.set(one.item.id, hurry),
    }).finally(() => hurries.delete(one.item.id))

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
          keepWhole({ ...one.item, parcel: { ...item.parcel, file: { ...file, url } } as Parcel }),
        progress: (sentBytes) => {
          // A server that takes slices is well again, and what it failed at before is not put off for minutes.
          pace.succeed()
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
    // Sealing may take the server a moment; until it is there nothing says so, and the phone keeps the bytes (CO6).
    if (found === undefined) throw new Unanswered('not sealed yet', { status: 202 })
    const also: Record<string, unknown> = { [`file/${item.id}`]: undefined }
    const said = typeof found === 'string' && item.parcel.isSaid ? sayingOf(item, found) : undefined
    if (said) {
      hold(said, false)
      also[`outbox/${said.id}`] = said
    }
    await keepItem(
      { ...one.item, state: 'delivered', ...(typeof found === 'string' ? { attachment: found } : {}) },
      also,
    )
    // Kept in one stroke or not at all. Called kept before, it was taken for dropped by another page (CO3).
    const heldSaid = said && held.get(said.id)
    if (heldSaid) heldSaid.isKept = held.get(item.id)?.isKept ?? false
    loose.delete(item.id)
  }

  const textIsUnderWay = () =>
    [...held.values()].some(({ item, isSending }) => isSending && laneOf(item) !== 'media')

  const carryOne = async (one: Held, lane: Lane) => {
    // A server that has failed at it before hears it again when that is paid for, as long as it is in trouble: paid for
    // afterwards as well, five pictures took ten minutes to a server that was long well.
    const unpaidMs = one.isCostly && pace.isTroubled() ? pace.repeat(admissionOf[lane], one.faults) : 0
    if (unpaidMs > 0) {
      const untilMs = timers.nowMs() + unpaidMs
      for (const each of held.values()) {
        const isSame = each === one || (each.isCostly && lane !== 'alarm' && laneOf(each.item) === lane)
        if (isSame) each.waitUntilMs = Math.max(each.waitUntilMs, untilMs)
      }
      return
    }
    one.isSending = true
    tell()
    const pause = pauseButton()
    if (lane === 'media') stopUpload = pause.press
    let hasLeft = false
    try {
      await ports.session.ready()
      hasLeft = true
      if (lane === 'media') await sendFile(one, pause.connect)
      else await sendText(one)
    } catch (failure) {
      one.isUnknown ||= hasLeft && mayBeThere(failure)
      // Never given up (CO5). An upload that made way for text has not failed.
      if (!pause.isPressed()) fail(one, failure)
    } finally {
      one.isSending = false
      if (lane === 'media') stopUpload = undefined
      tell()
    }
  }
  const carry = async (lane: 'text' | 'media') => {
    for (;;) {
      const next = isClosed ? undefined : nextOf(items(), lane, isDue)
      const one = next && held.get(next.id)
      if (!one || (lane === 'media' && textIsUnderWay())) return
      await carryOne(one, lane)
    }
  }
  /** Each report on its own: one that hangs holds up no other. */
  const carryReports = () => {
    for (;;) {
      const next = isClosed ? undefined : nextOf(items(), 'alarm', isDue)
      const one = next && held.get(next.id)
      if (!one) return
      void carryOne(one, 'alarm').then(drain)
    }
  }

  const run = async (lane: 'text' | 'media') => {
    if (busy[lane] || isClosed) return
    busy[lane] = true
    try {
      await load()
      tell()
      carryReports()
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

  const isBusy = (item: Item) => {
    const lane = laneOf(item)
    return lane !== 'alarm' && busy[lane]
  }
  /** One timer, for whatever is due first. */
  const rest = () => {
    stopTimer()
    if (isClosed) return
    const all = items()
    const waits = [...held.values()]
      .filter(({ item, isSending }) => item.state === 'queued' && !isSending && !isBusy(item))
      .filter(({ item }) => !mustAsk(item, ports.now()))
      .filter(({ item }) => item.parcel.kind === 'report' || reportOf(item, all) !== undefined)
      .map(restMs)
      .filter(Number.isFinite)
    // What earlier lives have left must not wait for somebody to come by (CO3, CO4).
    if (isUnread()) waits.push(readAgainMs)
    if (waits.length) stopTimer = timers.after(Math.max(100, Math.min(...waits)), drain)
  }
  const drain = () => {
    if (isClosed) return
    if (nextOf(items(), 'alarm', isDue) || nextOf(items(), 'text', isDue)) stopUpload?.()
    carryReports()
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
          // By the server's own name as soon as there is one: the phone may forget its own (CO17).
          of: held.get(of)?.item.receipt?.id ?? of,
          madeAt: now,
          agreedAt: now,
          state: 'queued',
          parcel,
        }
        fresh.push(item)
        hold(item, false)
        Object.assign(entries, besides(item), { [`outbox/${id}`]: item })
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
      one.isCostly = false
      await keepWhole({ ...item, state: 'queued', agreedAt: ports.now() })
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
      for (const hurry of hurries.values()) hurry()
      drain()
    },
    close() {
      isClosed = true
      stopTimer()
      stopUpload?.()
    },
  }
}
