import { afterEach, describe, expect, test } from 'vitest'
import { permit, type Permit } from '@open110/modules/contact'
import type { TextGateway, TextIn, TextReceipt } from './channel.sms.port.ts'

const permitted = permit({ mode: 'call-ok' }, 'sms', '2026-11-21T02:00:00.000Z') as Permit<'sms'>

/** The carrier's side, played by the test. */
export type Carrier = {
  readonly gateway: TextGateway
  /** Brings a text; false when it was not taken, and will be brought again. */
  bring(text: {
    ref: string
    number: string
    called: string
    words: string
    piece?: TextIn['piece']
  }): Promise<boolean>
  confirm(ref: string, isDelivered: boolean): Promise<void>
  /** What came out of the gateway's other end. */
  readonly got: readonly { from?: string; to: string; words: string }[]
  cut(isCut: boolean): Promise<void> | void
  close(): Promise<void>
}

/** 短信网关约定 — what every gateway does, be it real or of the air. */
export function smsContract(name: string, open: () => Promise<Carrier>): void {
  describe(`${name}`, () => {
    let carrier: Carrier
    afterEach(() => carrier.close())

    async function listening() {
      carrier = await open()
      const texts: TextIn[] = []
      const receipts: TextReceipt[] = []
      const isAway = { now: false }
      carrier.gateway.hear({
        async text(text) {
          if (isAway.now) throw new Error('the database is away')
          texts.push(text)
        },
        receipt: async (receipt) => void receipts.push(receipt),
      })
      return { texts, receipts, isAway }
    }

    test(`[CH17] ${name}: a text comes with number, what it was sent to and every letter of its words`, async () => {
      const { texts } = await listening()
      const words = '紫金路18号2幢,有人撬门🆘 (third floor)'
      expect(await carrier.bring({ ref: '1', number: '13900139000', called: '12110578', words })).toBe(true)
      expect(texts).toMatchObject([{ number: '13900139000', called: '12110578', words }])
      const piece = { group: '7', number: 2, of: 3 }
      await carrier.bring({ ref: '2', number: '13900139000', called: '12110578', words: '第二段', piece })
      expect(texts[1]).toMatchObject({ words: '第二段', piece })
      expect(texts[0]!.ref).not.toBe(texts[1]!.ref)
    })

    test(`[CH17] ${name}: a text that could not be kept was not taken, and is taken when it is brought again`, async () => {
      const { texts, isAway } = await listening()
      const text = { ref: '3', number: '13900139000', called: '12110578', words: '有人吗' }
      isAway.now = true
      expect(await carrier.bring(text)).toBe(false)
      isAway.now = false
      expect(await carrier.bring(text)).toBe(true)
      expect(texts.length).toBe(1)
    })

    test(`[CH17] ${name}: what goes out has a name for each piece, under which its receipt comes back`, async () => {
      const { receipts } = await listening()
      const pieces = ['已收到,', '请在门口等。']
      const refs = await carrier.gateway.send(permitted, { from: '12110578', to: '13900139000', pieces })
      expect(refs.length).toBe(2)
      expect(new Set(refs).size).toBe(2)
      expect(carrier.got.map(({ words }) => words).join('')).toBe(pieces.join(''))
      expect(carrier.got[0]!.to).toBe('13900139000')
      await carrier.confirm(refs[0]!, true)
      await carrier.confirm(refs[1]!, false)
      await expect.poll(() => receipts.length, { timeout: 5_000 }).toBe(2)
      expect(receipts).toMatchObject([
        { ref: refs[0], isDelivered: true },
        { ref: refs[1], isDelivered: false },
      ])
    })

    test(`[CH17] ${name}: while it is cut off nothing goes out as if it had, and afterwards it does`, async () => {
      await listening()
      await carrier.cut(true)
      await expect.poll(() => carrier.gateway.isUp(), { timeout: 5_000 }).toBe(false)
      const text = { from: '12110578', to: '13900139000', pieces: ['已收到。'] }
      await expect(carrier.gateway.send(permitted, text)).rejects.toThrow(Error)
      await carrier.cut(false)
      await expect.poll(() => carrier.gateway.isUp(), { timeout: 5_000 }).toBe(true)
      expect((await carrier.gateway.send(permitted, text)).length).toBe(1)
    })
  })
}
