import type { Call } from '@open110/kit/client/call'
import { openLive, type Live, type LiveState, type OpenSocket, type Timers } from '@open110/kit/client/live'
import type { Pace } from '@open110/kit/client/pace'
import type { LiveFrame } from '@open110/kit/event'
import { isRefusal } from '@open110/kit/refuse'
import type { GivesOf } from '@open110/kit/route'
import type { Moment } from '@open110/kit/time'
import { openReportStates, type ReportView } from '@open110/modules/report'
import { get, list } from '@open110/modules/report/api'
import { markRead } from '@open110/modules/thread/api'
import { cell, type Cell } from './cell.ts'
import { ladderOf, waitedSince, type Rung } from './ladder.ts'
import { coalesced } from './once.ts'
import type { Session } from './session.ts'

export type ReportRow = GivesOf<typeof list>[number]

/** One report as this page has seen it last. */
export type Sight = {
  readonly report?: ReportView
  readonly problem?: 'not-found' | 'unanswered'
  /** This page's own count since it first saw the report delivered: the second clock of `waitedSince`. */
  readonly seenMs?: number
}
export type ListSight = { readonly rows?: readonly ReportRow[]; readonly isUnanswered: boolean }

export type Watch = {
  readonly link: Cell<LiveState>
  readonly list: Cell<ListSight>
  sight(id: string): Cell<Sight>
  /** Looks at one report until the function given back is called. */
  look(id: string): () => void
  /** Tells of every event, and of nothing in particular (`undefined`) where some may have been missed. */
  hear(act: (frame: LiveFrame | undefined) => void): () => void
  /** Listens to this topic as well, until the function given back is called. */
  attend(topic: string): () => void
  refresh(): void
  /** The session has another token, or the person asks for it. */
  reconnect(): void
  silentSeconds(): number
  close(): void
}

/** How long a citizen's server may be silent before the page says so; a phone radio is not asked every second. */
const heartbeatMs = 5_000
/** While nobody has received, the truth is asked for even when the line seems to live. */
const askAgainMs = 10_000

/** 守望 — everything this phone has reported, kept true by events, and by asking again where events may be lost. */
export function openWatch(given: {
  call: Call
  session: Session
  timers: Timers
  open: OpenSocket
  isVisible: () => boolean
  /** Whether what is shown can be read: a page under the cover goes on and is read by nobody. */
  isRead: () => boolean
  /** The server has answered: whatever waits may go. */
  answered: () => void
  pace?: Pace
}): Watch {
  const { call, session, timers, pace } = given
  const link = cell<LiveState>('connecting')
  const rows = cell<ListSight>({ isUnanswered: false })
  const sights = new Map<string, Cell<Sight>>()
  const fetches = new Map<string, () => Promise<void>>()
  const looked = new Map<string, number>()
  const attended = new Set<string>()
  const hearers = new Set<(frame: LiveFrame | undefined) => void>()
  let live: Live | undefined
  let stopAsking = () => {}
  let isClosed = false

  const sight = (id: string) => {
    const found = sights.get(id) ?? cell<Sight>({})
    sights.set(id, found)
    return found
  }
  const topics = () => {
    const open = (rows.get().rows ?? []).filter(({ state }) =>
      openReportStates.some((each) => each === state),
    )
    const reports = new Set([...looked.keys(), ...open.map(({ id }) => id)])
    return [...[...reports].map((id) => `report:${id}`), ...attended]
  }
  const listen = () => {
    if (live) live.listen(topics())
    else if (session.token() && topics().length) connect()
  }
  const connect = () => {
    live?.close()
    link.set('connecting')
    live = openLive(
      {
        open: given.open,
        timers,
        token: () => session.token(),
        topics: topics(),
        heartbeatMs,
        ...(pace ? { pace } : {}),
      },
      {
        event: (frame) => {
          const { report } = frame.data as { report?: string }
          if (report && (looked.has(report) || sights.has(report))) void fetchOne(report)()
          void fetchList()
          for (const hear of hearers) hear(frame)
        },
        refetch: () => {
          refresh()
          for (const hear of hearers) hear(undefined)
        },
        state: (state) => {
          link.set(state)
          if (state === 'live') given.answered()
          if (state === 'signed-out') void session.renew().catch(() => retryLater())
        },
      },
    )
  }
  const retryLater = () => timers.after(5_000, () => isClosed || connect())

  const fetchOne = (id: string) => {
    const known = fetches.get(id)
    if (known) return known
    const fetch = coalesced(async () => {
      const at = sight(id)
      try {
        await session.ready()
        const answer = await call(get, { params: { report: id } })
        if (!isRefusal(answer)) {
          given.answered()
          at.set({ report: answer, seenMs: at.get().seenMs ?? timers.nowMs() })
          mark(id, answer)
          return
        }
        if (answer.refused === 'session.signed-out') await session.renew()
        else at.set({ ...at.get(), problem: 'not-found' })
      } catch {
        // The last truth stays on the page, and the page says that it may be old.
        at.set({ ...at.get(), problem: 'unanswered' })
      }
    })
    fetches.set(id, fetch)
    return fetch
  }
  const fetchList = coalesced(async () => {
    try {
      await session.ready()
      const answer = await call(list)
      if (isRefusal(answer)) {
        if (answer.refused === 'session.signed-out') await session.renew()
        return
      }
      given.answered()
      rows.set({ rows: answer, isUnanswered: false })
      listen()
    } catch {
      rows.set({ ...rows.get(), isUnanswered: true })
    }
  })
  const refresh = () => {
    void fetchList()
    for (const id of looked.keys()) void fetchOne(id)()
  }

  /** The desk may know what has arrived, and what has been looked at. */
  const marked = new Map<string, string>()
  const mark = (id: string, report: ReportView) => {
    const delivered = report.messages.at(-1)?.seq ?? 0
    if (delivered === 0 || !looked.has(id)) return
    const marks = given.isRead() ? { delivered, read: delivered } : { delivered }
    const words = JSON.stringify(marks)
    if (marked.get(id) === words) return
    marked.set(id, words)
    call(markRead, { params: { report: id }, body: marks }).catch(() => marked.delete(id))
  }

  const isAffordable = () => !pace?.isTroubled() || pace.repeat('query') === 0
  const askAgain = () => {
    stopAsking = timers.after(askAgainMs, () => {
      for (const id of looked.keys()) {
        const { report } = sight(id).get()
        const isWaiting = !report || report.state === 'delivered'
        // In place of a line that does not come back: more than a healthy server hears, so it is paid.
        const isInstead = !isWaiting && link.get() !== 'live' && isAffordable()
        if ((isWaiting || isInstead) && given.isVisible()) void fetchOne(id)()
      }
      askAgain()
    })
  }
  askAgain()

  return {
    link,
    list: rows,
    sight,
    look(id) {
      looked.set(id, (looked.get(id) ?? 0) + 1)
      listen()
      void fetchOne(id)()
      return () => {
        const left = (looked.get(id) ?? 1) - 1
        if (left > 0) looked.set(id, left)
        else looked.delete(id)
      }
    },
    hear(act) {
      hearers.add(act)
      return () => hearers.delete(act)
    },
    attend(topic) {
      attended.add(topic)
      listen()
      return () => {
        attended.delete(topic)
      }
    },
    refresh,
    reconnect() {
      if (isClosed) return
      if (live && link.get() !== 'signed-out') live.reconnect()
      else if (topics().length) connect()
      refresh()
    },
    silentSeconds: () => Math.floor((live?.silentMs() ?? 0) / 1000),
    close() {
      isClosed = true
      stopAsking()
      live?.close()
    },
  }
}

/** The ladder of a sight at this moment, and how long its person has waited. */
export function rungsOf(
  sight: Sight,
  now: Moment,
  nowMs: number,
): { rungs: readonly Rung[]; waitedSeconds: number } {
  const { report, seenMs } = sight
  const waitedSeconds = report ? waitedSince(report.deliveredAt, now, (nowMs - (seenMs ?? nowMs)) / 1000) : 0
  return { rungs: ladderOf({ ...(report ? { report } : {}), waitedSeconds }), waitedSeconds }
}
