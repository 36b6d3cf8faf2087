import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { openIds } from '../clock/index.ts'
import { idOf, spell } from './ids.ts'
import { faultsOf, move, openMoves, type Moves } from './moves.ts'
import { isRefusal, statusOf } from './refuse.ts'
import { plusSeconds, secondsBetween } from './time.ts'

const kettle = {
  fill: { from: ['empty'], to: 'full', by: ['cook'] },
  boil: { from: ['full'], to: 'hot', by: ['cook', 'guest'] },
  pour: { from: ['hot', 'full'], to: 'empty', by: ['guest'] },
} as const satisfies Moves<'empty' | 'full' | 'hot', 'cook' | 'guest'>

test('[KI12] every state, move and role: what the table lists goes through, everything else is refused with what is open', () => {
  for (const state of ['empty', 'full', 'hot', 'gone']) {
    for (const name of [...Object.keys(kettle), 'melt', 'toString', '__proto__', 'constructor', '']) {
      for (const by of [['cook'], ['guest'], ['cook', 'guest'], []]) {
        const row = Object.entries(kettle).find(([key]) => key === name)?.[1]
        const isFrom = (row?.from as readonly string[] | undefined)?.includes(state) ?? false
        const isBy = (row?.by as readonly string[] | undefined)?.some((role) => by.includes(role)) ?? false
        const then = move(kettle, state, name, by)
        if (isFrom && isBy) expect(then).toBe(row?.to)
        else if (isFrom) expect(then).toMatchObject({ refused: 'move.denied', facts: { by: row?.by } })
        else
          expect(then).toEqual({
            refused: 'move.not-now',
            facts: { move: name, state, open: openMoves(kettle, state, by) },
          })
      }
    }
  }
})

test('[KI12] a button is open exactly when its move would be made', () => {
  fc.assert(
    fc.property(fc.constantFrom('empty', 'full', 'hot'), fc.subarray(['cook', 'guest']), (state, by) => {
      for (const name of Object.keys(kettle)) {
        expect((openMoves(kettle, state, by) as string[]).includes(name)).toBe(
          !isRefusal(move(kettle, state, name, by)),
        )
      }
    }),
  )
})

test('[KI12] states that nothing reaches and states that nothing leaves are found', () => {
  expect(faultsOf(kettle, 'empty', [])).toEqual({ unreachable: [], deadEnds: [] })
  const leaky: Moves<string, string> = {
    ...kettle,
    drop: { from: ['full'], to: 'broken', by: ['guest'] },
    mend: { from: ['lost'], to: 'empty', by: ['cook'] },
  }
  expect(faultsOf(leaky, 'empty', [])).toEqual({ unreachable: ['lost'], deadEnds: ['broken'] })
  expect(faultsOf(leaky, 'empty', ['broken'])).toEqual({ unreachable: ['lost'], deadEnds: [] })
})

test.each([
  ['report.not-found', 404],
  ['session.signed-out', 401],
  ['permission.denied', 403],
  ['report.take-denied', 403],
  ['place.datum-missing', 422],
  ['input.invalid', 422],
  ['attachment.kind-unsupported', 415],
  ['attachment.too-large', 413],
  ['receipt.too-many', 429],
  ['sms.unavailable', 503],
  ['slip.already-cancelled', 409],
  ['move.not-now', 409],
])('[KI9] the status of %s is %i', (code, status) => {
  expect(statusOf(code)).toBe(status)
})

test('[KI13] an id says what it names, in letters that are not mistaken for each other', () => {
  const ids = openIds({ now: () => '2026-11-21T02:00:00.000Z' })
  const id = ids.make('rp')
  expect(z.safeParse(idOf('rp'), id).success).toBe(true)
  expect(z.safeParse(idOf('in'), id).success).toBe(false)
  expect(id).toMatch(/^rp_[0-9a-hjkmnp-tv-z]{26}$/)
  for (const odd of ['rp_', `${id}0`, id.toUpperCase(), 'rp_il00000000000000000000000u']) {
    expect(z.safeParse(idOf('rp'), odd).success).toBe(false)
  }
  const many = new Set(Array.from({ length: 1_000 }, () => ids.make('rp')))
  expect(many.size).toBe(1_000)
})

test('[KI13] whatever was made later sorts later, whatever chance was', () => {
  const from = Date.parse('2020-01-01T00:00:00.000Z')
  fc.assert(
    fc.property(
      fc.nat(4e11),
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 0, max: 255 }),
      (ms, gap, chance) => {
        const made = (at: number, byte: number) =>
          openIds({ now: () => new Date(at).toISOString() }, (bytes) =>
            new Uint8Array(bytes).fill(byte),
          ).make('rp')
        expect(made(from + ms, 255 - chance) < made(from + ms + gap, chance)).toBe(true)
      },
    ),
  )
  expect(spell(new Uint8Array(16))).toBe('0'.repeat(26))
  expect(spell(new Uint8Array(16).fill(255))).toBe(`7${'z'.repeat(25)}`)
})

test('[KI13] moments keep their text order, and seconds there and back are the same', () => {
  const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(moments, fc.integer({ min: -1e8, max: 1e8 }), (date, ms) => {
      const at = date.toISOString()
      const then = plusSeconds(at, ms / 1000)
      expect(Math.round(secondsBetween(at, then) * 1000)).toBe(ms)
      expect(then > at).toBe(ms > 0)
    }),
  )
})
