import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { floorRefusals } from '@open110/kit/refuse'
import type { Contract } from '@open110/kit/route'
import { permissionsOf, roles } from '@open110/modules/staff'
import { citizenWords } from './words/citizen.ts'
import { consoleWords } from './words/console.ts'
import { fieldWords } from './words/field.ts'
import { zh } from './words/zh.ts'

const modules = join(import.meta.dirname, '../modules')
const apis = readdirSync(modules, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.api.ts'),
)
const found = await Promise.all(
  apis.map((file) => import(join(modules, file)) as Promise<Record<string, unknown>>),
)
const isContract = (value: unknown): value is Contract =>
  typeof value === 'object' && value !== null && 'at' in value && 'who' in value && 'refuses' in value
const contracts = found.flatMap((exports) => Object.values(exports).filter(isContract))

/** Open to anyone, and yet not for a reporter's phone: staff and devices have no session when they call. */
const notPhones = ['staff.login', 'channel.alarm', 'channel.device-beat']
/** What the floor answers beside the refusals of the contracts. */
const always = [...floorRefusals, 'fault', 'input.too-large', 'route.not-found']

const staffGrants = permissionsOf(roles.filter((role) => role !== 'unit'))
const unitGrants = permissionsOf(['unit'])
const audiences = [
  {
    name: 'citizen',
    words: citizenWords,
    mayCall: ({ name, who }: Contract) =>
      !notPhones.includes(name) && who.some((one) => one === 'citizen' || one === 'anyone'),
  },
  {
    name: 'field',
    words: fieldWords,
    mayCall: ({ name, who }: Contract) =>
      name === 'staff.login' || who.some((one) => unitGrants.some((grant) => grant === one)),
  },
  {
    name: 'console',
    words: consoleWords,
    mayCall: ({ name, who }: Contract) =>
      name === 'staff.login' || who.some((one) => staffGrants.some((grant) => grant === one)),
  },
] as const

test.each(audiences)(
  '[CO24] the $name has words for every refusal that it can be answered',
  ({ words, mayCall }) => {
    const mine = contracts.filter(mayCall)
    expect(mine.length).toBeGreaterThan(9)
    const codes = new Set([...always, ...mine.flatMap(({ refuses }) => refuses)])
    expect([...codes].filter((code) => !(`refusal.${code}` in words))).toEqual([])
  },
)

test('[CO24] a phone of those who report carries no sentence of those who work, and the server has them all', () => {
  const staff =
    /^(console|field|slip|incident|timeline|unit|map|deadline|closure|handover|escalation|followup|health)\./
  expect(Object.keys(citizenWords).filter((key) => staff.test(key))).toEqual([])
  expect(
    Object.keys({ ...fieldWords, ...consoleWords }).filter((key) =>
      /^(write|silent|cover|wayout|me)\./.test(key),
    ),
  ).toEqual([])
  for (const { words } of audiences) expect(zh).toMatchObject(words)
})
