import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { lateIf, type Fault } from './fault.ts'
import { openCrowd } from './phones.ts'
import { until } from './until.ts'

/** After this a connection that has not said what it wants must be gone; some time is for the server's own round. */
const headersSeconds = 10
const roundSeconds = 35

export const slowLoris: Fault = {
  id: 'F19',
  does: 'a thousand connections that say one letter of a request now and then, some a body that never ends',
  holds: 'an alarm gets through at once meanwhile, and each of them is shown out ≤ 10 s',
  async run({ ground, isShort }) {
    const here = await ground()
    const count = isShort ? 200 : 1_000
    const port = Number(new URL(here.base).port)
    const crowd = await openCrowd({ base: here.base, count: 1, mark: 'F19', desk: 'taizhou' })
    const sockets: { socket: Socket; beganMs: number; endedMs?: number }[] = []
    let isOver = false
    try {
      for (let n = 0; n < count; n++) {
        const socket = connect(port, '127.0.0.1')
        const one: (typeof sockets)[number] = { socket, beganMs: performance.now() }
        sockets.push(one)
        socket.on('error', () => {})
        socket.on('close', () => (one.endedMs ??= performance.now()))
        socket.resume()
        socket.write(
          n % 10 === 0
            ? 'POST /api/v1/reports HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{'
            : 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ',
        )
        if (n % 50 === 49) await wait(5)
      }
      const dribble = (async () => {
        while (!isOver) {
          for (const { socket, endedMs } of sockets) if (endedMs === undefined) socket.write('a')
          await wait(1_000)
        }
      })()
      const held = sockets.filter(({ endedMs }) => endedMs === undefined).length
      const answers: number[] = []
      for (let n = 0; n < 20; n++) {
        const began = performance.now()
        crowd.phones[0]!.press()
        await crowd.settle()
        answers.push(Math.round(performance.now() - began))
      }
      answers.sort((a, b) => a - b)
      const headers = sockets.filter((_, n) => n % 10 !== 0)
      const figures: Record<string, number | string> = {
        'connections held': held,
        'an alarm meanwhile, ms': `p50 ${answers[10]}, most ${answers.at(-1)}`,
      }
      const late: string[] = []
      const breaches: string[] = []
      const allGone = (some: typeof sockets) => () => some.every(({ endedMs }) => endedMs !== undefined)
      if (!isShort) {
        const isGone = await until(
          allGone(headers),
          'those without headers are gone',
          headersSeconds + roundSeconds,
        ).then(
          () => true,
          () => false,
        )
        const spans = headers.map(
          ({ beganMs, endedMs }) => ((endedMs ?? Number.POSITIVE_INFINITY) - beganMs) / 1_000,
        )
        const most = Math.max(...spans)
        if (!isGone) breaches.push('connections without headers are never shown out')
        else {
          figures['the last without headers was shown out after, s'] = Math.round(most)
          late.push(
            ...lateIf(most > headersSeconds + 1, `connections without headers stay ${Math.round(most)} s`),
          )
        }
        const bodies = sockets.filter((_, n) => n % 10 === 0)
        figures['with an endless body still there'] = bodies.filter(
          ({ endedMs }) => endedMs === undefined,
        ).length
      }
      isOver = true
      await dribble
      return { breaches, late, figures }
    } finally {
      isOver = true
      for (const { socket } of sockets) socket.destroy()
      crowd.close()
    }
  },
}
