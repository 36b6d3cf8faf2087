import { afterEach, describe, expect, test } from 'vitest'
import { permit, type Permit } from '@open110/modules/contact'
import type { Cti, CtiEvent } from './channel.cti.port.ts'
import type { LinePlace } from './channel.ts'

const permitted = permit({ mode: 'call-ok' }, 'call', '2026-11-21T02:00:00.000Z') as Permit<'call'>

/** The other end of the line, played by the test. */
export type Caller = {
  readonly cti: Cti
  ring(caller: { number?: string; called?: string; desk?: string; place?: LinePlace }): Promise<string>
  putDown(call: string): Promise<void>
  cut(isCut: boolean): Promise<void> | void
  close(): Promise<void>
}

/** 话务约定 — what every telephone system does, be it real or of the air. */
export function ctiContract(name: string, open: () => Promise<Caller>): void {
  describe(`${name}`, () => {
    let caller: Caller
    afterEach(() => caller.close())

    async function listening() {
      caller = await open()
      const told: CtiEvent[] = []
      caller.cti.hear(async (event) => {
        told.push(event)
      })
      const until = (kind: CtiEvent['kind'], call: string) =>
        expect
          .poll(() => told.some((one) => one.kind === kind && one.call === call), { timeout: 5_000 })
          .toBe(true)
      return { told, until, kinds: () => told.map(({ kind }) => kind) }
    }
    const seat = { desk: 'lishui', seat: 3 }
    const place: LinePlace = {
      lng: 119.9231,
      lat: 28.4538,
      accuracyMetres: 300,
      source: 'cell',
      words: '紫金路基站',
    }

    test(`[CH17] ${name}: a call rings with number, what was dialled and place, is answered, and ends with its recording`, async () => {
      const { told, until, kinds } = await listening()
      const call = await caller.ring({ number: '13800138000', called: '110', desk: 'lishui', place })
      await until('ringing', call)
      expect(told[0]).toMatchObject({
        kind: 'ringing',
        call,
        number: '13800138000',
        called: '110',
        desk: 'lishui',
        place,
      })
      await caller.cti.connect(call, seat)
      await until('answered', call)
      await caller.putDown(call)
      await until('ended', call)
      expect(kinds()).toEqual(['ringing', 'answered', 'ended'])
      expect(told[2]).toMatchObject({ recordingRef: expect.stringContaining(call) })
      for (const { at } of told) expect(at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    })

    test(`[CH17] ${name}: a call without number or place that nobody answers ends without a recording`, async () => {
      const { told, until } = await listening()
      const call = await caller.ring({ called: '119' })
      await until('ringing', call)
      expect(told[0]).toMatchObject({ number: undefined, called: '119', desk: undefined, place: undefined })
      await caller.putDown(call)
      await until('ended', call)
      expect(told.at(-1)).toMatchObject({ kind: 'ended', recordingRef: undefined })
    })

    test(`[CH17] ${name}: a seat hangs up and rings back; a call that is not there is refused loudly`, async () => {
      const { until } = await listening()
      const call = await caller.ring({ number: '13800138000' })
      await until('ringing', call)
      await caller.cti.connect(call, seat)
      await caller.cti.hangUp(call)
      await until('ended', call)
      const back = await caller.cti.dial(permitted, '13800138000', seat)
      expect(back).not.toBe(call)
      await expect(caller.cti.connect('no-such-call', seat)).rejects.toThrow(Error)
      await expect(caller.cti.hangUp('no-such-call')).rejects.toThrow(Error)
    })

    test(`[CH17] ${name}: while it is cut off every command fails, and it says so`, async () => {
      const { until } = await listening()
      const call = await caller.ring({ number: '13800138000' })
      await until('ringing', call)
      await caller.cut(true)
      await expect.poll(() => caller.cti.isUp(), { timeout: 5_000 }).toBe(false)
      await expect(caller.cti.connect(call, seat)).rejects.toThrow(Error)
      await expect(caller.cti.dial(permitted, '13800138000', seat)).rejects.toThrow(Error)
      await caller.cut(false)
      await expect.poll(() => caller.cti.isUp(), { timeout: 5_000 }).toBe(true)
      await caller.cti.connect(call, seat)
    })
  })
}
