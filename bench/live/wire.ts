import { connect, type Socket } from 'node:net'

/** 裸线 — a WebSocket as cheap as a client can have it: it says what it is told to and hands on the text of each frame. */
export type BareWire = { say(text: string): void; cut(): void }

const handshake = (path: string) =>
  [
    `GET ${path} HTTP/1.1`,
    'host: localhost',
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n')

export function openBareWire(
  to: { port: number; path: string },
  on: { open(): void; frame(text: Buffer): void; close(): void },
): BareWire {
  const socket: Socket = connect({ port: to.port, host: '127.0.0.1', noDelay: true })
  let rest: Buffer | undefined
  let isOpen = false
  socket.on('connect', () => socket.write(handshake(to.path)))
  socket.on('error', () => {}) // a close follows
  socket.on('close', () => on.close())
  socket.on('data', (part) => {
    let bytes = rest ? Buffer.concat([rest, part]) : part
    if (!isOpen) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) return void (rest = bytes)
      isOpen = true
      bytes = bytes.subarray(end + 4)
      on.open()
    }
    let at = 0
    while (bytes.length - at >= 2) {
      const short = bytes[at + 1]! & 0x7f
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (bytes.length - at < head) break
      const length =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2))
      if (bytes.length - at < head + length) break
      if ((bytes[at]! & 0x0f) === 1) on.frame(bytes.subarray(at + head, at + head + length))
      at += head + length
    }
    rest = at === bytes.length ? undefined : bytes.subarray(at)
  })
  return {
    say: (text) => void socket.write(masked(text)),
    cut: () => void socket.resetAndDestroy(),
  }
}

/** A client must mask; a mask of zeros is one. */
function masked(text: string): Buffer {
  const body = Buffer.from(text)
  const head =
    body.length < 126 ? [0x81, 0x80 | body.length] : [0x81, 0xfe, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), body])
}
