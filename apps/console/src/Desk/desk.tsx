import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Say } from '@open110/core/words/console'
import type { Call } from '@open110/kit/client/call'
import type { Speaker } from '../Alarm/sound.ts'
import type { Boards } from '../Boards/boards.state.ts'
import type { HealthWatch } from '../Health/health.state.ts'
import type { Bus, Outcome, Wish } from '../Keys/bus.ts'
import type { Room, Workplace } from '../Live/workplace.state.ts'
import type { Drafts } from '../Session/draft.state.ts'
import type { Session } from '../Session/session.state.ts'
import type { VideoDesk } from '../Video/session.state.ts'

/** 席 — what every part of the workplace may use. */
export type Desk = {
  readonly say: Say
  readonly session: Session
  readonly call: Call
  readonly room: Room
  readonly boards: Boards
  readonly videos: VideoDesk
  readonly bus: Bus
  readonly drafts: Drafts
  readonly speaker: Speaker
  /** A file of the server as an address for an image or a player; the token never stands in an address. */
  readonly fetchFile: (path: string) => Promise<Blob | undefined>
  readonly tick: Tick
  readonly health: HealthWatch
}

export type Tick = { get(): number; subscribe(hear: () => void): () => void }

const DeskContext = createContext<Desk | undefined>(undefined)
export const DeskProvider = DeskContext.Provider

export function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('a part of the workplace stands outside it')
  return desk
}

/** One fact of the workplace; the component draws again only when that changes. */
export function useRoom<T>(choose: (workplace: Workplace) => T): T {
  const { room } = useDesk()
  return useSyncExternalStore(room.subscribe, () => choose(room.get()))
}

/** The server's time in milliseconds, once a second. */
export function useNow(): number {
  const { tick, room } = useDesk()
  return useSyncExternalStore(tick.subscribe, tick.get) + room.get().skewMs
}

/** One timer for all the ages on the page. */
export function openTick(): Tick {
  const hearers = new Set<() => void>()
  let now = Date.now()
  setInterval(() => {
    now = Date.now()
    for (const hear of hearers) hear()
  }, 1_000)
  return {
    get: () => now,
    subscribe(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
  }
}

/** Answers to a key or a command while the component is on the page. */
export function useWish(wish: Wish, grant: (argument: string) => Outcome): void {
  const { bus } = useDesk()
  const newest = useRef(grant)
  useEffect(() => {
    newest.current = grant
  })
  useEffect(() => bus.on(wish, (argument) => newest.current(argument)), [bus, wish])
}

/** A value that outlives a reload: typed here, kept under the id it belongs to. */
export function useDraft<T>(
  kind: Parameters<Drafts['read']>[0],
  id: string,
  read: (kept: unknown) => T,
): [T, (next: T | ((last: T) => T)) => void, () => void] {
  const { drafts } = useDesk()
  const [, redraw] = useState(0)
  const held = useRef<{ id: string; value: T }>(undefined)
  if (held.current?.id !== id) held.current = { id, value: read(drafts.read(kind, id)) }
  const put = (value: T) => {
    held.current = { id, value }
    redraw((count) => count + 1)
  }
  const write = (next: T | ((last: T) => T)) => {
    const last = held.current?.id === id ? held.current.value : read(drafts.read(kind, id))
    const value = typeof next === 'function' ? (next as (last: T) => T)(last) : next
    drafts.write(kind, id, value)
    put(value)
  }
  const clear = () => {
    drafts.clear(kind, id)
    put(read(undefined))
  }
  return [held.current.value, write, clear]
}
