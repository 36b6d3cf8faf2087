/** The phones, in a process of their own so that they do not share the server's core time by accident of one loop. */
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

export type Order = { base: string; tokens: readonly string[]; seconds: number }
export type Answer = { count: number; latenciesMs: readonly number[] }

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

const sendOne = (base: string, token: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify({
      mode: 'text',
      words: '有人在撬我家的门,我躲在衣柜里不能出声,门外至少有两个人,其中一个穿灰色外套',
      fix: { lng: 119.9231, lat: 28.4538, crs: 'wgs84', accuracyMetres: 25, source: 'gps' },
      madeAt: new Date().toISOString(),
    })
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': randomUUID(),
    }
    const asked = request(`${base}/api/v1/reports`, { method: 'POST', agent, headers }, (answer) => {
      answer
        .resume()
        .once('end', () =>
          answer.statusCode === 201 ? resolve() : reject(new Error(`${answer.statusCode}`)),
        )
    })
    asked.once('error', reject).end(body)
  })

process.on('message', ({ base, tokens, seconds }: Order) => {
  const until = performance.now() + seconds * 1000
  const latenciesMs: number[] = []
  const write = async (token: string) => {
    while (performance.now() < until) {
      const pressed = performance.now()
      await sendOne(base, token)
      latenciesMs.push(performance.now() - pressed)
    }
  }
  void Promise.all(tokens.map(write)).then(() =>
    process.send!({ count: latenciesMs.length, latenciesMs } satisfies Answer),
  )
})
process.send?.('ready')
