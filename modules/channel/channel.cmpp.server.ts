import { connect as dial, type Socket } from 'node:net'
import type { Clock } from '@open110/kit/time'
import {
  answerBit,
  command,
  connectBody,
  frameOf,
  openFrames,
  readDeliver,
  stampOf,
  submitBody,
  type Frame,
} from './channel.cmpp.frames.server.ts'
import type { TextGateway } from './channel.sms.port.ts'

export type CmppSettings = {
  readonly host: string
  readonly port: number
  /** 企业代码, six letters at most. */
  readonly account: string
  readonly secret: string
  /** 业务代码. */
  readonly service: string
}

type Listener = Parameters<TextGateway['hear']>[0]

const answerMs = 5_000
const activeMs = 30_000
const againMs = [1_000, 2_000, 5_000, 15_000] as const
/** Taken, and not taken: the gateway brings it again. */
const [taken, notTaken] = [0, 9]

/** 短信网关·CMPP — one lasting line to the gateway; it is kept alive, and sought again when it is lost. */
export function openCmpp(
  settings: CmppSettings,
  given: { clock: Clock; onFault: (fault: unknown) => void },
): TextGateway {
  let listener: Listener | undefined
  let socket: Socket | undefined
  let isUp = false
  let isClosed = false
  let tries = 0
  let sequence = 0
  let group = 0
  let again: NodeJS.Timeout | undefined
  let active: NodeJS.Timeout | undefined
  const waiting = new Map<number, { done: (body: Buffer) => void; failed: (fault: Error) => void }>()

  function ask(name: number, body: Buffer): Promise<Buffer> {
    const line = socket
    if (!line?.writable) return Promise.reject(new Error('the gateway is away'))
    const own = (sequence = (sequence + 1) >>> 0)
    return new Promise((done, failed) => {
      const late = setTimeout(() => {
        waiting.delete(own)
        failed(new Error('the gateway did not answer'))
        // Half open: whatever else was asked is not answered either.
        line.destroy()
      }, answerMs)
      const over =
        <Given>(then: (given: Given) => void) =>
        (what: Given) => {
          clearTimeout(late)
          waiting.delete(own)
          then(what)
        }
      waiting.set(own, { done: over(done), failed: over(failed) })
      line.write(frameOf(name, own, body))
    })
  }

  /** The gateway hears that a text was taken only after it is kept here. */
  async function take(line: Socket, frame: Frame): Promise<void> {
    const came = readDeliver(frame.body)
    let result = taken
    try {
      if (came.kind === 'receipt') {
        await listener?.receipt({ ref: came.ref, isDelivered: came.isDelivered, at: given.clock.now() })
      } else if (listener) {
        const { ref, from: number, to: called, words, piece } = came
        await listener.text({
          ref,
          number,
          called,
          words,
          at: given.clock.now(),
          ...(piece ? { piece } : {}),
        })
      } else result = notTaken
    } catch (fault) {
      given.onFault(fault)
      result = notTaken
    }
    const answer = Buffer.concat([came.id, Buffer.from([result])])
    if (line.writable) line.write(frameOf(command.deliver | answerBit, frame.sequence, answer))
  }

  function hear(line: Socket, frame: Frame): void {
    if (frame.command === command.deliver) return void take(line, frame)
    if (frame.command === command.active)
      return void line.write(frameOf(command.active | answerBit, frame.sequence, Buffer.alloc(1)))
    if (frame.command === command.terminate) {
      line.write(frameOf(command.terminate | answerBit, frame.sequence, Buffer.alloc(0)))
      return void line.end()
    }
    waiting.get(frame.sequence)?.done(frame.body)
  }

  async function signIn(): Promise<void> {
    const stamp = stampOf(Date.parse(given.clock.now()))
    const body = await ask(command.connect, connectBody(settings.account, settings.secret, stamp))
    if (body[0] !== 0) throw new Error(`the gateway does not let us in (${body[0]})`)
    isUp = true
    tries = 0
    active = setInterval(() => void ask(command.active, Buffer.alloc(0)).catch(given.onFault), activeMs)
  }

  function connect(): void {
    if (isClosed) return
    const frames = openFrames()
    const line = dial({ host: settings.host, port: settings.port })
    socket = line
    line.setNoDelay(true)
    line.on('connect', () => {
      signIn().catch((fault: unknown) => {
        given.onFault(fault)
        line.destroy()
      })
    })
    line.on('data', (part) => {
      try {
        for (const frame of frames(part)) hear(line, frame)
      } catch (fault) {
        given.onFault(fault)
        line.destroy()
      }
    })
    line.on('error', given.onFault)
    line.on('close', () => {
      isUp = false
      clearInterval(active)
      for (const { failed } of waiting.values()) failed(new Error('the gateway is away'))
      if (!isClosed) again = setTimeout(connect, againMs[Math.min(tries++, againMs.length - 1)])
    })
  }
  connect()

  return {
    hear: (next) => void (listener = next),
    async send(_permit, { from, to, pieces }) {
      if (!isUp) throw new Error('the gateway is away')
      const own = (group = (group + 1) & 0xff)
      const refs: string[] = []
      for (const [index, words] of pieces.entries()) {
        const { service, account } = settings
        const text = { service, account, from, to, words, of: pieces.length, number: index + 1, group: own }
        const body = await ask(command.submit, submitBody(text))
        if (body[8] !== 0) throw new Error(`the gateway does not take the text (${body[8]})`)
        refs.push(body.subarray(0, 8).toString('hex'))
      }
      return refs
    },
    isUp: () => isUp,
    async close() {
      isClosed = true
      clearTimeout(again)
      const line = socket
      if (!line || line.destroyed) return
      if (isUp) await ask(command.terminate, Buffer.alloc(0)).catch(() => undefined)
      line.destroy()
    },
  }
}
