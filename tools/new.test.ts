import { expect, test } from 'vitest'
import { migrationName, moduleFiles } from './new.ts'
import { inspectRules } from './rules.ts'
import { inspect } from './walls.ts'

test('a new module keeps the house, and is told to answer its first contract', () => {
  const tree = new Map(
    Object.entries(moduleFiles('bracelet')).map(([file, text]) => [`modules/bracelet/${file}`, text]),
  )
  const faults = inspect(tree, { npm: {}, long: {}, default: {}, views: {}, ordinary: {} })
  expect(faults.map(({ message }) => message)).toEqual(['get is never answered'])
  expect(inspectRules(tree)).toEqual([])
})

test('a new migration takes the next number', () => {
  expect(migrationName([], 'first')).toBe('0001-first.sql')
  expect(migrationName(['0001-a.sql', '0012-b.sql', 'schema.sql'], 'incident-urgency')).toBe(
    '0013-incident-urgency.sql',
  )
})
