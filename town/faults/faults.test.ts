import { expect, test } from 'vitest'
import { faults } from './all.ts'
import { lacking } from './needs.ts'
import { perform, tableOf, type Outcome } from './perform.ts'

/** The fast ones, on one ground: a change that breaks a promise of the night is seen before it. */
const smoke = ['F1', 'F2', 'F9', 'F10', 'F11', 'F12', 'F15', 'F16', 'F19', 'F21']

test('[FT3] the smoke: the fast faults on the real processes, and every promise is kept', async () => {
  const said: string[] = []
  const outcomes = await perform(
    smoke.map((id) => faults.find((fault) => fault.id === id)!),
    { seed: '110', rounds: 2, isShort: true, say: (line) => void said.push(line) },
  )
  process.stdout.write(`${said.join('\n')}\n`)
  // How long something took is a figure, not a test: only what must never be counts.
  expect(outcomes.filter(({ end }) => end === 'broken').map(({ id, says }) => `${id} ${says}`)).toEqual([])
  expect(outcomes.map(({ id }) => id)).toEqual(smoke)
}, 400_000)

test('[FT4] a fault that the machine cannot do is skipped and says what it needs', async () => {
  const [outcome] = await perform(
    [
      {
        id: 'F0',
        does: '',
        holds: '',
        needs: ['linux', 'moonlight' as 'linux'],
        run: () => Promise.reject(new Error('done')),
      },
    ],
    { seed: '', rounds: 1, isShort: true, say: () => {} },
  )
  expect([outcome!.end, outcome!.says]).toEqual(['skipped', expect.stringContaining('needs ')])
  expect(lacking([])).toEqual([])
})

test('[FT4] the table says of each fault what was done, what must hold and how it ended', () => {
  const outcome: Outcome = {
    id: 'F1',
    does: 'kill -9',
    holds: 'nothing | is lost',
    end: 'broken',
    says: 'lost 1',
    figures: { blows: 3 },
    seconds: 1,
  }
  expect(tableOf([outcome]).split('\n').at(-1)).toBe(
    '| F1 | kill -9 | nothing / is lost | broken: lost 1 | blows 3 |',
  )
})

test('[FT4] every fault has an id, a deed and a promise of its own', () => {
  expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length)
  expect(faults.filter(({ does, holds }) => !does || !holds)).toEqual([])
})
