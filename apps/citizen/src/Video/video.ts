import { cell, type Cell } from '@open110/core/cell'
import { coalesced } from '@open110/core/once'
import { iceServersOf, videoSignals, wantedOf } from '@open110/core/video'
import { browserTimers as timers } from '@open110/kit/client/browser'
import type { LiveFrame } from '@open110/kit/event'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import { isOver, type VideoCall } from '@open110/modules/video'
import { get, join, leave, moveVideo, redeem, start, type Entry } from '@open110/modules/video/api'
import type { Phone } from '../app/phone.ts'
import { openFilm, type Film } from './film.ts'
import { holdHeard } from './heard.ts'
import { newsOf, type CallSight, type Sight } from './video.state.ts'

/** How a person comes into a call: by themselves, because the desk asked, or by a link. */
export type Way =
  /** `report` resolves when the server has named it. */
  | { readonly by: 'self'; readonly report: () => Promise<string>; readonly warningVersion?: number }
  | { readonly by: 'invitation'; readonly video: string }
  | { readonly by: 'link'; readonly token: string }

/** 进行中的视频 — goes on whatever page of this client is shown, until somebody ends it. */
export type OpenVideo = Pick<Film, 'turn' | 'torch' | 'setMuted'> & {
  readonly sight: Cell<Sight>
  /** Asks for the camera once more, after the person has changed the permission. */
  tryAgain(): Promise<void>
  readHint(): void
  end(): void
  /** The call goes on without this phone. */
  leave(): void
  /** Without a word to the server: the page forgets it. */
  close(): void
}

const retryMs = [300, 700, 1_500, 3_000] as const
/** Credentials of the relay are had anew so long before they end. */
const earlyMs = 30_000
const sayAgainMs = [0, 1_000, 3_000, 10_000] as const
const pause = (ms: number) => new Promise<void>((done) => timers.after(ms, done))

export function openVideo(phone: Phone, way: Way, isMuted: boolean): OpenVideo {
  const { call, session, watch } = phone
  let entry: Entry | undefined
  let heard: ReturnType<typeof holdHeard> | undefined
  let isClosed = false
  const leaving: (() => void)[] = []

  const film = openFilm({ call, timers, isMuted, onRefused: () => void look() })
  let known: CallSight = { phase: 'asking', heard: [] }
  const sight = cell<Sight>({ ...known, ...film.sight.get() })
  const show = (next: Partial<CallSight>) => {
    known = { ...known, ...next }
    sight.set({ ...known, ...film.sight.get() })
  }
  film.sight.watch(() => show({}))

  const take = (next: Entry) => {
    entry = next
    const isFirst = known.phase === 'asking'
    show({ phase: 'in', video: next.video, me: next.me.id })
    if (next.iceUntil) {
      const restMs = Date.parse(next.iceUntil) - Date.now() - earlyMs
      if (restMs > 0) leaving.push(timers.after(restMs, () => void renew()))
    }
    film.enter(next)
    if (!isFirst) return
    leaving.push(watch.attend(`video:${next.video.id}`), watch.hear(hear))
    heard = holdHeard({
      timers,
      signals: videoSignals(call, next.video.id, next.me.id),
      iceServers: () => iceServersOf(entry),
      onHeard: (all) => show({ heard: all }),
    })
    know(next.video)
  }
  const know = (video: VideoCall) => {
    if (isOver(video.state)) return finish('over')
    show({ video })
    if (known.me) heard?.want(wantedOf(video, known.me))
  }
  const hear = (frame: LiveFrame | undefined) => {
    if (!entry) return
    if (!frame) return void look()
    const news = newsOf(frame, entry.video.id, {
      participant: entry.me.id,
      generation: film.generation(),
      isUp: film.isUp(),
    })
    switch (news?.t) {
      case 'changed':
        return void look()
      case 'line-lost':
        return film.lineLost()
      case 'taken':
        return finish('elsewhere')
      case 'hint':
        if (news.hint === 'stills' || news.hint === 'video') film.hold(news.hint === 'stills')
        return show({ hint: news.hint })
    }
  }
  const look = coalesced(async () => {
    if (!entry || isClosed) return
    try {
      const video = await call(get, { params: { video: entry.video.id } })
      if (!isRefusal(video)) know(video)
      else if (video.refused === 'video.not-found') finish('over')
    } catch {
      // The last truth stays; the next event or the next line that comes up asks again.
    }
  })

  const asked = async (): Promise<Entry | Refusal> => {
    switch (way.by) {
      case 'link':
        return call(redeem, { params: { token: way.token } })
      case 'invitation': {
        const params = { video: way.video }
        // Both at once: whoever was asked may come in before it is said that they do.
        const [moved, joined] = await Promise.all([
          call(moveVideo, { params, body: { move: 'accept' } }),
          call(join, { params, body: {} }),
        ])
        return isRefusal(moved) && moved.refused !== 'move.not-now' ? moved : joined
      }
      case 'self': {
        const report = await way.report()
        const { warningVersion } = way
        const body = { isMuted, ...(warningVersion === undefined ? {} : { warningVersion }) }
        return call(start, { params: { report }, body })
      }
    }
  }
  const enter = async () => {
    for (let tries = 0; !isClosed; tries++) {
      try {
        await session.ready()
        const answer = await asked()
        if (isClosed) return
        if (!isRefusal(answer)) return take(answer)
        if (answer.refused === 'session.signed-out') await session.renew()
        else if (answer.refused !== 'video.engine-away') return finish('barred', answer.refused)
        else show({ refused: answer.refused })
      } catch {
        // Nobody answered. The report has its own way to the desk; this is tried on.
      }
      await pause(retryMs[Math.min(tries, retryMs.length - 1)] ?? 3_000)
    }
  }
  const renew = async () => {
    if (!entry || isClosed) return
    const answer = await call(join, { params: { video: entry.video.id }, body: {} }).catch(() => undefined)
    if (answer && !isRefusal(answer)) take(answer)
  }

  const finish = (phase: CallSight['phase'], refused?: string) => {
    shut()
    show({ phase, heard: [], ...(refused === undefined ? {} : { refused }) })
  }
  const shut = () => {
    if (isClosed) return
    isClosed = true
    for (const undo of leaving) undo()
    heard?.close()
    film.stop()
    void lamp?.then((kept) => kept?.release()).catch(() => undefined) // it went out by itself
  }

  /** A screen that goes out takes the camera with it. */
  let lamp: Promise<WakeLockSentinel | undefined> | undefined
  const stayAwake = () => {
    lamp = navigator.wakeLock?.request('screen').catch(() => undefined)
  }
  const wake = () => {
    if (document.visibilityState !== 'visible') return
    stayAwake()
    film.wake()
    heard?.nudge()
    void look()
  }
  addEventListener('online', wake)
  addEventListener('pageshow', wake)
  document.addEventListener('visibilitychange', wake)
  leaving.push(() => {
    removeEventListener('online', wake)
    removeEventListener('pageshow', wake)
    document.removeEventListener('visibilitychange', wake)
  })

  stayAwake()
  // Both at once: the camera may wait for the person, the server for the network.
  void film.begin()
  void enter()

  return {
    sight,
    turn: film.turn,
    torch: film.torch,
    setMuted: film.setMuted,
    tryAgain: film.begin,
    readHint() {
      const { hint: _, ...rest } = known
      known = rest
      show({})
    },
    end() {
      const params = { video: entry?.video.id ?? '' }
      if (entry) void said(() => call(moveVideo, { params, body: { move: 'end' } }))
      finish('over')
    },
    leave() {
      if (entry) {
        const params = { video: entry.video.id, participant: entry.me.id }
        void said(() => call(leave, { params }))
      }
      shut()
    },
    close: shut,
  }
}

/** Said until it is heard, for as long as that helps; afterwards the server ends a call that nobody is in by itself. */
async function said(say: () => Promise<unknown>): Promise<void> {
  for (const ms of sayAgainMs) {
    await pause(ms)
    try {
      await say()
      return
    } catch {
      // Not heard; once more.
    }
  }
}
