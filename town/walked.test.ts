import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const modules = fileURLToPath(new URL('../modules', import.meta.url))

/** Lifecycles that nobody moves by hand so far, and why. */
const withoutDoor: Readonly<Record<string, string>> = {
  evidenceMoves:
    'the server stores, hashes and releases; holding, admitting and disposing come with the custody list',
}

const read = async (pattern: string) => {
  const files: { name: string; text: string }[] = []
  for await (const name of glob(pattern, { cwd: modules }))
    files.push({ name, text: await readFile(`${modules}/${name}`, 'utf8') })
  return files
}

test('[DI26] every lifecycle of the house is walked through its doors, those of tomorrow too', async () => {
  const sources = (await read('*/*.ts')).filter(({ name }) => !name.endsWith('.test.ts'))
  const tables = sources.flatMap(({ text }) =>
    [...text.matchAll(/export const (\w+) = \{(?:(?!\nexport )[\s\S])*?\n\} as const satisfies Moves</g)].map(
      ([, table]) => table!,
    ),
  )
  expect(tables.length).toBe(sources.flatMap(({ text }) => text.match(/satisfies Moves</g) ?? []).length)
  // Not imported alone: named where a walk says which table it takes.
  const walks = (await read('*/*.test.ts')).filter(({ text }) => text.includes('await walkTable'))
  const isWalked = (table: string) =>
    walks.some(({ text }) => new RegExp(`\\btable: ${table}\\b|\\} = ${table}$`, 'm').test(text))
  expect(tables.filter((table) => !isWalked(table) && !(table in withoutDoor))).toEqual([])
  expect(Object.keys(withoutDoor).filter((table) => isWalked(table) || !tables.includes(table))).toEqual([])
  const doors = sources.filter(({ name }) => name.endsWith('.routes.ts'))
  const opened = Object.keys(withoutDoor).filter((table) => doors.some(({ text }) => text.includes(table)))
  expect(opened).toEqual([])
})
