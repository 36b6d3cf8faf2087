import type { Call } from '@open110/kit/client/call'
import type { LiveFrame } from '@open110/kit/event'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { isOver, type ParticipantRole, type VideoCall } from '@open110/modules/video'
import * as videos from '@open110/modules/video/api'
import type { Entry } from '@open110/modules/video/api'
import * as events from '@open110/modules/video/events'
import * as z from 'zod/mini'
import { openCoalesce } from '../Live/coalesce.state.ts'
import { jsonOf } from '../Session/session.state.ts'
import { feedIn, linesOf, nameOf, replacedBy, steer, type Line } from './lines.state.ts'
import type { LineFigures } from './video.state.ts'

/** 一路画面 — somebody's line as it comes in here. */
export type Seen = Line & {
  readonly stream?: MediaStream
  /** The first picture, or the first sound, has come. */
  readonly isMoving: boolean
  readonly isLost: boolean
  readonly figures?: LineFigures
}
export type Talking = 'off' | 'starting' | 'on'

/** 在通话中 — the one call that this desk is in now. It goes on while its report is left and other pages are looked at. */
export type Joined = {
  readonly video: VideoCall
  readonly entry: Entry
  readonly seen: readonly Seen[]
  readonly isListening: boolean
  readonly talking: Talking
}

export type Heard = {
  stream(stream: MediaStream): void
  moving(): void
  lost(isLost: boolean): void
  figures(figures: LineFigures): void
}
export type Watching = {
  hear(isOn: boolean): void
  /** Their line is up again, by a connection of its own. */
  raised(): void
  close(): void
}
/** What carries picture and sound in this browser. */
export type Carrier = {
  watch(entry: () => Entry, line: Line, on: Heard): Watching
  /** Opens this desk's microphone; nothing where there is none or it was not allowed. */
  speak(entry: () => Entry): Promise<{ close(): void } | undefined>
}

export type VideoDesk = {
  get(): Joined | undefined
  subscribe(hear: () => void): () => void
  enter(video: string, as?: ParticipantRole): Promise<Refusal | VideoCall>
  leave(): Promise<void>
  listen(isOn: boolean): void
  talk(isOn: boolean): Promise<Refusal | 'no-microphone' | VideoCall>
  /** A newer truth about the call, as an operation has answered it. */
  take(video: VideoCall): void
  /** The call that was joined before this page was loaded anew. */
  kept(): z.infer<typeof Kept> | undefined
  close(): void
}

const keepName = 'open110.console.video'
/** Whoever saw without being seen comes back the same way. */
const Kept = z.object({ report: z.string(), video: z.string(), as: z.optional(z.literal('supervisor')) })
const pauseMs = 200
/** The credentials of a relay are had anew a little before they end. */
const renewBeforeMs = 60_000

export function openVideoDesk(given: {
  readonly call: Call
  readonly carrier: Carrier
  readonly keep: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly timers: { after(ms: number, act: () => void): () => void; nowMs(): number }
  readonly wallMs: () => number
  readonly hearFrames: (on: { frame(frame: LiveFrame): void; refetch(): void }) => () => void
}): VideoDesk {
  const { call, carrier, keep } = given
  let now: Joined | undefined
  let voice: { close(): void } | undefined
  let stopRenewing = () => {}
  let entering:
    | { video: string; as: ParticipantRole | undefined; done: Promise<Refusal | VideoCall> }
    | undefined
  const hearers = new Set<() => void>()
  const held = new Map<string, Watching>()

  const put = (next: Joined | undefined) => {
    now = next
    for (const hear of hearers) hear()
  }
  const see = (line: Line, more: Partial<Seen>) => {
    if (!now || !held.has(nameOf(line))) return
    const seen = now.seen.map((one) => (nameOf(one) === nameOf(line) ? { ...one, ...more } : one))
    put({ ...now, seen })
  }
  const drop = (line: Line) => {
    held.get(nameOf(line))?.close()
    held.delete(nameOf(line))
    if (now) put({ ...now, seen: now.seen.filter((one) => nameOf(one) !== nameOf(line)) })
  }
  const open = (entry: Entry, line: Line) => {
    const watcher = carrier.watch(() => now?.entry ?? entry, line, {
      stream: (stream) => see(line, { stream }),
      moving: () => {
        see(line, { isMoving: true, isLost: false })
        for (const old of replacedBy(now?.seen ?? [], line)) drop(old)
      },
      lost: (isLost) => see(line, { isLost }),
      figures: (figures) => see(line, { figures }),
    })
    watcher.hear(now?.isListening ?? false)
    held.set(nameOf(line), watcher)
  }
  const follow = () => {
    if (!now || now.video.state === 'invited') return
    const present = new Set(
      now.video.participants.filter((one) => one.leftAt === undefined).map(({ id }) => id as string),
    )
    const steered = steer(now.seen, linesOf(now.video, now.entry.me), present)
    for (const line of steered.drop) drop(line)
    for (const line of steered.raised) {
      see(line, { generation: line.generation })
      held.get(nameOf(line))?.raised()
    }
    for (const line of steered.open) {
      put({ ...now, seen: [...now.seen, { ...line, isMoving: false, isLost: false }] })
      open(now.entry, line)
    }
  }
  const hush = () => {
    voice?.close()
    voice = undefined
  }
  /** Lets go of all that comes in and goes out; the call itself goes on. */
  const part = () => {
    stopRenewing()
    hush()
    for (const { close } of held.values()) close()
    held.clear()
    keep.removeItem(keepName)
    put(undefined)
  }
  const take = (video: VideoCall) => {
    if (!now || now.video.id !== video.id) return
    const isOut = video.participants.some(({ id, leftAt }) => id === now?.entry.me.id && leftAt !== undefined)
    if (isOver(video.state) || isOut) return part()
    if (!video.isTalking && now.talking === 'on') hush()
    put({
      ...now,
      video,
      talking: video.isTalking || now.talking === 'starting' ? now.talking : 'off',
    })
    follow()
  }
  const fresh = openCoalesce<'video'>({ ...given.timers, pauseMs }, async () => {
    if (!now) return
    const asked = now.video.id
    try {
      const video = await call(videos.get, { params: { video: asked } })
      if (now?.video.id !== asked) return
      if (isRefusal(video)) part()
      else take(video)
    } catch {
      // Named degradation: what was last known stays; the next event or reconnect asks again.
    }
  })
  const hear = (frame: LiveFrame) => {
    const data = (frame.data ?? {}) as { video?: unknown }
    if (!now || data.video !== now.video.id) return
    if (frame.type === events.feedMoved.name) {
      const moved = z.safeParse(events.feedMoved.body, data)
      if (!moved.success) return fresh.ask(['video'])
      const isKnown = now.video.participants.some(({ id }) => id === moved.data.participant)
      if (!isKnown) return fresh.ask(['video'])
      put({ ...now, video: feedIn(now.video, moved.data) })
      const isLost = moved.data.state !== 'up'
      for (const line of now.seen) if (line.of === moved.data.participant) see(line, { isLost })
      return follow()
    }
    if (frame.type === events.stillTaken.name) {
      const still = (frame.data as { still: string }).still
      return put({ ...now, video: { ...now.video, still: { id: still, at: frame.at } } })
    }
    fresh.ask(['video'])
  }
  const stopHearing = given.hearFrames({ frame: hear, refetch: () => fresh.ask(['video']) })

  /** Comes in, or comes back: the same person stays the same participant, and lines that stand go on. */
  async function enter(video: string, as: ParticipantRole | undefined) {
    if (now && now.video.id !== video) await leave()
    const entry = await call(videos.join, { params: { video }, body: as ? { as } : {} })
    if (isRefusal(entry)) {
      keep.removeItem(keepName)
      return entry
    }
    const seen = now?.video.id === video ? now.seen : []
    const { isListening = false, talking = 'off' } = now ?? {}
    const unseen = entry.me.role === 'supervisor' ? { as: 'supervisor' as const } : { as: undefined }
    keep.setItem(keepName, JSON.stringify({ report: entry.video.report, video, ...unseen }))
    put({ video: entry.video, entry, seen, isListening, talking })
    follow()
    stopRenewing()
    if (entry.iceUntil) {
      const leftMs = Date.parse(entry.iceUntil) - given.wallMs() - renewBeforeMs
      // Named degradation: not answered, and lines that stand go on; a new one is tried without the relay.
      const renew = () => void enter(video, unseen.as).catch(() => undefined)
      stopRenewing = given.timers.after(Math.max(renewBeforeMs, leftMs), renew)
    }
    return entry.video
  }
  async function leave() {
    const left = now
    part()
    if (!left) return
    const params = { video: left.video.id }
    // Named degradation: whoever is not heard of any more is put out by the server.
    const lost = () => undefined
    if (left.talking !== 'off') await call(videos.talk, { params, body: { on: false } }).catch(lost)
    await call(videos.leave, { params: { ...params, participant: left.entry.me.id } }).catch(lost)
  }

  return {
    get: () => now,
    subscribe(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    enter(video, as) {
      if (entering?.video !== video || entering.as !== as) {
        const mine = {
          video,
          as,
          done: enter(video, as).finally(() => entering === mine && (entering = undefined)),
        }
        entering = mine
      }
      return entering.done
    },
    leave,
    listen(isListening) {
      if (!now) return
      for (const { hear } of held.values()) hear(isListening)
      put({ ...now, isListening })
    },
    async talk(isOn) {
      if (!now) return 'no-microphone'
      const { entry, video } = now
      const tell = (on: boolean) =>
        call(videos.talk, { params: { video: video.id }, body: { on, ...(on && { isConfirmed: true }) } })
      if (!isOn) {
        hush()
        put({ ...now, talking: 'off' })
        const quiet = await tell(false)
        if (!isRefusal(quiet)) take(quiet)
        return quiet
      }
      put({ ...now, talking: 'starting' })
      let isTold = false
      try {
        const told = await tell(true)
        if (isRefusal(told)) return told
        isTold = true
        voice = await carrier.speak(() => now?.entry ?? entry)
        if (!voice) return 'no-microphone'
        // Left or over while the microphone was being opened: nobody there hears it.
        if (now?.video.id !== video.id) {
          hush()
          return told
        }
        put({ ...now, talking: 'on' })
        take(told)
        return told
      } finally {
        if (!voice) {
          if (now) put({ ...now, talking: 'off' })
          if (isTold) void tell(false).catch(() => undefined)
        }
      }
    },
    take,
    kept() {
      const text = keep.getItem(keepName)
      const read = text === null ? undefined : z.safeParse(Kept, jsonOf(text))
      return read?.success ? read.data : undefined
    },
    close() {
      stopHearing()
      stopRenewing()
      fresh.stop()
      hush()
      for (const { close } of held.values()) close()
      hearers.clear()
    },
  }
}
