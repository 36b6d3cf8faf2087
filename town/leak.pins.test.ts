import pg from 'pg'
import { expect, test } from 'vitest'
import { list as listMine, withdrawals } from '@open110/modules/report/api'
import { openPinRuns } from './pins.ts'
import { granted, openTown } from './town.ts'

const facts = ['pin', 'duress', 'wrong'] as const

/** Statements that this process sends to its database while something is done; nothing else runs beside it. */
async function statements(act: () => Promise<unknown>): Promise<string[]> {
  const { query } = pg.Client.prototype
  const names: string[] = []
  pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
    const [first] = given
    const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '')
    // The event log and its bell are looked after all the time.
    if (!/^with snapshot|pg_stat_activity/.test(text)) names.push(text)
    return Reflect.apply(query, this, given) as never
  } as typeof query
  try {
    await act()
    return names
  } finally {
    pg.Client.prototype.query = query
  }
}

test('[CI40] right, wrong, duress, none and never set: time and again the same bytes for the same work, and distinct at the desk', async () => {
  const town = await openTown({ realClock: true })
  const 值班 = await town.staff('zhaomin@lishui')
  const 林秋 = await town.citizen('林秋')
  const phones = [林秋, await town.citizen('陈国强')] as const
  const { mine, unset, runs, ask, take } = await openPinRuns(await town.listen(), phones)
  const { seen } = await take(10)
  expect(seen.size).toBe(1)
  expect([...seen][0]).toContain('{\\"asked\\":true}')

  const work: Record<string, string[]> = {}
  for (const run of runs) {
    await town.settle()
    work[run[0]] = await statements(() => ask(run, 1_000))
  }
  expect(work['right']!.length).toBeGreaterThan(5)
  for (const [kind] of runs) expect.soft(work[kind], kind).toEqual(work['right'])

  const told = async (report: string) =>
    new Set(granted(await 值班.call(withdrawals, { params: { report } })).map(({ how }) => how))
  expect(await told(mine)).toEqual(new Set(facts))
  expect(await told(unset)).toEqual(new Set(['unset']))
  // The phone's own list and page know nothing of it.
  const [row] = granted(await 林秋.call(listMine))
  expect(JSON.stringify([row, await 林秋.view(mine)])).not.toMatch(/duress|withdraw|wrong|"pin/)
  await town.close()
})
