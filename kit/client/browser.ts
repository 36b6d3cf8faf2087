import type { Transport } from './call.ts'
import type { OpenSocket, Timers } from './live.ts'
import { NeverLeft, secondsAsked } from './unanswered.ts'

/** The browser's network, with a time limit so that a half-open connection is noticed. */
export function browserTransport(limitMs = 15_000): Transport {
  return async ({ method, url, headers, body }) => {
    const wasOffline = !navigator.onLine
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(limitMs),
      cache: 'no-store',
      credentials: 'omit',
    }).catch((cause: unknown) => {
      // Tried all the same: a browser that calls itself offline may be wrong.
      throw wasOffline && !navigator.onLine ? new NeverLeft('offline', { cause }) : cause
    })
    const after = secondsAsked(response.headers.get('retry-after'), response.headers.get('date'))
    return {
      status: response.status,
      text: await response.text(),
      ...(after === undefined ? {} : { retryAfterSeconds: after }),
    }
  }
}

/** The live connection of the page's own server. */
export const browserSocket: OpenSocket = (on) => {
  const url = new URL('/api/v1/live', location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  const socket = new WebSocket(url)
  socket.onopen = () => on.open()
  socket.onmessage = (message) => on.message(String(message.data))
  socket.onclose = () => on.close()
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: () => socket.close(),
  }
}

export const browserTimers: Timers = {
  nowMs: () => performance.now(),
  after: (ms, act) => {
    const id = setTimeout(act, ms)
    return () => clearTimeout(id)
  },
  random: () => Math.random(),
}
