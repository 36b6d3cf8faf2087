import pg from 'pg'
import { expect, test } from 'vitest'
import { setPins } from '@open110/modules/person/api'
import { list as listMine, withdrawals } from '@open110/modules/report/api'
import { granted, openTown, type CitizenHere } from './town.ts'

const pins = { pin: '1379', duressPin: '2468' }
const typed = { right: '1379', duress: '2468', wrong: '5050', none: undefined } as const
const kinds = Object.keys(typed) as (keyof typeof typed)[]
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

const median = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
const late = (times: readonly number[]) =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0

test('[CI40] right, wrong, duress, none and never set: 100 times each the same bytes for the same work, and distinct at the desk', async () => {
  const town = await openTown({ realClock: true })
  const base = await town.listen()
  const 林秋 = await town.citizen('林秋')
  const 陈国强 = await town.citizen('陈国强')
  const 值班 = await town.staff('zhaomin@lishui')
  granted(await 林秋.call(setPins, { body: pins, key: 'pins-1' }))
  const fix = { lng: 119.92, lat: 28.45, crs: 'wgs84' }
  const mine = await 林秋.sends({ mode: 'silent', words: undefined, fix })
  const unset = await 陈国强.sends({ mode: 'silent', words: undefined, fix })
  const ask = async (who: CitizenHere, report: string, pin: string | undefined, at: number) => {
    const began = performance.now()
    const answer = await fetch(`${base}/api/v1/reports/${report}/withdrawals`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${who.token}`,
        'content-type': 'application/json',
        'idempotency-key': `ask-${report}-${at}-${pin ?? 'none'}`,
      },
      body: JSON.stringify({ ...(pin ? { pin } : {}), madeAt: '2026-11-22T02:00:00.000Z' }),
    })
    const body = await answer.text()
    const headers = [...answer.headers].filter(([name]) => name !== 'date')
    return { ms: performance.now() - began, seen: JSON.stringify([answer.status, headers, body]) }
  }
  type Run = readonly [name: string, who: CitizenHere, report: string, pin: string | undefined]
  const runs: readonly Run[] = [
    ...kinds.map((kind): Run => [kind, 林秋, mine, typed[kind]]),
    ['unset', 陈国强, unset, '1379'],
  ]
  const ms: Record<string, number[]> = {}
  const seen = new Set<string>()
  for (let at = 0; at < 100; at++) {
    for (const [kind, who, report, pin] of runs) {
      const one = await ask(who, report, pin, at)
      seen.add(one.seen)
      ;(ms[kind] ??= []).push(one.ms)
    }
  }
  for (const [kind, times] of Object.entries(ms))
    process.stdout.write(
      `    ${kind}: median ${median(times).toFixed(1)} ms, p95 ${late(times).toFixed(1)} ms\n`,
    )
  expect(seen.size).toBe(1)
  expect([...seen][0]).toContain('{\\"asked\\":true}')

  const work: Record<string, string[]> = {}
  for (const [kind, who, report, pin] of runs) {
    await town.settle()
    work[kind] = await statements(() => ask(who, report, pin, 1_000))
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
}, 300_000)
