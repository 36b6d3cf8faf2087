import type { Database, Tx } from '@open110/kit/server/db'
import type { Sweep } from '@open110/kit/server/jobs'
import { plusSeconds, type Clock } from '@open110/kit/time'
import type { Watchkeeping } from './video.heard.server.ts'
import type { Sealing } from './video.sealing.server.ts'
import { present, type Known, type Videos } from './video.server.ts'
import * as store from './video.store.ts'
import type { VideoPolicy } from './video.ts'

/** How often a phone that is only connected is noted: less tells nothing of it. */
const noticedSeconds = 20

/** What time does: invitations and links run out, who is not heard is lost, and what is over is sealed. */
export function videoSweeps(given: {
  db: Database
  clock: Clock
  videos: Videos
  watch: Watchkeeping
  sealing: Sealing
  policyOf: (tx: Tx, desk: string) => Promise<VideoPolicy>
}): Sweep[] {
  const { db, clock, videos, watch } = given
  let isFirst = true

  const each = async (calls: readonly { id: string }[], work: (tx: Tx, known: Known) => Promise<unknown>) => {
    let done = 0
    for (const { id: video } of calls)
      await db.tx(async (tx) => {
        const call = await tx.maybe(store.callForUpdate, { video })
        if (call && (await work(tx, await videos.knownOf(tx, call)))) done += 1
      })
    return done
  }

  async function expire(): Promise<number> {
    await db.run(store.lapseLinks, { now: clock.now() })
    return each(await db.all(store.invitationsDue, { now: clock.now() }), async (tx, known) => {
      if (known.call.state !== 'invited') return false
      await videos.go(tx, known, 'expire', ['system'], clock.now())
      return true
    })
  }

  async function lose(): Promise<number> {
    const before = plusSeconds(clock.now(), -1)
    return each(await db.all(store.unheardCalls, { before }), async (tx, known) => {
      const { call, people, report } = known
      if (call.state !== 'live') return false
      if (present(people).some(({ role, feed }) => role === 'reporter' && feed === 'up')) return false
      const now = clock.now()
      const { lostSeconds } = await given.policyOf(tx, call.desk)
      const connected = plusSeconds(report.lastSignalAt ?? call.openedAt, noticedSeconds)
      if (plusSeconds(call.signalAt, lostSeconds) > now || connected > now) return false
      await videos.go(tx, known, 'lose', ['system'], now)
      return true
    })
  }

  async function endOrReturn(): Promise<number> {
    return each(await db.all(store.lostCalls), async (tx, known) => {
      const { call, report } = known
      if (call.state !== 'lost' || call.lostAt === undefined) return false
      const now = clock.now()
      const { endAfterLostSeconds } = await given.policyOf(tx, call.desk)
      if (report.lastSignalAt !== undefined && report.lastSignalAt > call.lostAt)
        await videos.sign(tx, known, now)
      else if (plusSeconds(call.lostAt, endAfterLostSeconds) <= now)
        await videos.go(tx, known, 'end', ['system'], now, 'lost')
      else return false
      return true
    })
  }

  return [
    {
      name: 'video.lines',
      everyMs: 1_000,
      async run() {
        // Whatever stood here before this process was started flows no more.
        if (isFirst) {
          await watch.allDown('restart')
          await given.sealing.retry()
        }
        isFirst = false
        return watch.drain()
      },
    },
    { name: 'video.hold', everyMs: 150, run: () => watch.look() },
    { name: 'video.expire', everyMs: 2_000, run: expire },
    {
      name: 'video.lost',
      everyMs: 1_000,
      run: async () => (await lose()) + (await endOrReturn()) + (await watch.hushAll()),
    },
    { name: 'video.seal', everyMs: 1_000, run: () => given.sealing.sealNext() },
  ]
}
