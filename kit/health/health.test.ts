import fc from 'fast-check'
import pino from 'pino'
import { expect, test } from 'vitest'
import { weigh, wellSoFar, type Facts } from '../pure/health.ts'
import { momentOf } from '../pure/time.ts'
import { openHealth, type Probe } from './index.ts'

const at = (n: number) => momentOf(Date.parse('2026-11-21T02:00:00.000Z') + n * 1_000)
const rule = { raiseAfter: 2, clearAfter: 3 }
/** One look a second; what is said after each. */
const said = (...looks: readonly (0 | 1)[]) => {
  let watched = wellSoFar
  return looks.map((bad, n) => {
    watched = weigh(watched, bad ? {} : undefined, at(n), rule)
    return watched.saidSince
  })
}

test('[KI31] a loss is said after as many looks as it takes, from the first of them, and until as many were well', () => {
  expect(said(1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 1)).toEqual([
    undefined, undefined, undefined, at(2), at(2), at(2), at(2), at(2), at(2), undefined, undefined,
  ]) // prettier-ignore
})

test('[KI31] what changes with every look is never said and unsaid in turn', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0 as const, 1 as const), { maxLength: 80 }), (looks) => {
      const states = said(...looks)
      for (const [n, state] of states.entries()) {
        const before = states[n - 1]
        if (before === undefined && state !== undefined) expect(looks.slice(n - 1, n + 1)).toEqual([1, 1])
        if (before !== undefined && state === undefined) expect(looks.slice(n - 2, n + 1)).toEqual([0, 0, 0])
        if (before !== undefined && state !== undefined) expect(state).toBe(before)
      }
    }),
  )
})

const open = (probes: readonly Probe[]) =>
  openHealth({
    named: {
      a: { severity: 'minor', raiseAfter: 1, clearAfter: 1 },
      b: { severity: 'critical', raiseAfter: 1, clearAfter: 1 },
    },
    probes,
    clock: { now: () => at(0) },
    log: pino({ level: 'silent' }),
  })

test('[KI32] a look that does not end is given up, is never begun a second time beside itself, and holds up no other', async () => {
  let begun = 0
  let end = (_: Record<string, Facts>) => {}
  const hanging: Probe = {
    of: 'hanging',
    tells: ['b'],
    timeoutMs: 20,
    look: () => new Promise((resolve) => ((end = resolve), (begun += 1))),
    otherwise: { b: { why: 'late' } },
  }
  const quick: Probe = { of: 'quick', tells: ['a'], timeoutMs: 20, look: () => Promise.resolve({ a: {} }) }
  const health = open([quick, hanging])
  await health.look()
  await health.look()
  expect(begun).toBe(1)
  expect(health.now()).toEqual([
    { name: 'b', severity: 'critical', since: at(0), facts: { why: 'late' } },
    { name: 'a', severity: 'minor', since: at(0), facts: {} },
  ])
  end({})
  await health.look()
  expect(health.now().map(({ name }) => name)).toEqual(['a'])
  await health.look()
  expect([begun, health.now().length]).toEqual([2, 2])
  end({})
})

test('[KI32] a look that fails and cannot say why changes nothing', async () => {
  let isBroken = false
  const probe: Probe = {
    of: 'a',
    tells: ['a'],
    timeoutMs: 20,
    look: () => (isBroken ? Promise.reject(new Error('no')) : Promise.resolve({ a: { n: 1 } })),
  }
  const health = open([probe])
  await health.look()
  isBroken = true
  await health.look()
  expect(health.now()).toMatchObject([{ name: 'a', facts: { n: 1 } }])
})
