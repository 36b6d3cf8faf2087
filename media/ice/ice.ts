import { createHmac } from 'node:crypto'

/** 打洞与中继 — what a browser is told of, as RTCPeerConnection takes it. */
export type IceServer = {
  readonly urls: string[]
  readonly username?: string
  readonly credential?: string
}

/**
 * The STUN and TURN servers of one call, with credentials as coturn's `use-auth-secret` checks them: the name is
 * `<expiry in seconds>:<call>`, the password the HMAC-SHA1 of it. Nobody keeps them; they end by themselves, and the name
 * is the same for all who are in the call, so that the relay's quota holds per call.
 */
export function iceServersFor(ask: {
  readonly urls: readonly string[]
  readonly secret: string
  readonly room: string
  readonly now: Date
  readonly seconds: number
}): { servers: IceServer[]; until?: Date } {
  const relays = ask.urls.filter((url) => url.startsWith('turn'))
  const stuns = ask.urls.filter((url) => !relays.includes(url))
  const servers: IceServer[] = stuns.length > 0 ? [{ urls: stuns }] : []
  if (relays.length === 0) return { servers }
  const untilSeconds = Math.floor(ask.now.getTime() / 1_000) + ask.seconds
  const username = `${untilSeconds}:${ask.room}`
  const credential = createHmac('sha1', ask.secret).update(username).digest('base64')
  return {
    servers: [...servers, { urls: relays, username, credential }],
    until: new Date(untilSeconds * 1_000),
  }
}
