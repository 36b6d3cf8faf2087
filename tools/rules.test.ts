import { expect, test } from 'vitest'
import { inspectRules } from './rules.ts'

const rules = '# report\n\n- **RP1** A report is kept. (SH-21)\n- **RP2** It is kept once. (promise 4)\n'

function found(tests: string, written = rules): string[] {
  const tree = new Map([
    ['modules/report/RULES.md', written],
    ['modules/report/report.test.ts', tests],
  ])
  return inspectRules(tree).map(({ path, line, rule }) => `${path.split('/').at(-1)}:${line} ${rule}`)
}

const both = `test('[RP1] kept', f); test('[RP2] once', f)`

test('rules and tests that name each other are let through', () => {
  expect(found(both)).toEqual([])
  expect(found(`test('[RP1][RP2] both', f)`)).toEqual([])
  expect(found(`describe('[RP1, RP2] both', () => { it.each([1])('%s', f) })`)).toEqual([])
  expect(found('test.each([1])(`[RP1] ${1}`, f); test.for([2])("[RP2] %s", f)')).toEqual([])
})

test('the clauses of a contract suite are titles', () => {
  const tree = new Map([
    ['modules/report/RULES.md', '- **RP1** Kept. (SH-21)'],
    ['modules/report/report.vault.contract.ts', `export const clauses = [{ title: '[RP1] kept' }]`],
  ])
  expect(inspectRules(tree)).toEqual([])
})

test('a rule without a test', () => {
  expect(found(`test('[RP1] kept', f)`)).toEqual(['RULES.md:4 untested'])
})

test('a skipped test, a comment or a mere string keeps no promise', () => {
  expect(found(`test('[RP1] kept', f)\ntest.skip('[RP2] once', f)`)).toEqual(['RULES.md:4 untested'])
  expect(found(`test('[RP1] kept', f)\ntest.todo('[RP2] once')`)).toEqual(['RULES.md:4 untested'])
  expect(found(`test('[RP1] kept', f)\n// [RP2]\nconst x = '[RP2]'`)).toEqual(['RULES.md:4 untested'])
})

test('a test of a rule that does not exist', () => {
  expect(found(`${both}\ntest('[RP3] gone', f)`)).toEqual(['report.test.ts:2 unknown'])
})

test('a rule without a source, in another form, or told twice', () => {
  expect(found(both, rules.replace(' (SH-21)', ''))).toEqual(['RULES.md:3 source'])
  expect(found(both, rules.replace('- **RP2**', '- RP2'))).toEqual([
    'report.test.ts:1 unknown',
    'RULES.md:4 form',
  ])
  expect(found(both, `${rules}- **RP2** Again. (SH-1)`)).toEqual(['RULES.md:5 twice'])
})

test('two modules do not share a prefix', () => {
  const tree = new Map([
    ['modules/report/RULES.md', '- **RP1** Kept. (SH-21)'],
    ['modules/replay/RULES.md', '- **RP2** Played. (SH-21)'],
    ['modules/report/report.test.ts', both],
  ])
  expect(inspectRules(tree).map(({ path, rule }) => `${path} ${rule}`)).toEqual([
    'modules/replay/RULES.md prefix',
  ])
})
