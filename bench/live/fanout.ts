/** 广播 — one event to five hundred desks: how many deliveries a second, beside others in the same run. */
import { median, round, row, say } from '../machine.ts'
import type { Room } from './ears.ts'
import { openBroadcaster, openEars, openHall } from './parts.ts'
import { installPeer, peerVersion } from './peer.ts'

const desks = 500
/** One after the other: from the moment of telling to the last desk. */
const singles = 30
/** As fast as it goes; here they are committed so many at a time, as a busy desk's are. */
const inAFlood = 160
const flood = { count: inAFlood, inOne: 8, atOnce: 4 }

type Side = {
  readonly name: string
  /** Tells so many one after the other, or as fast as it can, and answers when it began. */
  one(): Promise<number>
  many(): Promise<number>
  readonly ears: Awaited<ReturnType<typeof openEars>>
  close(): Promise<void>
}

const counted = { ears: desks, counts: 'bench.told' }

async function openProgram(): Promise<Side> {
  const hall = await openHall()
  const auth = await hall.staff('zhaomin@lishui')
  const hello = JSON.stringify({ auth, topics: ['desk:lishui'] })
  const ears = await openEars({ ...counted, port: hall.port, path: '/api/v1/live', says: [hello] })
  const each = { n: 0, topic: 'desk:lishui', hearer: 'org:lishui' }
  return {
    name: 'open110',
    one: () => hall.tell({ tell: [each] }),
    many: () => hall.tell({ flood, each }),
    ears,
    close: async () => (ears.close(), hall.close()),
  }
}

async function openOther(name: string, program: string | undefined, room: Omit<Room, 'port'>): Promise<Side> {
  const server = await openBroadcaster(program)
  const ears = await openEars({ ...room, port: server.port })
  return {
    name,
    one: () => server.tell(1),
    many: () => server.tell(inAFlood),
    ears,
    close: async () => (ears.close(), server.close()),
  }
}

type Sample = { readonly toLastMs: number; readonly singlePerSecond: number; readonly floodPerSecond: number }

async function measure({ one, many, ears }: Side): Promise<Sample> {
  const toLast: number[] = []
  for (let n = 0; n < singles; n++) {
    const last = ears.hear(desks)
    const began = await one()
    toLast.push((await last) - began)
  }
  const last = ears.hear(desks * inAFlood)
  const began = await many()
  const floodMs = (await last) - began
  const toLastMs = median(toLast)
  return {
    toLastMs,
    singlePerSecond: (desks / toLastMs) * 1_000,
    floodPerSecond: ((desks * inAFlood) / floodMs) * 1_000,
  }
}

export async function measureFanOut(rounds: number, withPeers: boolean) {
  const loop = { ...counted, path: '/', says: ['hello'] }
  const sides = [await openProgram(), await openOther('ws', undefined, loop)]
  if (withPeers) {
    const path = '/socket.io/?EIO=4&transport=websocket'
    const room = { ...counted, path, says: ['', '40'], ping: { hears: '2', says: '3' } }
    sides.push(await openOther(`socket.io ${peerVersion}`, installPeer(), room))
  }
  const samples = new Map(sides.map((side) => [side, [] as Sample[]]))
  for (const side of sides) await measure(side) // warm
  for (let turn = 0; turn < rounds; turn++) {
    for (let n = 0; n < sides.length; n++) {
      const side = sides[(n + turn) % sides.length]!
      samples.get(side)?.push(await measure(side))
    }
  }
  const figures = sides.map((side) => {
    const of = (what: keyof Sample) => median((samples.get(side) ?? []).map((sample) => sample[what]))
    return {
      side: side.name,
      toLastMs: round(of('toLastMs'), 2),
      singlePerSecond: Math.round(of('singlePerSecond')),
      floodPerSecond: Math.round(of('floodPerSecond')),
    }
  })
  for (const side of sides) await side.close()

  const widths = [18, 16, 18, 18]
  say(`\n${row([`one event to ${desks}`, 'to the last, ms', 'singly, /s', 'in a flood, /s'], widths)}`)
  for (const { side, toLastMs, singlePerSecond, floodPerSecond } of figures)
    say(row([side, toLastMs, singlePerSecond, floodPerSecond], widths))
  const own = figures[0]!
  const ratios = figures.slice(1).map(({ side, singlePerSecond, floodPerSecond }) => ({
    against: side,
    singly: round(own.singlePerSecond / singlePerSecond, 2),
    inAFlood: round(own.floodPerSecond / floodPerSecond, 2),
  }))
  for (const { against, singly, inAFlood: flood } of ratios)
    say(`  against ${against}: ${singly} × singly, ${flood} × in a flood`)
  return { desks, sides: figures, ratios }
}
