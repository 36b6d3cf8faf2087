import { browserSocket, browserTimers, browserTransport } from '@open110/kit/client/browser'
import { openCall, type Call } from '@open110/kit/client/call'
import { openLive } from '@open110/kit/client/live'
import { health } from '@open110/kit/health'
import { spell } from '@open110/kit/ids'
import { isRefusal } from '@open110/kit/refuse'
import { defaultPolicy } from '@open110/modules/desk'
import { openBoards, type Boards } from '../Boards/boards.state.ts'
import { openHealthWatch, type HealthWatch } from '../Health/health.state.ts'
import { openRoom, type Room } from '../Live/workplace.state.ts'
import { browserCarrier } from '../Video/carrier.ts'
import { openVideoDesk, type VideoDesk } from '../Video/session.state.ts'

/** The page's own server, spoken to in the name of whoever is signed in. */
export function callAs(token: () => string | undefined): Call {
  return openCall({ base: '', transport: browserTransport(), token, language: () => 'zh-CN' })
}

export function fetchFileAs(token: string): (path: string) => Promise<Blob | undefined> {
  return async (path) => {
    const response = await fetch(path, {
      headers: { authorization: `Bearer ${token}` },
      credentials: 'omit',
    }).catch((cause: unknown) => {
      if (cause instanceof TypeError) return undefined
      throw cause
    })
    return response?.ok ? response.blob() : undefined
  }
}

export function roomFor(call: Call, token: string, desk: string, onSignedOut: () => void): Room {
  return openRoom({
    call,
    desk,
    wallMs: () => Date.now(),
    timers: browserTimers,
    openLive: (topics, on) =>
      openLive(
        {
          open: browserSocket,
          timers: browserTimers,
          token: () => token,
          topics,
          beatMs: defaultPolicy.beatSeconds * 1_000,
        },
        on,
      ),
    onSignedOut,
  })
}

export function boardsFor(call: Call, room: Room, desk: string): Boards {
  return openBoards({
    call,
    desk,
    timers: browserTimers,
    wallMs: () => Date.now() + room.get().skewMs,
    hearFrames: room.hearFrames,
  })
}

export function videosFor(call: Call, room: Room): VideoDesk {
  return openVideoDesk({
    call,
    carrier: browserCarrier(call),
    keep: sessionStorage,
    timers: browserTimers,
    wallMs: () => Date.now() + room.get().skewMs,
    hearFrames: room.hearFrames,
  })
}

/** What the service says of itself, asked by nobody in particular. */
export function healthWatch(): HealthWatch {
  const call = callAs(() => undefined)
  return openHealthWatch({
    fetch: async () => {
      const answer = await call(health)
      return isRefusal(answer) ? [] : answer.degraded
    },
    after: browserTimers.after,
    isVisible: () => document.visibilityState === 'visible',
  })
}

/** A key that no other press will ever have. */
export const makeKey = (): string => spell(crypto.getRandomValues(new Uint8Array(16)))
