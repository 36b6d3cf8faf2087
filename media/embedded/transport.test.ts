import { expect, test } from 'vitest'
import { writeRtp } from '../core/rtp.ts'
import { openNative } from './transport.ndc.ts'
import { openDial, openPortable } from './transport.werift.ts'

for (const [name, openCarrier] of [
  ['native', openNative],
  ['portable', openPortable],
] as const) {
  test(`[ME39] what throws in a callback of the ${name} library is told, and the process goes on`, async () => {
    const faults: string[] = []
    const fault = (what: string): void => void faults.push(what)
    const carrier = await openCarrier({ fault })
    const dial = await openDial({ fault: () => {} })
    const far: string[] = []
    const end = await dial('offers', { packet: () => far.push('packet'), state: (state) => far.push(state) })
    const { ufrag, password, fingerprint } = end.local
    const link = await carrier.connect(
      { ufrag, password, fingerprint, sections: [] },
      {
        packet: () => {
          throw new Error('of a packet')
        },
        state: () => {},
      },
    )
    end.start(link.local)
    await expect.poll(() => far, { timeout: 10_000 }).toContain('up')
    const packet = writeRtp({ payloadType: 96, sequence: 1, timestamp: 1, ssrc: 7 }, new Uint8Array(20))
    await expect.poll(() => (end.send(packet), faults), { timeout: 10_000 }).toContain('packet')
    // A packet that cannot be sent is lost and no more: too short, too long, after the end.
    for (const bytes of [new Uint8Array(1), new Uint8Array(70_000).fill(0x80), packet]) link.send(bytes)
    link.close()
    link.close()
    link.send(packet)
    end.close()
    carrier.end()
  })
}
