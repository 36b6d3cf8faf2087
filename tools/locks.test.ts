import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from 'vite'
import { root } from './source.ts'
import { typesOf } from './types.ts'

/** The doors and the air lock, tried with the real compiler, resolver and bundler on one small module. */
let folder = ''

const planted = {
  'package.json': '{ "type": "module" }',
  'modules/probe/probe.ts': 'export const probe = 1',
  'modules/probe/probe.air.ts': [
    'export const a: unknown = process',
    'export const b: unknown = document',
    'export const c: unknown = fetch',
    'export const d: unknown = Buffer',
    'export const e: unknown = setTimeout',
    `export type F = import('node:fs').Stats`,
  ].join('\n'),
  'modules/probe/probe.store.ts': 'export const pid: number = process.pid',
  'modules/probe/index.ts': `export { pid } from './probe.store.ts'`,
  'apps/server/main.ts': `import { pid } from '@open110/modules/probe/server'\nexport const told: number = pid`,
  'apps/console/good.ts': `import { probe } from '@open110/modules/probe'\nexport const told: number = probe`,
  'apps/console/door.ts': `import { pid } from '@open110/modules/probe/server'\nexport const told: number = pid`,
  'apps/console/store.ts': `import { pid } from '@open110/modules/probe/probe.store'\nexport const told: number = pid`,
  'apps/console/world.ts': 'export const told = [document, process]',
}

beforeAll(() => {
  mkdirSync(join(root, 'dist'), { recursive: true })
  folder = mkdtempSync(join(root, 'dist', 'locks-'))
  for (const [path, text] of Object.entries(planted)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `${text}\n`)
  }
  for (const project of ['base', 'air', 'server', 'web']) {
    copyFileSync(join(root, `tsconfig.${project}.json`), join(folder, `tsconfig.${project}.json`))
  }
  copyFileSync(join(root, 'modules/package.json'), join(folder, 'modules/package.json'))
  mkdirSync(join(folder, 'node_modules/@open110'), { recursive: true })
  symlinkSync(join(folder, 'modules'), join(folder, 'node_modules/@open110/modules'), 'junction')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `path:line code` of each error. */
async function errorsOf(project: string): Promise<string[]> {
  const said = await typesOf(project, folder)
  return Array.from(
    said.matchAll(/^(\S+)\((\d+),\d+\): error (TS\d+)/gm),
    ([, path, line, code]) => `${path}:${line} ${code}`,
  )
}

test('air: a pure file sees neither Node nor the browser', async () => {
  const air = 'modules/probe/probe.air.ts'
  const lines = (await errorsOf('air')).map((error) => error.split(' ')[0])
  expect(lines).toEqual([1, 2, 3, 4, 5, 6].map((line) => `${air}:${line}`))
})

test('doors: tsc opens the server door to the server alone', async () => {
  expect((await errorsOf('server')).filter((error) => !error.includes('probe.air.ts'))).toEqual([])
  expect(await errorsOf('web')).toEqual([
    'apps/console/door.ts:1 TS2307',
    'apps/console/store.ts:1 TS2307',
    'apps/console/world.ts:1 TS2591',
  ])
})

test('doors: Node opens the server door to the server alone', async () => {
  const run = (path: string, ...options: string[]) =>
    promisify(execFile)(process.execPath, [...options, join(folder, path)], { cwd: folder })
  await run('apps/server/main.ts', '--conditions=open110-server')
  await run('apps/console/good.ts')
  await expect(run('apps/console/door.ts')).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED')
  await expect(run('apps/console/store.ts')).rejects.toThrow('ERR_MODULE_NOT_FOUND')
})

test('doors: Vite opens the server door to nobody', async () => {
  const bundle = (path: string) =>
    build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, rolldownOptions: { input: join(folder, path) } },
    })
  await bundle('apps/console/good.ts')
  await expect(bundle('apps/console/door.ts')).rejects.toThrow('is not exported under the conditions')
  await expect(bundle('apps/console/store.ts')).rejects.toThrow('probe.store')
})
