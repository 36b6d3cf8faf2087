import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { plusSeconds } from '@open110/kit/time'
import { calendarOf, isWorkTime } from './deadline.calendar.ts'
import { clocksOf, holdsOf, type IncidentCourse, type SlipCourse } from './deadline.course.ts'
import { DeadlinePolicy, defaultDeadlinePolicy, limitsFor, scaledTo } from './deadline.policy.ts'
import { countedSeconds, dueAfter, dueAfterWork, workSecondsBetween } from './deadline.span.ts'
import { bucketOf } from './deadline.ts'
import { nextAtOf, nothingTold, outcomeOf, tell, turnsOf } from './deadline.turn.ts'
import { urbanClassOf } from './deadline.urban.ts'

const start = '2026-11-24T02:00:00.000Z'
const at = (seconds: number) => plusSeconds(start, seconds)
const { clocks } = defaultDeadlinePolicy

test.each([
  ['dispatch', { level: 1 }, 30],
  ['dispatch', { level: 2 }, 60],
  ['dispatch', { level: 3 }, 300],
  ['sign', { level: 1 }, 180],
  ['arrive', { urbanClass: 'urban' }, 300],
  ['arrive', { urbanClass: 'suburb' }, 600],
  ['arrive', { level: 1, urbanClass: 'rural' }, 1_200],
  ['feedback', {}, 14_400],
] as const)('[DL1] %s with %o is red after %i s', (clock, of, due) => {
  expect(limitsFor(clocks[clock], of).dueSeconds).toBe(due)
})

test('[DL1] the built-in policy is a policy; a promised moment keeps the proportions', () => {
  expect(z.safeParse(DeadlinePolicy, defaultDeadlinePolicy).success).toBe(true)
  const promised = scaledTo(clocks['follow-up'].limits, 14_400)
  expect(promised).toEqual({ targetSeconds: 7_200, warnSeconds: 12_000, dueSeconds: 14_400 })
})

const pause = fc
  .tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 1, max: 3_000 }))
  .map(([from, seconds]) => ({ from: at(from), to: at(from + seconds) }))

test('[DL2] whatever is paused and resumed, the counted time until it is due is the limit itself', () => {
  fc.assert(
    fc.property(fc.array(pause, { maxLength: 6 }), fc.integer({ min: 1, max: 9_000 }), (pauses, limit) => {
      const due = dueAfter(start, limit, { pauses })
      expect(countedSeconds(start, due!, { pauses })).toBe(limit)
      const before = pauses.filter(({ from }) => from < due!)
      const stood = countedSeconds(start, due!, { pauses: [] }) - limit
      expect(stood).toBeLessThanOrEqual(
        before.reduce((sum, p) => sum + countedSeconds(p.from, p.to, { pauses: [] }), 0),
      )
    }),
  )
})

test('[DL2] while it stands still it is not due; what was due before stays due', () => {
  expect(dueAfter(start, 60, { pauses: [{ from: at(59) }] })).toBeUndefined()
  expect(dueAfter(start, 60, { pauses: [{ from: at(61) }] })).toBe(at(60))
  expect(dueAfter(start, 60, { pauses: [{ from: at(10), to: at(40) }] })).toBe(at(90))
})

const calendar = calendarOf([
  { day: '2026-10-10', isWorkday: true },
  { day: '2026-10-01', isWorkday: false },
])

test.each([
  ['Tuesday 10:00', '2026-11-24T02:00:00.000Z', '2026-11-24T04:00:00.000Z'],
  ['Tuesday 16:00, into Wednesday', '2026-11-24T08:00:00.000Z', '2026-11-25T02:00:00.000Z'],
  ['a Saturday worked in exchange', '2026-10-10T02:00:00.000Z', '2026-10-10T04:00:00.000Z'],
  ['a plain Saturday 22:00, on Monday', '2026-11-28T14:00:00.000Z', '2026-11-30T03:00:00.000Z'],
  ['a holiday Thursday, on Friday', '2026-10-01T02:00:00.000Z', '2026-10-02T03:00:00.000Z'],
])('[DL3] two working hours from %s', (_, from, due) => {
  expect(dueAfterWork(from, 7_200, calendar)).toBe(due)
  expect(workSecondsBetween(from, due, calendar)).toBe(7_200)
})

test('[DL3] at work on the Saturday in exchange, not on the plain one, not at night', () => {
  expect(isWorkTime('2026-10-10T02:00:00.000Z', calendar)).toBe(true)
  expect(isWorkTime('2026-11-28T02:00:00.000Z', calendar)).toBe(false)
  expect(isWorkTime('2026-11-24T09:00:00.000Z', calendar)).toBe(false)
})

test('[DL3] arrival at 11:59 is met and at 12:01 is not', () => {
  const due = dueAfterWork('2026-11-24T02:00:00.000Z', 7_200, calendar)
  expect(outcomeOf(due!, due, false)).toBe('met')
  expect(outcomeOf('2026-11-24T03:59:00.000Z', due, false)).toBe('met')
  expect(outcomeOf('2026-11-24T04:01:00.000Z', due, false)).toBe('breached')
})

const desk = { kind: 'desk', id: 'lishui', name: '丽水' } as const
const slip = (
  id: string,
  issued: number,
  steps: [string, number][],
  more: Partial<SlipCourse> = {},
): SlipCourse => ({
  id,
  owner: { kind: 'unit', id: `un_${id}`, name: id },
  issuedAt: at(issued),
  hasEnded: false,
  steps: steps.map(([move, seconds]) => ({ move, at: at(seconds) })),
  feedbackAt: steps.filter(([move]) => move === 'report').map(([, seconds]) => at(seconds)),
  ...more,
})
const course = (more: Partial<IncidentCourse> = {}): IncidentCourse => ({
  id: 'in_1',
  acceptedAt: at(0),
  owner: desk,
  steps: [],
  slips: [],
  ...more,
})
const short = (incident: IncidentCourse) =>
  clocksOf(incident).map(({ clock, subject, startedAt, stoppedAt, isDropped }) => {
    const seconds = (moment?: string) => (moment ? (Date.parse(moment) - Date.parse(start)) / 1_000 : '…')
    return `${clock} ${subject} ${seconds(startedAt)}→${seconds(stoppedAt)}${isDropped ? ' dropped' : ''}`
  })

test('[DL4] one slip from its issue to its feedback starts and stops every clock of its way', () => {
  const whole = slip('a', 20, [
    ['sign', 30],
    ['depart', 40],
    ['arrive', 300],
    ['settle', 900],
    ['report', 1_000],
  ])
  expect(short(course({ slips: [whole] }))).toEqual([
    'dispatch in_1 0→20',
    'sign a 20→30',
    'arrive a 20→300',
    'depart a 30→40',
    'first-feedback a 300→1000',
    'feedback a 300→1000',
  ])
})

test('[DL4] a feedback that is sent back runs on from the arrival', () => {
  const steps: [string, number][] = [
    ['sign', 30],
    ['arrive', 300],
    ['report', 1_000],
    ['send-back', 1_100],
  ]
  expect(short(course({ slips: [slip('a', 20, steps)] }))).toContain('feedback a 300→…')
  const again: [string, number][] = [...steps, ['report', 1_500]]
  expect(short(course({ slips: [slip('a', 20, again)] }))).toContain('feedback a 300→1500')
})

test('[DL4] who asks to hand a slip back has answered it, unless that is refused', () => {
  const asked: [string, number][] = [['ask-return', 40]]
  expect(short(course({ slips: [slip('a', 20, asked)] }))).toContain('sign a 20→40')
  expect(short(course({ slips: [slip('a', 20, [...asked, ['refuse-return', 60]])] }))).toContain(
    'sign a 20→…',
  )
})

test('[DL9] what a cancelled slip or a closed incident leaves running is dropped', () => {
  const cancelled = slip('a', 20, [['cancel', 50]], { hasEnded: true })
  expect(short(course({ slips: [cancelled] }))).toContain('sign a 20→50 dropped')
  expect(short(course({ steps: [{ move: 'close', at: at(90) }] }))).toEqual(['dispatch in_1 0→90 dropped'])
  expect(outcomeOf(at(50), at(60), true)).toBe('dropped')
  expect(outcomeOf(at(50), at(40), true)).toBe('breached')
})

test('[DL14] slips that end in vain leave the incident waiting anew; two at once leave it once', () => {
  const a = slip('a', 20, [['cancel', 50]], { hasEnded: true })
  const b = slip(
    'b',
    30,
    [
      ['ask-return', 60],
      ['grant-return', 70],
    ],
    { hasEnded: true },
  )
  const waiting = (slips: SlipCourse[]) =>
    short(course({ slips })).filter((line) => line.startsWith('dispatch'))
  expect(waiting([a])).toEqual(['dispatch in_1 0→20', 'dispatch in_1 50→…'])
  expect(waiting([a, b])).toEqual(['dispatch in_1 0→20', 'dispatch in_1 70→…'])
  expect(waiting([a, b, slip('c', 90, [])])).toEqual(['dispatch in_1 0→20', 'dispatch in_1 70→90'])
  const closed = slip(
    'd',
    20,
    [
      ['sign', 30],
      ['arrive', 40],
      ['report', 60],
      ['close', 70],
    ],
    { hasEnded: true },
  )
  expect(waiting([closed])).toEqual(['dispatch in_1 0→20'])
  const revived = [
    { move: 'close', at: at(60) },
    { move: 'revive', at: at(500) },
  ]
  expect(short(course({ slips: [a], steps: revived }))).toContain('dispatch in_1 500→…')
})

test('[DL8] a hold lasts until the next move, whatever it is', () => {
  const held = [{ move: 'hold', at: at(10), by: '赵敏', reason: '等回电' }]
  const nextAt = at(600)
  expect(holdsOf(course({ steps: held, nextAt }))).toEqual([
    { from: at(10), to: undefined, until: nextAt, reason: '等回电', by: '赵敏' },
  ])
  const back = [...held, { move: 'dispatch', at: at(70) }]
  expect(holdsOf(course({ steps: back }))[0]).toMatchObject({ from: at(10), to: at(70) })
})

test('[DL6] amber, red and the steps come once each in their order, and after a long silence only the red', () => {
  const turns = turnsOf(
    start,
    { limits: clocks.sign.limits, escalates: clocks.sign.escalates },
    { pauses: [] },
  )
  expect(nextAtOf(turns, nothingTold)).toBe(at(60))
  const amber = tell(turns, nothingTold, at(60))
  expect(amber).toMatchObject({ isWarned: true, isOverdue: false, escalatedTo: [] })
  expect(nextAtOf(turns, amber.told)).toBe(at(180))
  const red = tell(turns, amber.told, at(180))
  expect(red).toMatchObject({ isWarned: false, isOverdue: true, escalatedTo: ['next-unit'] })
  expect(nextAtOf(turns, red.told)).toBe(at(300))
  const last = tell(turns, red.told, at(300))
  expect(last.escalatedTo).toEqual(['supervisor'])
  expect(nextAtOf(turns, last.told)).toBeUndefined()
  const late = tell(turns, nothingTold, at(1_000))
  expect(late).toMatchObject({ isWarned: false, isOverdue: true, escalatedTo: ['next-unit', 'supervisor'] })
})

test.each([
  ['sign', 30, 0],
  ['sign', 31, 1],
  ['sign', 180, 3],
  ['sign', 181, 4],
  ['depart', 1_800, 3],
  ['feedback', 14_401, 4],
] as const)('[DL12] %s after %i s lies in range %i', (clock, seconds, range) => {
  expect(bucketOf(clock, seconds)).toBe(range)
})

test('[DL13] the bureau says first, then the code of the division; the unknown has the shortest limit', () => {
  const of = (at: { station?: string; division?: string }, urbanClasses = {}) =>
    urbanClassOf(at, { urbanClasses })
  expect(of({ division: '331102' })).toBe('urban')
  expect(of({ division: '331181' })).toBe('suburb')
  expect(of({ division: '331121' })).toBe('rural')
  expect(of({})).toBe('urban')
  expect(of({ division: '331121' }, { '331121': 'suburb' })).toBe('suburb')
  expect(of({ station: 's1', division: '331121' }, { '331121': 'suburb', s1: 'urban' })).toBe('urban')
})
