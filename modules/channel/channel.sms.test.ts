import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import {
  answerBit,
  authOf,
  command,
  frameOf,
  openFrames,
  pieceOf,
  textAt,
  ucs2Of,
  wordsOf,
} from './channel.cmpp.frames.server.ts'
import { openCmpp } from './channel.cmpp.server.ts'
import { smsContract, type Carrier } from './channel.sms.contract.ts'
import { openFakeTexts } from './channel.sms.fake.ts'

const clock = { now: () => new Date().toISOString() }

smsContract('simulator', async () => {
  const gateway = openFakeTexts(clock)
  let isCut = false
  return {
    gateway,
    bring: (text) =>
      gateway.write(text).then(
        () => true,
        () => false,
      ),
    confirm: (ref, isDelivered) => gateway.confirm(ref, isDelivered),
    get got() {
      return gateway.sent
    },
    cut: (next) => gateway.cut((isCut = next)),
    close: async () => void isCut,
  }
})

const field = (text: string, bytes: number) =>
  Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(bytes)]).subarray(0, bytes)
/** Six letters, as the account that signs in. */
const [account, secret] = ['900001', 'shared secret']

/** A small ISMG: signs in, takes submits, brings delivers and receipts, as the protocol lays out its fields. */
async function openIsmg(): Promise<Carrier> {
  const got: { from: string; to: string; words: string }[] = []
  const answers = new Map<number, (result: number) => void>()
  let sequence = 1_000
  let made = 0
  let port = 0
  let server: Server
  const lines = new Set<Socket>()
  const submitted = (body: Buffer) => {
    const length = body[138] ?? 0
    const content = body.subarray(139, 139 + length)
    const { rest } = body[45] === 1 ? pieceOf(content) : { rest: content }
    expect([body[10], body[46]]).toEqual([1, 8])
    got.push({ from: textAt(body, 95, 21), to: textAt(body, 117, 21), words: wordsOf(body[46]!, rest) })
  }
  const listen = () =>
    new Promise<void>((done) => {
      server = createServer((line) => {
        lines.add(line)
        line.on('close', () => lines.delete(line))
        line.on('error', () => {})
        const frames = openFrames()
        line.on('data', (part) => {
          for (const { command: name, sequence: own, body } of frames(part)) {
            const reply = (bytes: Buffer) => {
              // In two halves: a stream owes nobody whole frames.
              const frame = frameOf(name | answerBit, own, bytes)
              line.write(frame.subarray(0, 5))
              setTimeout(() => line.write(frame.subarray(5)), 2)
            }
            if (name === command.connect) {
              const stamp = String(body.readUInt32BE(23)).padStart(10, '0')
              const isRight = body.subarray(6, 22).equals(authOf(account, secret, stamp)) && body[22] === 0x20
              reply(Buffer.concat([Buffer.from([isRight ? 0 : 3]), Buffer.alloc(16), Buffer.from([0x20])]))
            } else if (name === command.submit) {
              submitted(body)
              const id = Buffer.alloc(8)
              id.writeUInt32BE(++made, 4)
              reply(Buffer.concat([id, Buffer.from([0])]))
            } else if (name === command.active) reply(Buffer.alloc(1))
            else if (name === command.terminate) reply(Buffer.alloc(0))
            else if (name === (command.deliver | answerBit) >>> 0) answers.get(own)?.(body[8] ?? 255)
          }
        })
      })
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port
        done()
      })
    })
  const stop = () =>
    new Promise<void>((done) => {
      for (const line of lines) line.destroy()
      server.close(() => done())
    })
  const deliver = (
    id: Buffer,
    from: string,
    to: string,
    rest: { udhi: number; format: number; isReceipt: number; content: Buffer },
  ) =>
    new Promise<number>((done) => {
      const own = ++sequence
      answers.set(own, done)
      const body = Buffer.concat([
        id,
        field(to, 21),
        field('', 10),
        Buffer.from([0, rest.udhi, rest.format]),
        field(from, 21),
        Buffer.from([rest.isReceipt, rest.content.length]),
        rest.content,
        Buffer.alloc(8),
      ])
      for (const line of lines) line.write(frameOf(command.deliver, own, body))
    })

  await listen()
  const gateway = openCmpp(
    { host: '127.0.0.1', port, account, secret, service: 'open110' },
    { clock, onFault: () => {} },
  )
  await expect.poll(() => gateway.isUp(), { timeout: 5_000 }).toBe(true)
  return {
    gateway,
    got,
    async bring({ ref, number, called, words, piece }) {
      const id = Buffer.alloc(8)
      id.writeUInt32BE(Number(ref), 0)
      const head = piece
        ? Buffer.from([5, 0, 3, Number(piece.group), piece.of, piece.number])
        : Buffer.alloc(0)
      const content = Buffer.concat([head, ucs2Of(words)])
      return (
        (await deliver(id, number, called, { udhi: piece ? 1 : 0, format: 8, isReceipt: 0, content })) === 0
      )
    },
    async confirm(ref, isDelivered) {
      const content = Buffer.concat([
        Buffer.from(ref, 'hex'),
        field(isDelivered ? 'DELIVRD' : 'UNDELIV', 7),
        field('2611211000', 10),
        field('2611211001', 10),
        field('13900139000', 21),
        Buffer.alloc(4),
      ])
      const id = Buffer.alloc(8, 9)
      await deliver(id, '13900139000', '12110578', { udhi: 0, format: 0, isReceipt: 1, content })
    },
    cut: (isCut) => (isCut ? stop() : listen()),
    async close() {
      await gateway.close()
      await stop()
    },
  }
}
smsContract('cmpp', openIsmg)

test('[CH17] cmpp: words in every format of a phone are read as they were written', () => {
  expect(wordsOf(8, ucs2Of('有人撬门🆘'))).toBe('有人撬门🆘')
  expect(wordsOf(15, Buffer.from([0xd3, 0xd0, 0xc8, 0xcb]))).toBe('有人')
  expect(wordsOf(0, Buffer.from('help'))).toBe('help')
  const long = Buffer.concat([Buffer.from([6, 8, 4, 1, 2, 3, 2]), ucs2Of('第二段')])
  expect(pieceOf(long).piece).toEqual({ group: '258', of: 3, number: 2 })
  expect(wordsOf(8, pieceOf(long).rest)).toBe('第二段')
  expect(() => openFrames()(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow('no CMPP')
})
