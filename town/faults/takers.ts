import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Unanswered } from '@open110/kit/client/call'
import { isRefusal } from '@open110/kit/refuse'
import { signIn } from '@open110/modules/desk/api'
import { receive } from '@open110/modules/report/api'
import { granted } from '../town.ts'
import type { Grant } from './check.ts'
import type { Ground } from './ground.ts'
import { openWatch, type Watch } from './watch.ts'

/** 接警员 — people at one desk who all reach for the same reports, and ask again until they are answered. */
export type Takers = {
  readonly watches: readonly Watch[]
  readonly grants: readonly Grant[]
  readonly tokens: readonly string[]
  /** How many were told that somebody else has it. */
  readonly turnedAway: () => number
  /** Resolves when every hand that was stretched out has its answer. */
  settle(): Promise<void>
  close(): void
}

/** Each of them reaches for one in `everyNth` of the reports, the same ones. */
export async function openTakers(
  ground: Ground,
  given: { desk: string; accounts: readonly string[]; everyNth: number },
): Promise<Takers> {
  const grants: Grant[] = []
  const tokens: string[] = []
  const reaching = new Set<Promise<void>>()
  let turnedAway = 0
  let isClosed = false

  const watches = await Promise.all(
    given.accounts.map(async (account, n) => {
      const { token } = await ground.login(account)
      tokens.push(token)
      const call = ground.call(token)
      granted(await call(signIn, { params: { desk: given.desk, seat: String(n + 1) } }))
      const reach = async (report: string) => {
        const key = randomUUID()
        while (!isClosed) {
          try {
            const answer = await call(receive, { params: { report }, key })
            if (!isRefusal(answer)) grants.push({ report, by: account })
            else turnedAway += 1
            return
          } catch (fault) {
            if (!(fault instanceof Unanswered)) throw fault
            await wait(100)
          }
        }
      }
      return openWatch({
        base: ground.base,
        token,
        topics: [`desk:${given.desk}`],
        onEvent({ type, report }) {
          if (type !== 'report.delivered' || numberOf(report) % given.everyNth !== 0) return
          const mine = reach(report).finally(() => reaching.delete(mine))
          reaching.add(mine)
        },
      })
    }),
  )
  await Promise.all(watches.map((watch) => watch.live()))
  return {
    watches,
    grants,
    tokens,
    turnedAway: () => turnedAway,
    async settle() {
      while (reaching.size > 0) await Promise.all(reaching)
    },
    close() {
      isClosed = true
      for (const watch of watches) watch.close()
    },
  }
}

/** The same for everybody, and as good as chance. */
function numberOf(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) >>> 0, 7)
}
