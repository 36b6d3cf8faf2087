import { acceptOne, isValidNumber } from './accept.ts'
import { broken, check } from './check.ts'
import { breachesOf, type Fault } from './fault.ts'
import { openGround, type Ground } from './ground.ts'
import { openCrowd } from './phones.ts'
import { startAtTransaction } from './postgres.ts'
import { readTruth } from './truth.ts'
import { until, within } from './until.ts'
import { openWatch } from './watch.ts'

const desk = 'lishui'
/** Numbers at whose end 32 bits, the exact whole numbers of a phone, and six digits run out. */
const twoTo31 = 2 ** 31
const epochBefore53Bits = 2 ** (53 - 12 - 32) - 1

export const farNumbers: Fault = {
  id: 'F22',
  does: 'cursors through the wrap of 32 bits and up to 2^53, serials at 2^31 and at their last digit',
  holds: 'all is taken, told in order and once, and every number is valid and its own',
  needs: ['linux', 'pg_resetwal'],
  async run({ seed, isShort }) {
    const breaches: string[] = []
    const figures: Record<string, number | string> = {}
    // The last one is as near to 2^53 as 2^32 transactions: years away from it, and no further can be promised.
    for (const epoch of isShort ? [1] : [1, epochBefore53Bits - 1]) {
      const postgres = await startAtTransaction(epoch, 2 ** 32 - 1_500)
      const here = await openGround({ seed, database: postgres.url })
      try {
        const found = await throughTheWrap(here, `F22-${epoch}`)
        breaches.push(...found.breaches)
        figures[`from epoch ${epoch}: last cursor / 2^53`] = (found.cursor / 2 ** 53).toPrecision(4)
        if (!Number.isSafeInteger(found.cursor)) breaches.push('a cursor that a phone cannot hold exactly')
        if (epoch === 1) breaches.push(...(await lastSerials(here)))
      } finally {
        await here.close()
        postgres.stop()
      }
    }
    return { breaches, figures }
  },
}

async function throughTheWrap(here: Ground, mark: string) {
  const { token } = await here.login(`zhaomin@${desk}`)
  const watch = openWatch({ base: here.base, token, topics: [`desk:${desk}`] })
  await watch.live()
  const crowd = await openCrowd({ base: here.base, count: 8, mark, againMs: 0 })
  const epochOf = async () => {
    const [row] = await here.rows<{ epoch: string }>(
      `select (pg_current_xact_id()::text::bigint >> 32)::text as epoch`,
    )
    return Number(row?.epoch)
  }
  try {
    const before = await epochOf()
    await until(async () => (await epochOf()) > before, 'the numbers of transactions wrap', 180)
    const acked = crowd.history.acked.size
    await until(() => crowd.history.acked.size > acked + 30, 'work goes on after the wrap')
    await here.kill()
    await here.start()
    crowd.wake()
    await crowd.settle()
    const last = [...crowd.history.acked.values()].at(-1)!
    const isHeard = await within(60, () => watch.has(last))
    const findings = check(crowd.history, await readTruth(here, mark), [watch.heard])
    return {
      cursor: watch.heard.at(-1)?.cursor ?? 0,
      breaches: [
        ...breachesOf(broken(findings)),
        ...(isHeard === undefined ? ['the console does not hear after the wrap'] : []),
      ],
    }
  } finally {
    crowd.close()
    watch.close()
  }
}

/** Serials that are about to end: of steps and of the audit at 2^31, of incidents at six digits. */
async function lastSerials(here: Ground): Promise<string[]> {
  const numbers: string[] = []
  const faults: string[] = []
  for (const table of ['audit', 'incident_step'])
    await here.rows(`alter table ${table} alter column id restart with ${twoTo31 - 3}`)
  for (let n = 0; n < 4; n++) {
    if (n === 1) await here.rows(`update incident_number set last = 999997`)
    const taken = await acceptOne(here, `F22-n${n}`)
    if (typeof taken === 'string') numbers.push(taken)
    else faults.push(`incident ${n} of the last serials is refused: ${taken.refused}`)
  }
  if (new Set(numbers).size !== numbers.length) faults.push('two incidents with one number')
  const wrong = numbers.filter((number) => !isValidNumber(number))
  if (wrong.length > 0) faults.push(`not valid incident numbers: ${wrong.join(' ')}`)
  return faults
}
