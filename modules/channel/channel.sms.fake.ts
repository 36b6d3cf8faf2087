import { randomUUID } from 'node:crypto'
import type { Clock } from '@open110/kit/time'
import type { TextGateway, TextIn } from './channel.sms.port.ts'

type Listener = Parameters<TextGateway['hear']>[0]
export type SentText = {
  readonly refs: readonly string[]
  readonly to: string
  readonly words: string
  readonly at: string
}

export type FakeTexts = TextGateway & {
  /** Somebody writes. */
  write(text: Omit<TextIn, 'ref' | 'at'> & { ref?: string }): Promise<void>
  /** What phones would have got, the newest first. */
  readonly sent: readonly SentText[]
  /** The phone has got it, or never will. */
  confirm(ref: string, isDelivered?: boolean): Promise<void>
  cut(isCut: boolean): void
}

/** 演示短信网关 — takes and shows texts, and delivers to nobody. */
export function openFakeTexts(clock: Clock, makeRef: () => string = randomUUID, keep = 50): FakeTexts {
  let listener: Listener | undefined
  let isCut = false
  const sent: SentText[] = []
  return {
    sent,
    hear: (next) => void (listener = next),
    async write({ ref = makeRef(), ...text }) {
      await listener?.text({ ref, at: clock.now(), ...text })
    },
    async send(_permit, { to, pieces }) {
      if (isCut) throw new Error('the gateway is cut off')
      const refs = pieces.map(() => makeRef())
      sent.unshift({ refs, to, words: pieces.join(''), at: clock.now() })
      sent.length = Math.min(sent.length, keep)
      return refs
    },
    async confirm(ref, isDelivered = true) {
      await listener?.receipt({ ref, isDelivered, at: clock.now() })
    },
    cut: (next) => void (isCut = next),
    isUp: () => !isCut,
    close: async () => {},
  }
}
