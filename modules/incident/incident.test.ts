import fc from 'fast-check'
import { expect, test } from 'vitest'
import { faultsOf, move } from '@open110/kit/moves'
import { plusSeconds } from '@open110/kit/time'
import { categories, categoryOf, categoryPath } from './incident.category.ts'
import { dayOf, incidentNumber, isIncidentNumber } from './incident.number.ts'
import { closingWords } from './incident.close.ts'
import { isGrave } from './incident.policy.ts'
import { alike, boxAround, similarity, similarTo, type Likeness } from './incident.similar.ts'
import { handMoves, incidentMoves, incidentStates, openByHand, whyNot } from './incident.ts'

const quiet = { now: '2026-11-21T02:00:00.000Z', openSlips: 0, reported: 0, reviveWithinDays: 30 }
const numbers = fc
  .record({
    division: fc.integer({ min: 110_000, max: 659_999 }),
    serial: fc.integer({ min: 1, max: 999_999 }),
  })
  .map(({ division, serial }) => incidentNumber(String(division), '20261121', serial))

test('[IN1] a number is division, day, serial and check digit', () => {
  expect(incidentNumber('331102', '20261121', 1)).toMatch(/^331102202611210{5}1\d$/)
  fc.assert(fc.property(numbers, (number) => isIncidentNumber(number)))
  for (const no of [
    '',
    '33110220261121000001',
    'x'.repeat(21),
    `${incidentNumber('331102', '20261121', 1)}0`,
  ]) {
    expect(isIncidentNumber(no)).toBe(false)
  }
})

test('[IN1] the check digit finds every single wrong digit', () => {
  fc.assert(
    fc.property(numbers, fc.nat(20), fc.integer({ min: 1, max: 9 }), (number, at, off) => {
      const wrong = String((Number(number[at]) + off) % 10)
      return !isIncidentNumber(number.slice(0, at) + wrong + number.slice(at + 1))
    }),
  )
})

test('[IN1] the day turns at midnight in Beijing, not in Greenwich', () => {
  expect(dayOf('2026-11-20T15:59:59.999Z')).toBe('20261120')
  expect(dayOf('2026-11-20T16:00:00.000Z')).toBe('20261121')
  expect(dayOf('2026-12-31T16:00:00.000Z')).toBe('20270101')
})

test('[IN4] every state is reached, none is a dead end, and what a person may do by hand is in the table', () => {
  expect(faultsOf(incidentMoves, 'accepted', ['archived'])).toEqual({ unreachable: [], deadEnds: [] })
  for (const name of handMoves) expect(incidentMoves[name].by.some((role) => role !== 'system')).toBe(true)
})

test('[IN4] what people do by hand leads where the field says, and from nowhere else', () => {
  const arrows = (
    ['hold', 'resume', 'close', 'invalidate', 'revalidate', 'merge', 'unmerge', 'revive', 'archive'] as const
  ).map(
    (name) =>
      `${incidentMoves[name].from.join(' ')} → ${incidentMoves[name].to} [${incidentMoves[name].by.join(' ')}]`,
  )
  expect(arrows).toEqual([
    'accepted → pending [call-taker dispatcher]',
    'pending → accepted [call-taker dispatcher system]',
    'accepted reported pending → closed [call-taker dispatcher]',
    'accepted pending → invalid [call-taker dispatcher]',
    'invalid → accepted [supervisor]',
    'accepted pending → merged [call-taker dispatcher]',
    'merged → accepted [dispatcher supervisor]',
    'closed → accepted [supervisor citizen]',
    'closed → archived [system]',
  ])
})

test('[IN4] a walk over every state, move and role: the table lets through what it lists and nothing else', () => {
  const roles = ['call-taker', 'dispatcher', 'supervisor', 'unit', 'operator', 'admin', 'citizen', 'system']
  const has = { ...quiet, reason: '说明', nextAt: plusSeconds(quiet.now, 60) }
  for (const state of incidentStates) {
    for (const [name, row] of Object.entries(incidentMoves)) {
      for (const role of roles) {
        const isFrom = (row.from as readonly string[]).includes(state)
        const isBy = (row.by as readonly string[]).includes(role)
        const refused = !isFrom ? 'move.not-now' : !isBy ? 'move.denied' : undefined
        const then = move(incidentMoves, state, name, [role])
        expect(refused ? then : { refused: undefined }).toMatchObject({ refused })
        if (!refused) expect(then).toBe(row.to)
        const isByHand = (handMoves as readonly string[]).includes(name)
        const no = whyNot(state, name, [role], has)
        expect(no?.refused).toBe(isByHand ? refused : 'move.not-now')
        if (no) expect(no.facts['open']).toEqual(openByHand(state, [role]))
      }
    }
  }
  for (const odd of ['', 'constructor', '__proto__', 'Close']) {
    expect(whyNot('accepted', odd, ['supervisor'], has)).toMatchObject({
      refused: 'move.not-now',
      facts: { move: odd },
    })
  }
})

test.each([
  // state, move, open slips, reported slips, reason, and the answer
  ['accepted', 'close', 1, 0, '完毕', 'incident.slips-open'],
  ['accepted', 'close', 0, 0, undefined, 'incident.feedback-missing'],
  ['accepted', 'close', 0, 0, '报警人撤回', undefined],
  ['reported', 'close', 0, 1, undefined, undefined],
  ['reported', 'close', 1, 1, undefined, 'incident.slips-open'],
  ['accepted', 'invalidate', 1, 0, '误拨', 'incident.slips-open'],
  ['accepted', 'invalidate', 0, 0, undefined, 'reason.missing'],
  ['accepted', 'hold', 0, 0, undefined, 'reason.missing'],
  ['accepted', 'hold', 0, 0, '等回复', 'incident.next-at-missing'],
  ['pending', 'resume', 0, 0, undefined, undefined],
  ['closed', 'close', 0, 0, undefined, 'move.not-now'],
] as const)(
  '[IN5] %s, %s with %i open and %i reported slips, reason %s → %s',
  (state, name, openSlips, reported, reason, no) => {
    expect(whyNot(state, name, ['call-taker'], { ...quiet, reason, openSlips, reported })?.refused).toBe(no)
  },
)

test('[IN13] held needs a time that is still to come', () => {
  const hold = (nextAt: string | undefined) =>
    whyNot('accepted', 'hold', ['call-taker'], { ...quiet, reason: '等回复', nextAt })?.refused
  expect(hold(undefined)).toBe('incident.next-at-missing')
  expect(hold(quiet.now)).toBe('incident.next-at-invalid')
  expect(hold(plusSeconds(quiet.now, -1))).toBe('incident.next-at-invalid')
  expect(hold(plusSeconds(quiet.now, 1))).toBeUndefined()
})

test('[IN15] thirty days after it was closed nobody takes it up again', () => {
  const revive = (days: number) =>
    whyNot('closed', 'revive', ['supervisor'], {
      ...quiet,
      reason: '又来了',
      closedAt: plusSeconds(quiet.now, -86_400 * days),
    })?.refused
  expect(revive(30)).toBeUndefined()
  expect(revive(30.01)).toBe('incident.revive-too-late')
})

test('[IN5] a closing code is a reason, `other` alone is none, and words say more than either', () => {
  expect(closingWords({ code: 'unreachable' })).toBe('无法联系')
  expect(closingWords({ code: 'unreachable', reason: '三次未接' })).toBe('三次未接')
  expect(closingWords({ code: 'other' })).toBeUndefined()
  expect(closingWords({ reason: '  ' })).toBeUndefined()
})

test('[IN14] what was once level 1 is grave, whatever it was corrected to', () => {
  expect(isGrave({ levelInitial: 1, levelConfirmed: 3 })).toBe(true)
  expect(isGrave({ levelInitial: 3, levelConfirmed: 1 })).toBe(true)
  expect(isGrave({ levelInitial: 2 })).toBe(false)
})

const now = '2026-11-21T02:00:00.000Z'
const here = { lng: 119.9231, lat: 28.4538 }
const open = (more: Partial<Likeness>): Likeness => ({ text: '', wgs84: here, at: now, ...more })

test('[IN6] a hint gives its figures: how near in metres, how soon in minutes, how alike in per cent', () => {
  const report = {
    text: '中山街有人撬门',
    wgs84: { lng: 119.924, lat: 28.4538 },
    at: plusSeconds(now, 600),
    category: '1003',
  }
  const [hint] = similarTo(report, [open({ text: '中山街有人撬门', category: '1003' })])
  const figures = Object.fromEntries(hint?.reasons.map(({ kind, value }) => [kind, value]) ?? [])
  expect(figures).toEqual({ soon: 10, near: 88, words: 100, category: 100 })
  expect(hint?.score).toBeGreaterThan(similarity.leastScore)
})

test('[IN6] the same minute alone is no hint, nor the same words two hours and two kilometres away', () => {
  const report = { text: '有人打架', wgs84: here, at: now }
  const far = { lng: 119.95, lat: 28.4738 }
  expect(similarTo({ ...report, wgs84: undefined }, [open({ text: '车辆自燃', wgs84: undefined })])).toEqual(
    [],
  )
  expect(similarTo(report, [open({ text: '有人打架', wgs84: far, at: plusSeconds(now, -7_300) })])).toEqual(
    [],
  )
  expect(similarTo({ text: '', at: now }, [open({ wgs84: undefined })])).toEqual([])
})

test('[IN6] within 250 metres is near; a wide circle may be nearer by as much as it is wide, up to 250', () => {
  const east = (metres: number) => ({ lng: here.lng + metres / 97_800, lat: here.lat })
  const isNear = (metres: number, accuracyMetres = 0) =>
    similarTo({ text: '车祸', wgs84: east(metres), accuracyMetres, at: now }, [open({ text: '车祸' })]).some(
      ({ reasons }) => reasons.some(({ kind }) => kind === 'near'),
    )
  expect([isNear(240), isNear(260), isNear(260, 50), isNear(490, 5_000), isNear(510, 5_000)]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ])
  const { west, east: right, south, north } = boxAround(here)
  for (const metres of [-499, 499]) {
    expect(east(metres).lng > west && east(metres).lng < right).toBe(true)
  }
  expect(north - here.lat).toBeCloseTo(here.lat - south)
})

test('[IN6] however many are alike, five hints at most, the likeliest first, each above the least score', () => {
  const report = { text: '中山街有人撬门', wgs84: here, at: now }
  fc.assert(
    fc.property(
      fc.array(fc.record({ east: fc.double({ min: 0, max: 0.02, noNaN: true }), minutes: fc.nat(180) }), {
        maxLength: 20,
      }),
      (rows) => {
        const hints = similarTo(
          report,
          rows.map(({ east, minutes }) =>
            open({
              text: '中山街撬门',
              wgs84: { lng: here.lng + east, lat: here.lat },
              at: plusSeconds(now, -60 * minutes),
            }),
          ),
        )
        expect(hints.length).toBeLessThanOrEqual(similarity.mostHints)
        expect(hints.map(({ score }) => score)).toEqual(
          hints.map(({ score }) => score).toSorted((a, b) => b - a),
        )
        for (const { score, reasons } of hints) {
          expect(score).toBeGreaterThanOrEqual(similarity.leastScore)
          expect(reasons.some(({ kind }) => kind !== 'soon')).toBe(true)
        }
      },
    ),
  )
  expect(alike('有人打架', '有人打架')).toBe(1)
  expect(alike('打架', '')).toBe(0)
})

test('[IN2] every category that can be recorded has a name, a level and a parent that exists', () => {
  expect(new Set(categories.map(({ code }) => code)).size).toBe(categories.length)
  for (const { code, parent } of categories)
    if (parent) expect(categoryPath(code)).toContain(categoryOf(parent)?.name)
  expect(categoryPath('1003')).toBe('刑事类 / 入室盗窃')
})
