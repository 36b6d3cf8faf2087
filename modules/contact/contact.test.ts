import { expect, test } from 'vitest'
import { contactOf, mayReach, ways } from './contact.ts'

test('[RE1] a silent reporter is reached by a quiet message and nothing else, whatever was said of calls', () => {
  for (const report of [
    { mode: 'silent', callSafe: true },
    { mode: 'silent', callSafe: false },
    { mode: 'text', callSafe: false },
  ]) {
    const contact = contactOf(report)
    expect(ways.filter((way) => mayReach(contact, way))).toEqual(['quiet-message'])
  }
  const open = contactOf({ mode: 'text', callSafe: true })
  expect(ways.filter((way) => mayReach(open, way))).toEqual([...ways])
})
