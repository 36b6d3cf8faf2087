import { openRandom } from '../crypto/index.ts'
import { spell, type Ids } from '../pure/ids.ts'
import type { Clock, SteadyClock } from '../pure/time.ts'
import { openSteadyClock } from './steady.ts'

export { openSteadyClock, type Machine } from './steady.ts'

export const systemClock: SteadyClock = openSteadyClock()

/** Ids whose first 48 bits are the time, as in UUIDv7, so that they index well and sort by age. */
export function openIds(clock: Clock, random: (bytes: number) => Uint8Array = openRandom()): Ids {
  return {
    make(prefix) {
      const bytes = new Uint8Array(16)
      let ms = Date.parse(clock.now())
      for (let i = 5; i >= 0; i--) {
        bytes[i] = ms % 256
        ms = Math.floor(ms / 256)
      }
      bytes.set(random(10), 6)
      return `${prefix}_${spell(bytes)}`
    },
  }
}
