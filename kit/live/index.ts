import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import * as z from 'zod/mini'
import type { Database } from '../db/index.ts'
import type { Subject } from '../http/index.ts'
import type { Log } from '../log/index.ts'
import type { Show } from '../pure/event.ts'
import type { Clock } from '../pure/time.ts'
import { openBeats } from './beats.ts'
import { openCatchUp } from './catchup.ts'
import { openDelivery } from './delivery.ts'
import { framed } from './frame.ts'
import { openPorch } from './gate.ts'
import { openJoining } from './joining.ts'
import { openLines } from './lines.ts'
import { firstHead, forgetStrangers, lastOf, type Page } from './log.ts'
import { ordinary, type Pace } from './pace.ts'
import { openReading } from './reading.ts'
import { openRecent } from './recent.ts'

export type { Pace } from './pace.ts'
export { liveSweeps } from './retention.ts'

const mostSaidBytes = 64 * 1024
/** Some milliseconds' worth. */
const handshakesInOneTurn = 32
const ignore = () => {}

export type Hub = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Read what is new and deliver it now; returns how many events were read. */
  pump(): Promise<number>
  readonly head: () => number
  readonly lines: () => number
  /** For how long committed events have been waiting behind somebody's open transaction; 0 when none is. */
  readonly heldBackMs: () => number
  /** Something passing, to whoever is connected here and may hear it. */
  readonly show: Show
  close(): Promise<void>
}

/** 实时 — reads the event log and tells everybody who is connected what they may hear of it. */
export async function openHub(given: {
  db: Database
  clock: Clock
  log: Log
  identify: (token: string) => Promise<Subject | undefined>
  /** A sign of life from the person at the other end; it is noted when the promise is kept. */
  onBeat: (subject: Subject) => Promise<unknown> | void
  /** Who is let in before the others when many come at once, by the topics that they name. */
  goesFirst?: (topics: readonly string[]) => boolean
  pace?: Partial<Pace>
}): Promise<Hub> {
  const pace = { ...ordinary, ...given.pace }
  const { log, identify } = given
  const now = () => given.clock.now()
  // What an alarm tells reaches the desk even while everybody else loads their screens anew.
  const [urgent, patient] = [given.db.of('alarm'), given.db.of('query')]
  await forgetStrangers(urgent)
  let cursor = await firstHead(urgent)
  const head = () => cursor
  const recent = openRecent(pace.kept, await lastOf(urgent, cursor, pace.kept.events))

  const delivery = openDelivery({
    now,
    mostBufferedBytes: pace.mostBufferedBytes,
    mostPassingBytes: pace.mostPassingBytes,
    drop(line) {
      lines.leave(line)
      line.ws.terminate()
    },
  })
  async function deliver({ events, upTo, forgotten, isFull }: Page): Promise<void> {
    recent.forget(forgotten)
    delivery.begin()
    for (const event of events) {
      recent.keep(event)
      cursor = event.cursor
      if (event.ends !== undefined) lines.end(event.ends)
      delivery.put(event)
      if (delivery.isTurnOver()) await delivery.writeAll()
    }
    await delivery.writeAll()
    cursor = Math.max(cursor, upTo)
    if (isFull) await delivery.giveWay()
  }
  const reading = openReading({ db: urgent, log, head, deliver })
  const isSure = () => Math.max(reading.unprovenMs(), reading.heldBackMs()) < pace.sureMs
  const lines = openLines({ identify, delivery, log, pace, head, isSure })
  const catchUp = openCatchUp({ db: patient, recent, head, now, ...pace })
  const goesFirst = given.goesFirst ?? (() => false)
  const beats = openBeats(given)
  const joining = openJoining({
    lines,
    recent,
    head,
    now,
    identify,
    goesFirst,
    catchUp,
    passBeat: beats.pass,
    pace,
    log,
  })
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: mostSaidBytes,
  })
  const enter = openPorch(handshakesInOneTurn)
  const stopHearing = given.db.onCommit(reading.hurry)

  return {
    upgrade(request, socket, firstBytes) {
      socket.on('error', ignore) // whoever gives up in the porch just goes
      enter(() => {
        if (socket.destroyed) return
        server.handleUpgrade(request, socket, firstBytes, (ws) => joining.greet(ws, socket))
        socket.off('error', ignore)
      })
    },
    pump: reading.pump,
    head,
    lines: lines.known,
    heldBackMs: reading.heldBackMs,
    show(contract, body) {
      const data = z.parse(contract.body, body)
      const text = JSON.stringify({ type: contract.name, at: now(), data })
      delivery.show(contract.topics(data), contract.hearers(data), framed(text))
    },
    async close() {
      stopHearing()
      joining.close()
      beats.close()
      server.close()
      lines.close()
      await reading.close()
      lines.cut()
    },
  }
}
