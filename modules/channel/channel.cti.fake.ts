import { randomUUID } from 'node:crypto'
import type { Clock } from '@open110/kit/time'
import type { Cti, CtiEvent } from './channel.cti.port.ts'
import type { LinePlace } from './channel.ts'

export type FakeCti = Cti & {
  /** Somebody dials. */
  ring(caller: {
    number?: string | undefined
    called?: string
    desk?: string | undefined
    place?: LinePlace | undefined
  }): Promise<string>
  /** They put the receiver down. */
  putDown(call: string): Promise<void>
  /** It tells something by itself, perhaps what it has told before. */
  tells(event: { kind: 'ended' | 'answered'; call: string }): Promise<void>
  /** Numbers that were rung from here. */
  readonly dialled: readonly string[]
  /** The trunk is cut, or is there again. */
  cut(isCut: boolean): void
}

/** 演示话务 — a telephone system of the air: whoever rings it is heard at the desk, and it records what it is told to do. */
export function openFakeCti(clock: Clock, makeRef: () => string = randomUUID): FakeCti {
  let listener: ((event: CtiEvent) => Promise<void>) | undefined
  let isCut = false
  const calls = new Map<string, { isAnswered: boolean }>()
  const dialled: string[] = []
  const tell = (event: CtiEvent) => listener?.(event) ?? Promise.resolve()
  const known = (ref: string) => {
    const call = calls.get(ref)
    if (isCut || !call) throw new Error('the telephone system does not know this call')
    return call
  }
  const end = async (call: string) => {
    const { isAnswered } = known(call)
    calls.delete(call)
    await tell({
      kind: 'ended',
      call,
      at: clock.now(),
      recordingRef: isAnswered ? `demo-recording-${call}` : undefined,
    })
  }

  return {
    dialled,
    hear: (next) => void (listener = next),
    async ring({ number, called = '110', desk, place }) {
      const call = makeRef()
      calls.set(call, { isAnswered: false })
      await tell({ kind: 'ringing', call, number, called, desk, place, at: clock.now() })
      return call
    },
    putDown: end,
    tells: ({ kind, call }) =>
      tell({ call, at: clock.now(), ...(kind === 'ended' ? { kind, recordingRef: undefined } : { kind }) }),
    connect: async (call) => {
      known(call).isAnswered = true
      // Told like any other news: nobody waits here for what the teller still holds.
      void tell({ kind: 'answered', call, at: clock.now() })
    },
    hangUp: async (call) => {
      known(call)
      void end(call)
    },
    async dial(_permit, number) {
      if (isCut) throw new Error('the telephone system is cut off')
      const call = makeRef()
      calls.set(call, { isAnswered: true })
      dialled.push(number)
      return call
    },
    cut: (next) => void (isCut = next),
    isUp: () => !isCut,
    close: async () => calls.clear(),
  }
}
