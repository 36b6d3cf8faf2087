import { randomInt, randomUUID } from 'node:crypto'
import { openRtmpIngest } from '../ingest/rtmp.ts'
import { EngineRefusal } from '../refusal.ts'
import {
  answerable,
  type Answerable,
  type Answers,
  type Asked,
  type EngineSettings,
  type Said,
} from './engine.words.ts'
import { openRouter } from './router.ts'
import { openNative } from './transport.ndc.ts'
import type { Carrier, CarrierSettings } from './transport.ts'
import { openPortable } from './transport.werift.ts'

/**
 * 引擎进程 — the media of all rooms, in a process of its own that its server may lose. It answers the questions of the port
 * one by one and ends when its server is gone, with what it has kept whole on the disk.
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as EngineSettings
const tickMs = 15

const say = (said: Said): void => {
  if (process.connected) process.send?.(said)
}

/** A lossy line brings the same fault a hundred times a second; the first of a kind in a second says enough. */
const lastFaults = new Map<string, number>()
const fault = (what: string, cause: unknown): void => {
  const at = performance.now()
  if (at - (lastFaults.get(what) ?? -Infinity) < 1000) return
  lastFaults.set(what, at)
  say({ t: 'fault', what, why: cause instanceof Error ? cause.message : String(cause) })
}

const carriers = await openCarriers()
const router = openRouter({
  carriers,
  mostRooms: settings.mostRooms,
  now: () => performance.timeOrigin + performance.now(),
  number: () => randomInt(2, 2 ** 32 - 1),
  process: randomUUID().slice(0, 8),
  tell: (event) => say({ t: 'event', event }),
  fault,
})

/** Without its port pushers have to wait; browsers need not. */
const ingest =
  settings.rtmp &&
  (await openRtmpIngest({ ...settings.rtmp, plain: router.plain, onFault: fault }).catch((cause: unknown) => {
    fault('rtmp', cause)
    return undefined
  }))

const ticking = setInterval(() => {
  try {
    router.tick()
  } catch (cause) {
    fault('tick', cause)
  }
}, tickMs)

const answers: Answers = {
  open: router.open,
  publish: router.publish,
  watch: router.watch,
  route: router.route,
  unwatch: router.unwatch,
  leave: async (what) => {
    ingest?.revoke(what.room, what.peer)
    await router.leave(what)
  },
  close: async (what) => {
    ingest?.revoke(what.room)
    await router.close(what)
  },
  stats: router.stats,
  async ingest({ room, peer }) {
    router.expects(room, peer)
    return ingest && { url: ingest.address(room, peer) }
  },
  health: async () => router.health(),
  end: async () => {
    clearInterval(ticking)
    await ingest?.end()
    await router.end()
    setImmediate(() => process.exit(0))
  },
}

process.on('message', (asked: Asked) => {
  if (!answerable.includes(asked.name)) return
  answer(asked.name, asked).then(
    (gave) => say({ t: 'gave', id: asked.id, gave }),
    (cause: unknown) => {
      const code = cause instanceof EngineRefusal ? cause.code : undefined
      say({ t: 'refused', id: asked.id, code, why: cause instanceof Error ? cause.message : String(cause) })
    },
  )
})

async function answer<Name extends Answerable>(name: Name, asked: Asked): Promise<unknown> {
  const give = answers[name] as (ask: unknown) => Promise<unknown>
  return give(asked.ask)
}

const endWithServer = () => {
  const over = () => process.exit(0)
  answers.end(undefined).then(over, over)
}
process.once('disconnect', endWithServer)
// It may have gone while this one was starting.
if (!process.connected) endWithServer()
// Nobody's fault of one line may end the others; what a library throws from a timer of its own is told and survived.
process.on('uncaughtException', (cause) => fault('uncaught', cause))
process.on('unhandledRejection', (cause) => fault('unhandled', cause))

say({
  t: 'ready',
  caps: {
    simulcast: false,
    transports: carriers.map((carrier) => carrier.transport),
    mostRooms: settings.mostRooms,
    takesRtmp: ingest !== undefined,
    offersWatches: false,
  },
})

async function openCarriers(): Promise<Carrier[]> {
  const { udpPort, bindAddress, publicAddress, transport } = settings
  const shared: CarrierSettings = {
    ...(udpPort ? { udpPort } : {}),
    ...(bindAddress ? { bindAddress } : {}),
    ...(publicAddress ? { publicAddress } : {}),
    fault,
  }
  const portable = await openPortable(shared)
  if (transport === 'portable') return [portable]
  const native = await openNative(shared).catch((cause: unknown) => {
    if (transport === 'native') throw cause
    fault('native transport', cause)
    return undefined
  })
  return native ? [native, portable] : [portable]
}
