import pg from 'pg'
import { expect, test } from 'vitest'
import { openLog } from './index.ts'

function logged(fault: unknown): string {
  let said = ''
  openLog('debug', { write: (line) => (said += line) }).error({ err: fault }, 'fault')
  return said
}

test('[LG1] a fault is told without what the database or a parser quotes of it', () => {
  const fromDatabase = Object.assign(
    new pg.DatabaseError('invalid input syntax for type integer: "林秋"', 1, 'error'),
    {
      code: '22P02',
      detail: 'Failing row contains (林秋, 19900000001).',
      where: "unnamed portal parameter $1 = '林秋'",
    },
  )
  let fromParser: unknown
  try {
    JSON.parse('林秋在中山街')
  } catch (fault) {
    fromParser = fault
  }
  for (const cause of [fromDatabase, fromParser]) {
    for (const fault of [cause, new Error('report.add failed', { cause })]) {
      const said = logged(fault)
      expect(said).not.toMatch(/林|秋|19900000001/)
      expect(said).toMatch(/sql 22P02|cannot be parsed/)
    }
  }
})

test('[LG1] what is thrown and is no fault at all says nothing but its type', () => {
  expect(logged('林秋')).not.toContain('林秋')
  expect(logged({ words: '救命' })).not.toContain('救命')
})

test('[LG1] a fault still says where it happened and of which kind it is', () => {
  const said = logged(new RangeError('report.add failed'))
  expect(said).toContain('RangeError')
  expect(said).toContain('report.add failed')
  expect(said).toContain('log.test.ts')
})
