import type { Database } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import type { Calls } from './channel.call.server.ts'
import { callsForgotten } from './channel.call.store.ts'
import type { Texts } from './channel.text.server.ts'

/** No telephone rings for so long: its end was told to nobody. */
const ringingSeconds = 180
const talkingSeconds = 4 * 3_600

/** What time does: texts go out, long ones stop waiting for a lost piece, and no call is forgotten. */
export function channelSweeps(given: { db: Database; clock: Clock; calls: Calls; texts: Texts }): Sweep[] {
  const { db, clock, calls, texts } = given
  return [
    { name: 'channel.texts-out', everyMs: 500, run: () => texts.sendDue() },
    { name: 'channel.loose-texts', everyMs: 2_000, run: () => texts.settleLoose() },
    {
      name: 'channel.forgotten-calls',
      everyMs: 20_000,
      async run() {
        const at = clock.now()
        const forgotten = await db.all(callsForgotten, {
          ringingBefore: plusSeconds(at, -ringingSeconds),
          talkingBefore: plusSeconds(at, -talkingSeconds),
        })
        for (const { ref } of forgotten)
          await calls.hear({ kind: 'ended', call: ref, at, recordingRef: undefined })
        return forgotten.length
      },
    },
  ]
}
