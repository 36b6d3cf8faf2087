import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { openAri } from './channel.ari.server.ts'
import { lineOf } from './channel.ari.frames.ts'
import { ctiContract, type Caller } from './channel.cti.contract.ts'
import { openFakeCti } from './channel.cti.fake.ts'

const clock = { now: () => new Date().toISOString() }

ctiContract('simulator', async () => {
  const cti = openFakeCti(clock)
  return { cti, ring: cti.ring, putDown: cti.putDown, cut: cti.cut, close: () => cti.close() }
})

/** A small Asterisk: the frames and the commands of its REST interface that are used here, and nothing behind them. */
async function openAsterisk(): Promise<Caller & { commands: string[] }> {
  const channels = new Map<string, { state: string; number: string; args: string[] }>()
  const commands: string[] = []
  let line: WebSocket | undefined
  let made = 0
  let port = 0
  let server: Server
  let sockets: WebSocketServer
  const tell = (type: string, id: string, more: object = {}) => {
    const channel = channels.get(id)
    line?.send(
      JSON.stringify({
        type,
        application: 'open110',
        timestamp: new Date(Date.now() + 8 * 3_600_000).toISOString().replace('Z', '+0800'),
        channel: {
          id,
          name: `PJSIP/trunk-${id}`,
          state: channel?.state ?? 'Down',
          caller: { name: '', number: channel?.number ?? '' },
          connected: { name: '', number: '' },
          accountcode: '',
          dialplan: { context: 'from-carrier', exten: '110', priority: 2 },
          creationtime: new Date().toISOString(),
          language: 'zh',
        },
        ...more,
      }),
    )
  }
  const drop = (id: string) => {
    tell('StasisEnd', id)
    tell('ChannelDestroyed', id, { cause: 16, cause_txt: 'Normal Clearing' })
    channels.delete(id)
  }
  const answer = (request: IncomingMessage): [number, unknown?] => {
    const url = new URL(request.url ?? '/', 'http://x')
    const [, , what, id = '', act] = url.pathname.split('/')
    if (request.headers.authorization !== `Basic ${Buffer.from('desk:secret').toString('base64')}`)
      return [401]
    commands.push(`${request.method} ${[what, act].filter(Boolean).join(' ')}`)
    if (what === 'bridges')
      return [act ? 204 : 200, act ? undefined : { id: url.searchParams.get('bridgeId') }]
    if (request.method === 'GET') return [200, [...channels.keys()].map((one) => ({ id: one }))]
    if (!id) {
      const seat = `seat-${made++}`
      channels.set(seat, { state: 'Up', number: '', args: [] })
      setTimeout(
        () => tell('StasisStart', seat, { args: url.searchParams.get('appArgs')?.split(',') ?? [] }),
        5,
      )
      return [200, { id: seat }]
    }
    if (id === 'create') {
      const call = url.searchParams.get('channelId') ?? ''
      channels.set(call, { state: 'Down', number: '', args: [] })
      return [200, { id: call }]
    }
    const channel = channels.get(id)
    if (!channel) return [404, { message: 'Channel not found' }]
    if (act === 'answer' && channel.state !== 'Up') {
      channel.state = 'Up'
      setTimeout(() => tell('ChannelStateChange', id), 5)
    }
    if (request.method === 'DELETE') setTimeout(() => drop(id), 5)
    return [204]
  }
  const listen = () =>
    new Promise<void>((done) => {
      server = createServer((request, response) => {
        const [status, body] = answer(request)
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(body === undefined ? undefined : JSON.stringify(body))
      })
      sockets = new WebSocketServer({ server, path: '/ari/events' })
      sockets.on('connection', (next, request) => {
        const asked = new URL(request.url ?? '/', 'http://x').searchParams
        if (asked.get('api_key') !== 'desk:secret' || asked.get('app') !== 'open110') return next.close(1008)
        line = next
      })
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port
        done()
      })
    })
  const stop = () =>
    new Promise<void>((done) => {
      for (const one of sockets.clients) one.terminate()
      line = undefined
      sockets.close()
      server.closeAllConnections()
      server.close(() => done())
    })
  await listen()
  const cti = openAri(
    {
      url: `http://127.0.0.1:${port}/ari`,
      user: 'desk',
      password: 'secret',
      app: 'open110',
      seatEndpoint: 'PJSIP/{desk}-{seat}',
      trunkEndpoint: 'PJSIP/{number}@trunk',
    },
    { clock, onFault: () => {} },
  )
  await expect.poll(() => cti.isUp() && line !== undefined, { timeout: 5_000 }).toBe(true)
  return {
    cti,
    commands,
    async ring({ number = '', called = '110', desk, place }) {
      const id = `17${made++}.1`
      channels.set(id, { state: 'Ring', number, args: [] })
      const args = [
        `called=${called}`,
        ...(desk ? [`desk=${desk}`] : []),
        ...(place
          ? [
              `lng=${place.lng}`,
              `lat=${place.lat}`,
              `accuracy=${place.accuracyMetres}`,
              `source=${place.source}`,
              `address=${place.words}`,
            ]
          : []),
      ]
      tell('StasisStart', id, { args })
      return id
    },
    putDown: async (call) => drop(call),
    cut: (isCut) => (isCut ? stop() : listen()),
    async close() {
      await cti.close()
      await stop()
    },
  }
}
ctiContract('asterisk', openAsterisk)

test('[CH17] asterisk: the caller is bridged with the telephone of the seat and recorded; the line says where it is in so many words', async () => {
  const asterisk = await openAsterisk()
  asterisk.cti.hear(() => Promise.resolve())
  const call = await asterisk.ring({ number: '13800138000' })
  await asterisk.cti.connect(call, { desk: 'lishui', seat: 3 })
  await expect
    .poll(() => asterisk.commands.filter((one) => one === 'POST bridges addChannel').length, {
      timeout: 5_000,
    })
    .toBe(2)
  expect(asterisk.commands).toEqual(
    expect.arrayContaining([
      'POST channels ring',
      'POST channels answer',
      'POST bridges',
      'POST bridges record',
      'POST channels',
    ]),
  )
  await asterisk.close()
  expect(lineOf(['called=110', 'lng=abc', 'lat=28']).place).toBeUndefined()
  expect(lineOf(['lng=119.9', 'lat=28.4', 'source=installed', 'address=紫金路18号']).place).toEqual({
    lng: 119.9,
    lat: 28.4,
    source: 'installed',
    words: '紫金路18号',
  })
})

test('[CH17] [CH6] asterisk: what could not be kept is told again, in its order', async () => {
  const asterisk = await openAsterisk()
  const told: string[] = []
  let refusals = 2
  asterisk.cti.hear(async ({ kind }) => {
    if (refusals-- > 0) throw new Error('the database is away')
    told.push(kind)
  })
  const call = await asterisk.ring({ number: '13800138000' })
  await asterisk.putDown(call)
  await expect.poll(() => told.includes('ended'), { timeout: 8_000 }).toBe(true)
  expect(told[0]).toBe('ringing')
  await asterisk.close()
})
