import { expect, test } from 'vitest'
import { inspect, may, type Allowed } from './walls.ts'
import { impure, kindOf } from './layout.ts'

const allowed: Allowed = {
  npm: { kit: { pg: 'the driver' }, 'apps/console': { react: 'the view library' } },
  long: {},
  default: {},
  views: {},
  ordinary: { call: 'what one does to a function' },
}

/** What is found in a tree of these texts, as `path:line rule`. */
function found(files: Record<string, string>, also: Partial<Allowed> = {}): string[] {
  const tree = new Map(Object.entries(files))
  return inspect(tree, { ...allowed, ...also }).map(({ path, line, rule }) => `${path}:${line} ${rule}`)
}

const report = 'modules/report/report'

test('a tree that keeps the plan is let through', () => {
  const faults = found({
    [`${report}.ts`]: `import * as z from 'zod/mini'
      import { idOf } from '@open110/kit/ids'
      import { Need } from '@open110/modules/person'
      import { near } from './report.near.ts'
      export const ReportId = [idOf, z, Need, near]`,
    [`${report}.near.ts`]: `export const near = 1`,
    'modules/person/person.ts': `export const Need = 1`,
    [`${report}.api.ts`]: `import { route } from '@open110/kit/route'
      export const send = route({ name: 'report.send' })`,
    [`${report}.store.ts`]: `import { query } from '@open110/kit/server/db'
      import { near } from './report.near.ts'
      export const byId = query(near)`,
    [`${report}.routes.ts`]: `import { answer } from '@open110/kit/server/http'
      import { send } from './report.api.ts'
      import { byId } from './report.store.ts'
      import { personMoved } from '@open110/modules/person/events'
      export const answers = () => answer(send)(async () => [byId, personMoved])`,
    'modules/report/index.ts': `import { readFile } from 'node:fs/promises'
      export { answers } from './report.routes.ts'
      export { readFile }`,
    'apps/console/Queue.tsx': `import { useState } from 'react'
      import { send } from '@open110/modules/report/api'
      export const Queue = () => [useState, send]`,
    [`${report}.test.ts`]: `import { openTown } from '@open110/town'
      import { send } from './report.api.ts'
      import { me } from '@open110/modules/person/server'
      openTown(send, me)`,
  })
  expect(faults).toEqual([])
})

test('nobody climbs out of a module by a relative path', () => {
  expect(found({ [`${report}.ts`]: `export { Need } from '../person/person.ts'` })).toEqual([
    `${report}.ts:1 climb`,
  ])
  expect(found({ [`${report}.routes.ts`]: `\nexport const x = import('../../kit/db/index.ts')` })).toEqual([
    `${report}.routes.ts:2 climb`,
  ])
  expect(found({ [`${report}.test.ts`]: `import { Need } from '../person/person.ts'\nNeed()` })).toHaveLength(
    1,
  )
})

test.each([
  ['a Node module', `import { readFile } from 'node:fs'`],
  ['a Node module, by type', `import type { Socket } from 'node:net'`],
  ['a package', `import ms from 'ms'`],
  ['the large schema library', `import * as z from 'zod'`],
  ['the database', `import { query } from '@open110/kit/server/db'`],
  ['the fetch wrapper', `import { send } from '@open110/kit/client/send'`],
  ['its own store', `import { byId } from './report.store.ts'`],
  ['its own wiring', `import { wire } from './index.ts'`],
  ['a port', `import { sms } from './report.port.ts'`],
  ['a server door', `import { wire } from '@open110/modules/person/server'`],
  ["another's events", `import { moved } from '@open110/modules/person/events'`],
  ['the citizen core', `import { outbox } from '@open110/core/outbox'`],
  ['a package, later', `export const x = () => import('ms')`],
  ['a package, in a type', `export type X = import('node:fs').Stats`],
  ['its own door', `import { ReportId } from '@open110/modules/report'`],
])('a pure file does not import %s', (_, text) => {
  for (const path of [`${report}.ts`, `${report}.api.ts`, `${report}.events.ts`, `${report}.near.ts`]) {
    expect(found({ [path]: text })).toEqual([`${path}:1 import`])
  }
})

test.each([
  ['another store', `import { byPhone } from '@open110/modules/person/server'`],
  ["another's store, climbing", `import { byPhone } from '../person/person.store.ts'`],
  ['the HTTP floor', `import { answer } from '@open110/kit/server/http'`],
  ['the driver', `import pg from 'pg'`],
  ['a Node module', `import { readFile } from 'node:fs'`],
  ['its own routes', `import { answers } from './report.routes.ts'`],
])('a store does not import %s', (_, text) => {
  expect(found({ [`${report}.store.ts`]: text })).toHaveLength(1)
})

test('routes hear events and read the type of what is handed in, but open no server door of another module', () => {
  const path = `${report}.routes.ts`
  const people = `'@open110/modules/person/server'`
  expect(found({ [path]: `import { openPeople } from ${people}` })).toEqual([`${path}:1 import`])
  expect(found({ [path]: `import { openPeople, type People } from ${people}` })).toHaveLength(1)
  expect(found({ [path]: `import type { People } from ${people}` })).toEqual([])
  expect(found({ [`${report}.ts`]: `import type { People } from ${people}` })).toHaveLength(1)
  expect(found({ [path]: `import sharp from 'sharp'` })).toEqual([`${path}:1 import`])
  expect(
    found({ [path]: `import sharp from 'sharp'` }, { npm: { 'modules/report': { sharp: 'x' } } }),
  ).toEqual([])
})

test.each(['apps/console/x.ts', 'apps/citizen/x.tsx', 'core/x.ts', 'ui/x.tsx'])(
  '%s opens client doors only',
  (path) => {
    for (const text of [
      `import { wire } from '@open110/modules/report/server'`,
      `import { query } from '@open110/kit/server/db'`,
      `import { readFile } from 'node:fs'`,
      `import ms from 'ms'`,
      `import { main } from '@open110/server/main'`,
    ]) {
      expect(found({ [path]: text }), text).toEqual([`${path}:1 import`])
    }
    expect(found({ [path]: `import { send } from '@open110/kit/client/send'` })).toEqual([])
  },
)

test('the kit knows no module and no word of the field', () => {
  const glossary = '| 中文 | code word | means |\n|---|---|---|\n| 席位 | `seat` | … |\n| 通话 | `call` | … |'
  const kit = (text: string, path = 'kit/http/x.ts') => found({ 'GLOSSARY.md': glossary, [path]: text })
  expect(kit(`import { ReportId } from '@open110/modules/report'`)).toEqual(['kit/http/x.ts:1 import'])
  expect(kit(`import { ReportId } from '../../modules/report/report.ts'`)).toEqual(['kit/http/x.ts:1 climb'])
  expect(kit(`export const seatId = 1`)).toEqual(['kit/http/x.ts:1 field-word'])
  expect(kit(`export const topic = \`desk/\${1}/seats\``)).toEqual(['kit/http/x.ts:1 field-word'])
  expect(kit(`export const sql = 'select 1 from seat where x'`)).toEqual(['kit/http/x.ts:1 field-word'])
  expect(kit(`export const x = 1`, 'kit/seat/index.ts')).toEqual(['kit/seat/index.ts:1 field-word'])
  expect(kit(`/** Whoever sits at a seat. */\nexport const call = 'please take your seat'`)).toEqual([])
})

test('the pure part of the kit stays pure, and its client part leans on that alone', () => {
  expect(found({ 'kit/pure/x.ts': `import { open } from '../db/index.ts'` })).toEqual([
    'kit/pure/x.ts:1 import',
  ])
  expect(found({ 'kit/pure/x.ts': `import pg from 'pg'` })).toEqual(['kit/pure/x.ts:1 import'])
  expect(found({ 'kit/client/x.ts': `import { open } from '../db/index.ts'` })).toEqual([
    'kit/client/x.ts:1 import',
  ])
  expect(found({ 'kit/db/x.ts': `import pg from 'pg'\nimport { readFile } from 'node:fs'` })).toEqual([])
})

test('modules do not ask for each other in a ring', () => {
  const ask = (other: string) => `\nimport type { X } from '@open110/modules/${other}'\nexport type Y = X`
  const ring = { 'modules/a/a.ts': ask('b'), 'modules/b/b.word.ts': ask('c'), 'modules/c/c.ts': ask('a') }
  expect(found(ring)).toEqual(['modules/c/c.ts:2 circle'])
  expect(found({ ...ring, 'modules/c/c.ts': 'export type X = 1' })).toEqual([])
})

test('a file over 400 lines is split, unless a reason is public', () => {
  const long = { 'core/words.ts': 'export const a = 1\n'.repeat(401) }
  const path = 'core/words.ts'
  expect(found({ [path]: 'const a = 1\n'.repeat(400) })).toEqual([])
  expect(found({ [path]: `const a = 1;\n`.repeat(401).replaceAll('const a', 'var a') })).toEqual([
    `${path}:401 long`,
  ])
  expect(
    found({ [path]: long[path].replaceAll('export const', 'var') }, { long: { [path]: 'words' } }),
  ).toEqual([])
})

test('habits that the house does not keep', () => {
  const habit = (text: string, path = `${report}.routes.ts`) =>
    found({ [path]: text }).map((line) => line.split(' ')[1])
  expect(habit(`vi.mock('./x.ts')`, `${report}.test.ts`)).toEqual(['mock'])
  expect(habit(`vi.doMock('./x.ts')`, `${report}.test.ts`)).toEqual(['mock'])
  expect(habit(`jest.mock('./x.ts')`, `${report}.test.ts`)).toEqual(['mock'])
  expect(habit(`const text = "vi.mock('x')"`, `${report}.test.ts`)).toEqual([])
  expect(habit(`export default 1`)).toEqual(['default'])
  expect(habit(`const x = 1\nexport { x as default }`)).toEqual(['default'])
  expect(habit(`export default 1`, 'apps/console/vite.config.ts')).toEqual([])
  expect(habit(`console.log('x')`)).toEqual(['console'])
  expect(habit(`console.log('x')`, 'tools/x.ts')).toEqual([])
  expect(habit(`export const x = 1`, 'modules/report/report.utils.ts')).toEqual(['name'])
  expect(habit(`app.get('/api/v1/x', () => 1)`)).toEqual(['contract'])
  expect(habit(`app.get('/api/v1/x', () => 1)`, 'kit/http/index.ts')).toEqual([])
  expect(habit(`new Map().get('x')`)).toEqual([])
})

test('every contract is answered once, and only contracts are answered', () => {
  const api = `import { route } from '@open110/kit/route'
    export const send = route({ name: 'report.send' })
    export const list = route({ name: 'report.list' })`
  const contracts = (text: string, file = 'report.routes.ts') =>
    inspect(
      new Map([
        [`${report}.api.ts`, api],
        [`modules/report/${file}`, text],
      ]),
      allowed,
    ).map(({ path, message }) => `${path.split('/').at(-1)} ${message}`)
  expect(
    contracts(`import { send, list as mine } from './report.api.ts'\nanswer(send)(f); answer(mine)(f)`),
  ).toEqual([])
  expect(
    contracts(`import * as api from './report.api.ts'\nhttp.answer(api.send, f); answer(api.list)(f)`),
  ).toEqual([])
  expect(contracts(`import { send } from './report.api.ts'\nanswer(send)(f)`)).toEqual([
    'report.api.ts list is never answered',
  ])
  expect(
    contracts(
      `import * as api from './report.api.ts'\nanswer(api.send)(f); answer(api.list)(f); answer(api.list)(g)`,
    ),
  ).toEqual(['report.routes.ts list is answered twice'])
  expect(
    contracts(
      `import * as api from './report.api.ts'\nanswer(api.send)(f); answer(api.list)(f); answer(local)(f)`,
    ),
  ).toEqual(['report.routes.ts answers local, which no *.api.ts exports as a route'])
  expect(
    contracts(`import * as api from './report.api.ts'\nanswer(api.send)(f); answer(api.list)(f)`, 'index.ts'),
  ).toEqual(['index.ts answers belong in *.routes.ts', 'index.ts answers belong in *.routes.ts'])
})

test('a function that is merely called answer is no answer to a contract', () => {
  expect(found({ 'modules/report/report.server.ts': `answer('task')` })).toEqual([])
})

test('a table belongs to one module', () => {
  const sql = '-- module: report\ncreate table report (id text);\ncreate view report_count as select 1;\n'
  const ask = (module: string, table: string, views = {}) =>
    found(
      {
        'migrations/0001-report.sql': sql,
        [`modules/${module}/${module}.store.ts`]: `export const q = 'select 1 from ${table}'`,
      },
      { views },
    )
  expect(ask('report', 'report')).toEqual([])
  expect(ask('desk', 'report')).toEqual(['modules/desk/desk.store.ts:1 table'])
  expect(ask('desk', 'report_count')).toEqual(['modules/desk/desk.store.ts:1 table'])
  expect(ask('stats', 'report')).toEqual(['modules/stats/stats.store.ts:1 table'])
  expect(ask('stats', 'report_count')).toEqual([])
  expect(ask('desk', 'report_count', { report_count: 'a reason' })).toEqual([])
  expect(ask('desk', 'report', { report: 'a table is never open' })).toHaveLength(1)
  expect(found({ 'migrations/0001-x.sql': '-- why: x\ncreate table x ();' })).toEqual([
    'migrations/0001-x.sql:2 table',
  ])
})

test('the locks agree with the plan', () => {
  const exclude = (words: readonly string[]) => JSON.stringify(words.map((word) => `modules/**/*.${word}.ts`))
  expect(found({ 'tsconfig.air.json': exclude(impure) })).toEqual([])
  expect(found({ 'tsconfig.air.json': exclude(impure.slice(1)) })).toEqual(['tsconfig.air.json:1 air'])
  expect(found({ 'tsconfig.air.json': exclude([...impure, 'grid']) })).toEqual(['tsconfig.air.json:1 air'])
  const door = (exports: object) =>
    found({ 'modules/package.json': JSON.stringify({ exports }), 'modules/place/place.datum.ts': '' })
  expect(door({ './*': './*/*.ts', './*/server': { 'open110-server': './*/index.ts' } })).toEqual([])
  expect(door({ './*/server': './*/index.ts' })).toEqual(['modules/package.json:1 door'])
  expect(door({ './place/datum': './place/place.datum.ts' })).toEqual([])
  expect(door({ './place/store': './place/place.store.ts' })).toEqual(['modules/package.json:1 door'])
})

test('every kind of file has its row', () => {
  const modules = ['a.ts', 'a.store.ts', 'a.routes.ts'].map((file) => `modules/a/${file}`)
  const kit = ['pure/a.ts', 'client/a.ts', 'db/index.ts'].map((file) => `kit/${file}`)
  const media = ['core/a.ts', 'client/a.ts', 'index.ts'].map((file) => `media/${file}`)
  const others = ['core/a.ts', 'ui/a.tsx', 'apps/console/a.tsx', 'apps/server/main.ts']
  expect(Object.keys(may).toSorted()).toEqual(
    [...modules, ...kit, ...media, ...others].map(kindOf).toSorted(),
  )
})

test('a fault is told at its line, also after Chinese words', () => {
  expect(
    found({ [`${report}.routes.ts`]: `/** 报警件 😀 — 谁发了什么 */\n\n// 为什么\nconsole.log('是')` }),
  ).toEqual([`${report}.routes.ts:4 console`])
})
