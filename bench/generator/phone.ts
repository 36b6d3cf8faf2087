import { connect, type Socket } from 'node:net'

/** 一条连接 — one phone on one kept connection, as cheap as it can be: made bytes, in which only the serial changes. */
export type Phone = {
  /** Sends report number `serial`. Sent again it is the same press: same key, same words. */
  send(serial: number): void
  close(): void
}

export type Answered = {
  readonly status: number
  /** The report's id, when it was taken. */
  readonly id: string | undefined
  readonly retryAfterSeconds: number | undefined
}

export type PhoneOf = {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly token: string
  /** Where on the network this phone seems to be; the server believes it as it believes a proxy on its own machine. */
  readonly address: string
  readonly mode: 'text' | 'silent'
  /** Eight characters, other ones in each run: key and words begin with them. */
  readonly run: string
  /** What another server wants to hear besides, and how it names the id that it answers. */
  readonly head?: readonly string[]
  readonly idName?: string
}

const marks = {
  key: 'KKKKKKKK',
  words: 'WWWWWWWW',
  lng: '920000',
  lat: '450000',
  times: '2000-01-01T00:00:00.000Z',
} as const
const serialDigits = 8

/** The words by which the n-th report of a run is known in the tables. */
export const wordsOf = (run: string, serial: string): string =>
  `有人在撬我家的门,我躲在衣柜里不能出声,门外至少有两个人,其中一个穿灰色外套 ${run}-${serial}`

function made(of: PhoneOf): Buffer {
  const { host, port, path, token, address, mode, run, head: more = [] } = of
  const body = [
    `{"mode":"${mode}",${mode === 'silent' ? '"tag":"burglary",' : ''}"words":"${wordsOf(run, marks.words)}",`,
    `"fix":{"lng":119.${marks.lng},"lat":28.${marks.lat},"crs":"wgs84","accuracyMetres":25,"source":"gps",`,
    `"at":"${marks.times}"},"madeAt":"${marks.times}"}`,
  ].join('')
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}:${port}`,
    `x-forwarded-for: ${address}`,
    `authorization: Bearer ${token}`,
    'accept: application/json',
    'accept-language: zh-CN',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `idempotency-key: ${run}-${marks.key}`,
    ...more,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

export function openPhone(
  of: PhoneOf,
  on: {
    answer(phone: Phone, answered: Answered): void
    /** The connection ended before the answer: whether the report was taken is not known. */
    lost(phone: Phone): void
  },
): Phone {
  const bytes = made(of)
  const idMark = `"${of.idName ?? 'id'}":"`
  const keyAt = bytes.indexOf(marks.key)
  const wordsAt = bytes.indexOf(marks.words)
  const lngAt = bytes.indexOf(marks.lng) + 2
  const latAt = bytes.indexOf(marks.lat) + 2
  const timesAt = [bytes.indexOf(marks.times), bytes.lastIndexOf(marks.times)]
  let socket: Socket | undefined
  let isWaiting = false
  let isClosed = false
  let held: Buffer | undefined

  const hear = (part: Buffer) => {
    held = held ? Buffer.concat([held, part]) : part
    const end = held.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = held.toString('latin1', 0, end)
    const length = Number(/\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN)
    if (Number.isNaN(length)) throw new Error(`an answer without its length:\n${head}`)
    if (held.length < end + 4 + length) return
    const status = Number(head.slice(9, 12))
    const idAt = status < 300 ? held.indexOf(idMark, end) + idMark.length : 0
    const id = idAt > idMark.length ? held.toString('latin1', idAt, held.indexOf('"', idAt)) : undefined
    const retry = status < 300 ? undefined : /\nretry-after: *(\d+)/i.exec(head)?.[1]
    held = undefined
    isWaiting = false
    on.answer(phone, { status, id, retryAfterSeconds: retry === undefined ? undefined : Number(retry) })
  }
  const dial = () => {
    const mine = connect({ host: of.host, port: of.port, noDelay: true })
    mine.on('data', hear)
    mine.on('error', () => {}) // told by its end, which always follows
    mine.on('close', () => {
      if (mine !== socket) return
      socket = undefined
      held = undefined
      const wasWaiting = isWaiting
      isWaiting = false
      if (wasWaiting && !isClosed) on.lost(phone)
    })
    return mine
  }
  const phone: Phone = {
    send(serial) {
      const text = String(serial).padStart(serialDigits, '0')
      const place = text.slice(-4)
      const now = new Date().toISOString()
      bytes.write(text, keyAt, 'latin1')
      bytes.write(text, wordsAt, 'latin1')
      bytes.write(place, lngAt, 'latin1')
      bytes.write(place, latAt, 'latin1')
      for (const at of timesAt) bytes.write(now, at, 'latin1')
      isWaiting = true
      socket ??= dial()
      socket.write(bytes)
    },
    close() {
      isClosed = true
      socket?.destroy()
    },
  }
  return phone
}
