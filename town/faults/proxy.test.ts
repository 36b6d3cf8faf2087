import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { openProxy, type Proxy } from './proxy.ts'

const cleanings: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanings.splice(0).toReversed()) await clean()
})

/** Says back what it hears, and remembers it by connection. */
async function openEcho(seed?: string) {
  const heard: Buffer[][] = []
  const ends: string[] = []
  const server = createServer((socket) => {
    const mine: Buffer[] = []
    heard.push(mine)
    socket.on('data', (bytes) => void (mine.push(bytes), socket.write(bytes)))
    socket.on('error', ({ message }) => ends.push(message))
    socket.on('close', () => ends.push('closed'))
    cleanings.push(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy = await openProxy({ to: server.address() as AddressInfo, ...(seed && { seed }) })
  cleanings.push(
    () => new Promise((done) => server.close(done)),
    () => proxy.close(),
  )
  return { proxy, heard: () => heard.map((parts) => Buffer.concat(parts).toString()), ends }
}

function callIn(proxy: Proxy) {
  const socket = connect(proxy.port, '127.0.0.1')
  let text = ''
  let end: string | undefined
  socket.on('data', (bytes) => (text += bytes.toString()))
  socket.on('error', (fault: NodeJS.ErrnoException) => (end = fault.code))
  socket.on('close', () => (end ??= 'closed'))
  cleanings.push(() => socket.destroy())
  return { socket, text: () => text, end: () => end, says: (words: string) => void socket.write(words) }
}

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await wait(2)
}
const long = Array.from({ length: 4_000 }, (_, n) => `${n} `).join('')

test('[FT1] a slow, jittery line in thin slices carries every byte in its order, and then the end', async () => {
  const { proxy, heard, ends } = await openEcho()
  const weather = { latencyMs: 8, jitterMs: 8, sliceBytes: 700, bytesPerSecond: 400_000 }
  proxy.set({ up: weather, down: weather })
  const call = callIn(proxy)
  call.says(long)
  await until(() => call.text().length === long.length)
  expect(call.text()).toBe(long)
  expect(heard()).toEqual([long])
  call.socket.end()
  await until(() => ends.length > 0)
  expect(ends).toEqual(['closed'])
})

test('[FT1] a line that breaks after so many bytes lets exactly those through and resets both ends', async () => {
  const { proxy, heard, ends } = await openEcho()
  proxy.set({ up: { cutAfterBytes: 1_000 } })
  const call = callIn(proxy)
  call.says(long)
  await until(() => call.end() !== undefined && ends.length > 0)
  expect(call.end()).toBe('ECONNRESET')
  expect(long.startsWith(heard()[0]!)).toBe(true)
  expect(heard()[0]!.length).toBeLessThanOrEqual(1_000)
  proxy.heal()
  const next = callIn(proxy)
  next.says('又通了')
  await until(() => next.text() === '又通了')
})

test('[FT1] what is paused arrives later and whole; who is refused is turned away until it heals', async () => {
  const { proxy, heard } = await openEcho()
  const call = callIn(proxy)
  call.says('一')
  await until(() => call.text() === '一')
  proxy.pause()
  call.says('二')
  await wait(60)
  expect(heard()).toEqual(['一'])
  proxy.resume()
  await until(() => call.text() === '一二')
  proxy.refuse()
  await until(() => callIn(proxy).socket.listenerCount('error') > 0)
  const turnedAway = callIn(proxy)
  await until(() => turnedAway.end() !== undefined)
  expect(turnedAway.end()).toBe('ECONNREFUSED')
  proxy.heal()
  await wait(5)
  const next = callIn(proxy)
  next.says('三')
  await until(() => next.text() === '三')
})

test('[FT1] a reset reaches both ends at once', async () => {
  const { proxy, ends } = await openEcho()
  const call = callIn(proxy)
  call.says('一')
  await until(() => call.text() === '一')
  proxy.reset()
  await until(() => call.end() !== undefined && ends.length > 0)
  expect([call.end(), ...ends]).toEqual(['ECONNRESET', expect.stringContaining('ECONNRESET'), 'closed'])
})

test('[FT1] a half-open line looks open to both ends, carries nothing, and tells neither that the other has left', async () => {
  const { proxy, heard, ends } = await openEcho()
  const call = callIn(proxy)
  call.says('一')
  await until(() => call.text() === '一')
  proxy.swallow()
  const later = callIn(proxy)
  for (const one of [call, later]) one.says('二')
  await wait(80)
  expect([call.end(), later.end(), ends, call.socket.readyState]).toEqual([undefined, undefined, [], 'open'])
  call.socket.destroy()
  await wait(80)
  expect([heard()[0], ends]).toEqual(['一', []])
  proxy.heal()
  later.says('三')
  const next = callIn(proxy)
  next.says('四')
  await until(() => next.text() === '四')
  expect([later.text(), heard().filter(Boolean)]).toEqual(['', ['一', '四']])
})

test('[FT1] what was recorded is said again, each connection whole, as often as asked', async () => {
  const { proxy, heard } = await openEcho()
  proxy.record()
  for (const words of ['甲', '乙', '丙']) {
    const call = callIn(proxy)
    call.says(words)
    await until(() => call.text() === words)
  }
  expect(await proxy.replay(2)).toBe(6)
  expect(heard().toSorted()).toEqual(['甲', '乙', '丙', '甲', '乙', '丙', '甲', '乙', '丙'].toSorted())
})

test('[FT1] the same seed breaks the same connections at the same byte, another seed others', async () => {
  const fates = async (seed: string) => {
    const { proxy, heard } = await openEcho(seed)
    proxy.set({ up: { cutShare: 0.5, cutWithinBytes: 4_000, sliceBytes: 100 } })
    for (let n = 0; n < 12; n++) {
      const call = callIn(proxy)
      await once(call.socket as Socket, 'connect')
      call.says(long.slice(0, 5_000))
      await until(() => call.end() !== undefined || call.text().length === 5_000)
    }
    expect(heard().every((text) => long.startsWith(text))).toBe(true)
    return proxy.counts()
  }
  const [one, same] = [await fates('昨夜'), await fates('昨夜')]
  expect(one).toEqual(same)
  expect(one.taken).toBe(12)
  expect(one.broken).toBeGreaterThan(0)
  expect(one.broken).toBeLessThan(12)
})
