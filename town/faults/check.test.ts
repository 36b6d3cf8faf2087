import { expect, test } from 'vitest'
import { broken, check, type Findings, type Grant, type Truth } from './check.ts'
import type { Heard } from './watch.ts'

const told = (cursor: number, report: string, type = 'report.delivered'): Heard => ({ cursor, report, type })
const row = (id: string, words: string, more: { state?: string; owner?: string } = {}) => ({
  id,
  words,
  state: more.state ?? 'delivered',
  owner: more.owner,
})
type World = {
  pressed: string[]
  acked: Map<string, string>
  truth: Truth
  consoles: Heard[][]
  grants: Grant[]
}

const whole = (): World => ({
  pressed: ['一', '二', '三'],
  acked: new Map([
    ['一', 'rp_1'],
    ['二', 'rp_2'],
  ]),
  truth: {
    stored: [row('rp_1', '一', { state: 'received', owner: '赵敏' }), row('rp_2', '二'), row('rp_3', '三')],
    log: [told(1, 'rp_1'), told(2, 'rp_2'), told(3, 'rp_3'), told(4, 'rp_1', 'report.received')],
  },
  consoles: [[told(1, 'rp_1'), told(2, 'rp_2'), told(3, 'rp_3')]],
  grants: [{ report: 'rp_1', by: '赵敏' }],
})
const findingsOf = ({ pressed, acked, truth, consoles, grants }: World) =>
  check({ pressed, acked }, truth, consoles, grants)

test('[FT2] where all was kept nothing is found, and what nobody answered may be there once', () => {
  expect(broken(findingsOf(whole()))).toEqual({})
})

test('[FT2] a new owner after a take-over is right', () => {
  const world = whole()
  world.grants.push({ report: 'rp_1', by: '王涛' })
  world.truth = { ...world.truth, log: [...world.truth.log, told(5, 'rp_1', 'report.taken')] }
  expect(broken(findingsOf(world))).toEqual({})
})

const planted: [keyof Findings, (world: World) => void][] = [
  ['lost', ({ acked }) => acked.set('三', 'rp_9')],
  ['lost', ({ acked }) => acked.set('二', 'rp_1')],
  [
    'doubled',
    (world) => {
      world.truth = {
        stored: [...world.truth.stored, row('rp_4', '三')],
        log: [...world.truth.log, told(5, 'rp_4')],
      }
      world.consoles[0]!.push(told(5, 'rp_4'))
    },
  ],
  ['strange', (world) => world.pressed.pop()],
  ['untold', (world) => void (world.truth = { ...world.truth, log: world.truth.log.slice(1) })],
  ['untold', (world) => void (world.truth = { ...world.truth, log: [...world.truth.log, told(5, 'rp_2')] })],
  ['missed', ({ consoles }) => consoles[0]!.splice(1, 1)],
  ['twice', ({ consoles }) => consoles[0]!.push(told(5, 'rp_2'))],
  ['disordered', ({ consoles }) => consoles[0]!.reverse()],
  ['doublyOwned', ({ grants }) => grants.push({ report: 'rp_1', by: '王涛' })],
  [
    'ownerless',
    (world) =>
      void (world.truth = {
        ...world.truth,
        stored: world.truth.stored.map((one) => (one.id === 'rp_1' ? { ...one, owner: undefined } : one)),
      }),
  ],
]

test.each(planted)('[FT2] the check finds what was planted: %s', (name, plant) => {
  const world = whole()
  plant(world)
  expect(Object.keys(broken(findingsOf(world)))).toEqual([name])
})
