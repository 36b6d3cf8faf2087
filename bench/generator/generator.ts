/**
 * 报警人 — many phones in one process of their own, so that measuring them costs the server's process nothing.
 * Given no rate, each phone sends again as soon as it has its receipt. Given one, reports are due by the clock and
 * wait here until a phone is free; the time that they waited is part of what is measured.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { machineMs } from './moment.ts'
import { openPhone, type Phone, type PhoneOf } from './phone.ts'

export type Order = Omit<PhoneOf, 'token' | 'address'> & {
  /** One citizen for each; with more phones than citizens, citizens have several. */
  readonly tokens: readonly string[]
  readonly phones: number
  readonly seconds: number
  /** Reports a second that are due. */
  readonly rate?: number
}

export type Outcome = {
  /** From the first press until the last phone had its receipt. */
  readonly elapsedMs: number
  /** Of the reports that were acknowledged: id, press and how long the receipt took. */
  readonly ids: readonly string[]
  readonly pressedMs: Float64Array
  readonly latencyMs: Float64Array
  /** Different reports that were sent at least once. */
  readonly sent: number
  /** Refused tries by status; the phone tries the same press again. */
  readonly refused: Readonly<Record<number, number>>
  /** Connections that ended without an answer; the phone tries the same press again. */
  readonly lost: number
  /** Presses that had no receipt when the run was over. */
  readonly unanswered: number
  /** Due by the clock, never sent for want of a free phone. */
  readonly unsent: number
  readonly cpuSeconds: number
}

/** Each citizen is somewhere else, and whoever hides is not where the crowd is. */
const addressOf = (mode: PhoneOf['mode'], citizen: number): string =>
  `${mode === 'silent' ? '100.64' : '100.65'}.${citizen >> 8}.${citizen & 255}`

/** How long after the end a receipt may still come. */
const patienceMs = 20_000

async function run(order: Order): Promise<Outcome> {
  const ids: string[] = []
  const pressed: number[] = []
  const latency: number[] = []
  const refused: Record<number, number> = {}
  const waiting = new Map<Phone, { serial: number; pressedMs: number }>()
  const idle: Phone[] = []
  const [cpu, beganMs] = [process.cpuUsage(), machineMs()]
  const untilMs = beganMs + order.seconds * 1_000
  let [next, lost, lastMs] = [0, 0, beganMs]
  let finish = () => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))

  /** How many are due by now: the first at once, and none at the very end. */
  const due = (now: number) =>
    order.rate === undefined
      ? Infinity
      : Math.min(
          Math.floor(((now - beganMs) / 1_000) * order.rate) + 1,
          Math.round(order.rate * order.seconds),
        )
  const pump = () => {
    const now = machineMs()
    for (const until = now < untilMs ? due(now) : 0; next < until && idle.length > 0; next++) {
      const phone = idle.shift()
      if (!phone) break
      const pressedMs = order.rate === undefined ? now : beganMs + (next / order.rate) * 1_000
      waiting.set(phone, { serial: next, pressedMs })
      phone.send(next)
    }
    if (now >= untilMs && waiting.size === 0) finish()
  }
  const again = (phone: Phone, afterMs: number) => {
    const report = waiting.get(phone)
    setTimeout(() => {
      if (report && waiting.get(phone) === report) phone.send(report.serial)
    }, afterMs)
  }
  const on: Parameters<typeof openPhone>[1] = {
    answer(phone, { status, id, retryAfterSeconds }) {
      const report = waiting.get(phone)
      if (!report) return
      if (id === undefined) {
        refused[status] = (refused[status] ?? 0) + 1
        return again(phone, (retryAfterSeconds ?? 1) * 1_000)
      }
      lastMs = machineMs()
      ids.push(id)
      pressed.push(report.pressedMs)
      latency.push(lastMs - report.pressedMs)
      waiting.delete(phone)
      idle.push(phone)
      pump()
    },
    lost(phone) {
      lost += 1
      again(phone, 100)
    },
  }
  for (let n = 0; n < order.phones; n++) {
    const citizen = n % order.tokens.length
    const token = order.tokens[citizen] ?? ''
    idle.push(openPhone({ ...order, token, address: addressOf(order.mode, citizen) }, on))
  }
  const phones = [...idle]
  const clock = setInterval(pump, 1)
  pump()
  await Promise.race([finished, wait(order.seconds * 1_000 + patienceMs)])
  clearInterval(clock)
  const unanswered = waiting.size
  waiting.clear()
  for (const phone of phones) phone.close()
  const { user, system } = process.cpuUsage(cpu)
  return {
    elapsedMs: lastMs - beganMs,
    ids,
    pressedMs: Float64Array.from(pressed),
    latencyMs: Float64Array.from(latency),
    sent: next,
    refused,
    lost,
    unanswered,
    unsent: order.rate === undefined ? 0 : due(untilMs) - next,
    cpuSeconds: (user + system) / 1e6,
  }
}

process.on('message', (order: Order) => {
  void run(order).then((outcome) => process.send?.(outcome))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
