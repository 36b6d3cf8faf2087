import { openOutbox, type Outbox } from '../outbox.ts'
import { memoryStore, type KeyStore } from '../store.ts'
import { fakePolice, type Fate } from './police.fake.ts'
import { handTurned } from './timers.fake.ts'

export const words = '有人在撬我家的门,我不能出声'
export const report = { kind: 'report', body: { mode: 'silent', words } } as const
export const photo = (sha256: string) =>
  ({
    kind: 'attachment',
    isSaid: false,
    file: { name: '1.jpg', type: 'image/jpeg', bytes: 400, sha256 },
  }) as const

/** One phone with an outbox that may live several lives, on a line that a test breaks. */
export function openPhone(
  given: {
    fateOf?: (name: string) => Fate
    store?: KeyStore
    held?: Map<string, unknown>
    random?: () => number
  } = {},
) {
  const clock = handTurned(given.random)
  const line = {
    fateOf: given.fateOf ?? (() => 'ok' as Fate),
    carry: (_: string): Promise<unknown> => Promise.resolve(),
  }
  const police = fakePolice(
    (name) => line.fateOf(name),
    (name) => line.carry(name),
  )
  const held = given.held ?? new Map<string, unknown>()
  let keys = 0
  const renewed: number[] = []
  const launch = (): Outbox => {
    const outbox = openOutbox({
      store: given.store ?? memoryStore(held),
      call: police.call,
      upload: police.upload,
      session: { ready: async () => {}, renew: async () => void renewed.push(1) },
      timers: clock.timers,
      now: clock.now,
      newKey: () => `key-${++keys}`,
      alone: async (act) => (await act(), true),
    })
    outbox.wake()
    return outbox
  }
  const shows = (outbox: Outbox) => outbox.items().map(({ shows }) => shows)
  return { clock, line, police, held, launch, shows, renewed }
}
