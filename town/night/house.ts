import { isRefusal, refuse, statusOf, type Refusal } from '@open110/kit/refuse'
import type { Contract } from '@open110/kit/route'
import { ComeAgain, openGate } from '../../kit/http/admission.ts'
import { openSteadyClock } from '../../kit/clock/steady.ts'
import type { Base, Tx } from './base.ts'
import { contractsOf, type Around, type Work } from './house.answers.ts'
import { openHub, type Hearer } from './house.live.ts'
import { openSeats } from './house.seats.ts'
import { openLanding, type ServerDisk } from './house.upload.ts'
import type { Answered, Asked, Serving } from './network.ts'
import { forever, type Device, type World } from './world.ts'

export type House = Serving & {
  /** The process is killed; with the machine, what was not flushed is gone as well. */
  kill(withMachine: boolean): void
  /** So much foreign work comes in that every class but the alarms has to wait. */
  rush(untilMs: number): void
  readonly sinceMs: number
}

/** So tight that a night meets every limit. */
const rules = {
  alarm: { atOnce: Infinity, mostWaiting: Infinity, shedAtDelayMs: Infinity },
  dialogue: { atOnce: 4, mostWaiting: 3, shedAtDelayMs: 600 },
  media: { atOnce: 2, mostWaiting: 1, shedAtDelayMs: 300 },
  query: { atOnce: 2, mostWaiting: 2, shedAtDelayMs: 200 },
  content: { atOnce: 1, mostWaiting: 0, shedAtDelayMs: 100 },
} as const

type Subject = Hearer & { readonly id: string; readonly org?: string; readonly name?: string }

/** 一个进程 — the shell of the server: who asks, once for each press, in one transaction; told after commit. */
export function openHouse(given: { world: World; base: Base; disk: ServerDisk; machine: Device }): House {
  const { world, base, machine } = given
  const { time } = world
  const life = machine.begin()
  const sinceMs = time.nowMs()
  let rushUntilMs = 0
  const gate = openGate({
    rules,
    chance: world.chance(`gate ${world.newSerial()}`).next,
    delayMs: () => (time.nowMs() < rushUntilMs ? 700 : 0),
  })
  const clock = openSteadyClock({
    wallMs: machine.wallMs,
    steadyMs: life.nowMs,
    uptimeMs: () => time.nowMs(),
  })
  const inFlight = new Set<() => void>()
  /** Where answers are remembered when somebody thought a cache would do. */
  const cache = new Map<string, { body: string; answer: unknown }>()
  type Kept = { body: string; answer: unknown }

  async function identify(token: string): Promise<Subject | undefined> {
    if (token.startsWith('staff:')) {
      const [, name = '', org = ''] = token.split(':')
      return { id: name, name, org, staff: name, hears: [`org:${org}`], heartbeatMs: 1_000 }
    }
    const found = await base.read(life, (rows) => rows.get<{ citizen: string }>('session', token))
    return found && { id: found.citizen, hears: [`citizen:${found.citizen}`], heartbeatMs: 5_000 }
  }
  const seats = openSeats({ world, base, life, clock, machine })
  const landing = openLanding({ world, base, life, disk: given.disk })
  const hub = openHub({ world, base, life, identify, onBeat: seats.beat })
  const contracts = contractsOf({ world, clock, seats })

  const earlier = async (press: string, body: string): Promise<unknown> => {
    const kept = world.has('cache-dedupe')
      ? cache.get(press)
      : await base.read(life, (rows) => rows.get<Kept>('kept', press))
    if (!kept) return undefined
    return kept.body === body ? kept.answer : refuse('idempotency.key-reused')
  }
  /** Do the work once for this press of the button, or give the answer that it had before (KI5). */
  async function once(press: string | undefined, body: string, work: (tx: Tx) => Promise<unknown>) {
    const before = press && (await earlier(press, body))
    if (before !== undefined && before !== '') return before
    class FasterTwin extends Error {}
    try {
      const answer = await base.tx(life, async (tx) => {
        const own = await work(tx)
        if (isRefusal(own) || !press) return own
        const kept: Kept = { body, answer: own }
        if (world.has('cache-dedupe')) cache.set(press, kept)
        else if (world.has('no-unique-key')) tx.put('kept', press, kept)
        else if (!(await tx.insert('kept', press, kept))) throw new FasterTwin('the same key was faster')
        return own
      })
      return (isRefusal(answer) && press && (await earlier(press, body))) || answer
    } catch (fault) {
      if (!(fault instanceof FasterTwin) || !press) throw fault
      return (await earlier(press, body)) ?? refuse('fault')
    }
  }

  const problem = ({ refused, facts }: Refusal): Answered => ({
    status: statusOf(refused),
    text: JSON.stringify({ code: refused, facts }),
  })
  const admissionOf = (contract: Contract) =>
    world.has('limiter-counts-alarms') && contract.admission === 'alarm' ? 'dialogue' : contract.admission

  async function answerTo(asked: Asked): Promise<Answered> {
    const path = asked.url.split('?')[0]!
    const upload = path.startsWith('/api/v1/uploads')
    const found = upload ? undefined : contracts.find(asked.method, path)
    if (!upload && !found) return { status: 404, text: '{"code":"not-found"}' }
    const token = asked.headers['authorization']?.slice(7)
    const me = token ? await identify(token) : undefined
    if (upload) {
      if (!me) return problem(refuse('session.signed-out'))
      const done = await gate.admit('media', () => landing.answer(asked, me.id))
      return done instanceof ComeAgain ? comeAgain(asked, done) : isRefusal(done) ? problem(done) : done
    }
    const { contract, params, work } = found!
    if (!me && !contract.who.includes('anyone')) return problem(refuse('session.signed-out'))
    const around: Around = {
      me: me?.id ?? 'nobody',
      org: me?.org,
      now: clock.now(),
      params,
      body: asked.body ? (JSON.parse(asked.body) as unknown) : undefined,
      isStaff: me?.staff !== undefined,
    }
    const key = asked.headers['idempotency-key']
    const done = await gate.admit(admissionOf(contract), () => perform(contract, work, around, key, asked))
    if (done instanceof ComeAgain) return comeAgain(asked, done)
    if (isRefusal(done)) return problem(done)
    return { status: contract.status, text: JSON.stringify(done) }
  }
  const perform = (
    contract: Contract,
    work: Work,
    around: Around,
    key: string | undefined,
    asked: Asked,
  ): Promise<unknown> => {
    if (asked.method === 'GET') return base.read(life, (rows) => work.look!(rows, around))
    const press = key && `${around.me} ${asked.method} ${asked.url} ${key}`
    return once(press, asked.body, (tx) => work.change!(tx, around, base.seen))
  }
  const comeAgain = (asked: Asked, { seconds }: ComeAgain): Answered => {
    world.witness.turnedAway(asked)
    return { ...problem(refuse('request.too-many', { seconds })), retryAfterSeconds: seconds }
  }

  return {
    sinceMs,
    serve(asked, answer, reset) {
      inFlight.add(reset)
      answerTo(asked).then(
        (answered) => {
          if (life.isOver()) return forever
          inFlight.delete(reset)
          answer(answered)
        },
        (fault: Error) => {
          if (life.isOver()) return
          world.say(() => `server: fault, ${fault.message}`)
          inFlight.delete(reset)
          answer({ status: 500, text: '{"code":"fault"}' })
        },
      )
    },
    accept: (wire) => hub.accept(wire),
    rush: (untilMs) => void (rushUntilMs = untilMs),
    kill(withMachine) {
      life.end()
      base.drop(life)
      if (withMachine) given.disk.losePower()
      hub.close()
      for (const reset of inFlight) reset()
    },
  }
}
