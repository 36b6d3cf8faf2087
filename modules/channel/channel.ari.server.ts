import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import type { Clock } from '@open110/kit/time'
import { AriChannels, AriEvent, lineOf } from './channel.ari.frames.ts'
import type { Cti, CtiEvent, Extension } from './channel.cti.port.ts'

export type AriSettings = {
  /** `http://10.0.0.5:8088/ari` */
  readonly url: string
  readonly user: string
  readonly password: string
  readonly app: string
  /** The telephone of a seat, `PJSIP/{desk}-{seat}`. */
  readonly seatEndpoint: string
  /** How a number outside is rung, `PJSIP/{number}@trunk`. */
  readonly trunkEndpoint: string
}

type Leg = {
  isAnswered: boolean
  bridge?: string
  seatChannel?: string
  recording?: string
  /** A number that is rung once the seat's own telephone is up. */
  dials?: string
}

const againMs = [500, 1_000, 2_000, 5_000, 10_000] as const
const requestMs = 3_000

/** 话务接口·Asterisk — calls by the Asterisk REST Interface: events over a WebSocket, commands over HTTP. */
export function openAri(
  settings: AriSettings,
  given: { clock: Clock; onFault: (fault: unknown) => void },
): Cti {
  const { app } = settings
  const legs = new Map<string, Leg>()
  /** Channels that this program has seen begin. */
  const ours = new Set<string>()
  let listener: ((event: CtiEvent) => Promise<void>) | undefined
  /** What is still being told of each call. */
  const telling = new Map<string, Promise<void>>()
  let socket: WebSocket | undefined
  let isUp = false
  let isClosed = false
  let tries = 0
  const pauses = new Set<() => void>()

  const pause = (ms: number) =>
    new Promise<void>((done) => {
      const end = () => {
        clearTimeout(timer)
        pauses.delete(end)
        done()
      }
      const timer = setTimeout(end, ms)
      pauses.add(end)
    })
  const pauseFor = (count: number) => pause(againMs[Math.min(count, againMs.length - 1)] ?? 10_000)

  /**
   * Of one call one after the other, and again until it was heard: a missed end would leave a telephone ringing at the
   * desk. No call waits for what could not be told of another.
   */
  function tell(event: CtiEvent): void {
    const next = (telling.get(event.call) ?? Promise.resolve()).then(async () => {
      for (let count = 0; !isClosed; count++) {
        try {
          return await listener?.(event)
        } catch (fault) {
          given.onFault(fault)
          await pauseFor(count)
        }
      }
    })
    telling.set(event.call, next)
    void next.then(() => telling.get(event.call) === next && telling.delete(event.call))
  }

  /** Messages name the command and never its address: that may hold a number. */
  async function ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    query: Readonly<Record<string, string>> = {},
  ) {
    const url = new URL(`${settings.url}/${path}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const basic = Buffer.from(`${settings.user}:${settings.password}`).toString('base64')
    const [command] = path.split('/')
    const answer = await fetch(url, {
      method,
      headers: { authorization: `Basic ${basic}` },
      signal: AbortSignal.timeout(requestMs),
    }).catch(() => undefined)
    if (!answer?.ok)
      throw new Error(`asterisk did not take a command on ${command} (${answer?.status ?? 'no answer'})`)
    const text = await answer.text()
    return text === '' ? undefined : (JSON.parse(text) as unknown)
  }
  const endpointOf = ({ desk, seat }: Extension) =>
    settings.seatEndpoint.replace('{desk}', desk).replace('{seat}', String(seat))

  /** A bridge with a recording in it, under the name by which the recording is found again. */
  async function bridgeFor(call: string, leg: Leg): Promise<string> {
    const bridge = leg.bridge ?? `open110-${randomUUID()}`
    await ask('POST', 'bridges', { type: 'mixing', bridgeId: bridge })
    leg.bridge = bridge
    await ask('POST', `bridges/${bridge}/record`, {
      name: `open110/${call}`,
      format: 'wav',
      ifExists: 'overwrite',
    })
    leg.recording = `open110/${call}`
    return bridge
  }
  const ringSeat = (endpoint: string, args: string) =>
    ask('POST', 'channels', { endpoint, app, appArgs: args, callerId: '110', timeout: '20' })

  function hear(event: AriEvent): void {
    const { id, state } = event.channel
    const at = momentOf(event.timestamp) ?? given.clock.now()
    if (event.type === 'StasisStart') {
      ours.add(id)
      const [role, call = ''] = event.args
      if (role === 'seat' || role === 'dial') return run(() => seatIsUp(role, call, id))
      if (role === 'out') return
      legs.set(id, { isAnswered: false })
      const { called, desk, place } = lineOf(event.args)
      const number = event.channel.caller?.number || undefined
      tell({
        kind: 'ringing',
        call: id,
        number,
        called: called ?? event.channel.dialplan?.exten ?? '110',
        desk,
        place,
        at,
      })
      return run(() => ask('POST', `channels/${id}/ring`))
    }
    const leg = legs.get(id)
    if (event.type === 'ChannelStateChange') {
      if (!leg || leg.isAnswered || state !== 'Up') return
      leg.isAnswered = true
      return tell({ kind: 'answered', call: id, at })
    }
    if (leg) return end(id, leg, at)
    // The seat put its own receiver down: the call is over with it.
    for (const [call, other] of legs)
      if (other.seatChannel === id) return run(() => ask('DELETE', `channels/${call}`))
    if (event.type !== 'ChannelDestroyed' || ours.delete(id)) return
    // Perhaps a call from before this program was started; who does not know it lets it pass.
    tell({ kind: 'ended', call: id, at, recordingRef: undefined })
  }

  async function seatIsUp(role: 'seat' | 'dial', call: string, seatChannel: string): Promise<void> {
    const leg = legs.get(call)
    if (!leg) return void (await ask('DELETE', `channels/${seatChannel}`))
    leg.seatChannel = seatChannel
    const bridge = role === 'seat' && leg.bridge ? leg.bridge : await bridgeFor(call, leg)
    await ask('POST', `bridges/${bridge}/addChannel`, { channel: seatChannel })
    if (role !== 'dial' || !leg.dials) return
    const endpoint = settings.trunkEndpoint.replace('{number}', leg.dials)
    delete leg.dials
    await ask('POST', 'channels/create', { endpoint, app, appArgs: 'out', channelId: call })
    await ask('POST', `bridges/${bridge}/addChannel`, { channel: call })
    await ask('POST', `channels/${call}/dial`, { timeout: '45' })
  }

  function end(call: string, leg: Leg, at: string): void {
    legs.delete(call)
    tell({ kind: 'ended', call, at, recordingRef: leg.recording })
    if (leg.seatChannel) run(() => ask('DELETE', `channels/${leg.seatChannel}`))
    if (leg.bridge) run(() => ask('DELETE', `bridges/${leg.bridge}`))
  }

  /** Tidying up after what has happened already; what fails is said, and changes nothing of it. */
  function run(act: () => Promise<unknown>): void {
    act().catch(given.onFault)
  }

  /** While the line was away a call may have ended: whoever is not there any more has. */
  async function reconcile(): Promise<void> {
    const there = new Set(z.parse(AriChannels, await ask('GET', 'channels')).map(({ id }) => id))
    for (const [call, leg] of legs) if (!there.has(call) && !leg.dials) end(call, leg, given.clock.now())
  }

  function connect(): void {
    if (isClosed) return
    const url = new URL(`${settings.url.replace(/^http/, 'ws')}/events`)
    url.searchParams.set('app', app)
    url.searchParams.set('api_key', `${settings.user}:${settings.password}`)
    const line = new WebSocket(url)
    socket = line
    line.onopen = () => {
      isUp = true
      tries = 0
      run(reconcile)
    }
    line.onmessage = ({ data }) => {
      try {
        const read = z.safeParse(AriEvent, JSON.parse(String(data)))
        if (read.success) hear(read.data)
      } catch (fault) {
        given.onFault(fault)
      }
    }
    line.onclose = () => {
      isUp = false
      if (!isClosed) void pauseFor(tries++).then(connect)
    }
  }
  connect()

  return {
    hear: (next) => void (listener = next),
    async connect(call, seat) {
      // One that rang before this program was started is answered all the same, if it is still there.
      const leg = legs.get(call) ?? { isAnswered: false }
      await ask('POST', `channels/${call}/answer`)
      legs.set(call, leg)
      const bridge = await bridgeFor(call, leg)
      await ask('POST', `bridges/${bridge}/addChannel`, { channel: call })
      await ringSeat(endpointOf(seat), `seat,${call}`)
    },
    async hangUp(call) {
      await ask('DELETE', `channels/${call}`, { reason: 'normal' })
    },
    async dial(_permit, number, seat) {
      const call = `open110-${randomUUID()}`
      legs.set(call, { isAnswered: true, dials: number })
      try {
        await ringSeat(endpointOf(seat), `dial,${call}`)
      } catch (fault) {
        legs.delete(call)
        throw fault
      }
      return call
    },
    isUp: () => isUp,
    async close() {
      isClosed = true
      for (const end of pauses) end()
      socket?.close()
      await Promise.all(telling.values())
    },
  }
}

/** Asterisk writes `2026-11-21T10:00:00.123+0800`. */
function momentOf(timestamp: string | undefined): string | undefined {
  const ms = Date.parse((timestamp ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
