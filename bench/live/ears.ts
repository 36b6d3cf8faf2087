/** 听众 — many sockets in one process of their own that count what they hear: five hundred desks of any of the sides. */
import { setTimeout as wait } from 'node:timers/promises'
import { machineMs } from '../generator/moment.ts'
import { openBareWire } from './wire.ts'

export type Room = {
  readonly port: number
  readonly path: string
  readonly ears: number
  /** What each says first, and what follows after the first answer. */
  readonly says: readonly string[]
  /** A frame that has this in it is counted. */
  readonly counts: string
  /** What is answered to a ping of the protocol above. */
  readonly ping?: { readonly hears: string; readonly says: string }
}
/** Wait until so many frames more have come; answered with the moment of the last. */
export type Hear = { readonly frames: number }

let heard = 0
let lastMs = 0
let awaited = Infinity
let tell = () => {}

async function enter({ port, path, ears, says, counts, ping }: Room): Promise<void> {
  const mark = Buffer.from(counts)
  let answered = 0
  for (let n = 0; n < ears; n++) {
    let said = 0
    const wire = openBareWire(
      { port, path },
      {
        open() {
          const first = says[said++]
          if (first) wire.say(first)
        },
        frame(text) {
          if (text.includes(mark)) {
            heard += 1
            if (heard >= awaited) {
              lastMs = machineMs()
              tell()
            }
          } else if (ping && text.toString() === ping.hears) wire.say(ping.says)
          else if (said < says.length) wire.say(says[said++] ?? '')
          else if (said++ === says.length) answered += 1
        },
        close: () => {},
      },
    )
    if (n % 50 === 49) await wait(10)
  }
  while (answered < ears) await wait(10)
}

process.on('message', (ask: Room | Hear) => {
  if ('ears' in ask) return void enter(ask).then(() => process.send?.('listening'))
  awaited = ask.frames
  tell = () => {
    heard -= ask.frames
    awaited = Infinity
    process.send?.(lastMs)
  }
  if (heard >= awaited) tell()
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
