import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './source.ts'

/** 新建 — `npm run new module <word>` and `npm run new migration <name>`: the shape of the house, ready to fill. */
const usage = 'usage: npm run new module <word> | npm run new migration <name-of-change>'
const shape = /^[a-z][a-z-]*$/

export function moduleFiles(word: string): Record<string, string> {
  const prefix = word.slice(0, 2).toUpperCase()
  const name = word.charAt(0).toUpperCase() + word.slice(1)
  return {
    'RULES.md': `# ${word}\n\n- **${prefix}1** Say what is promised, in one sentence. (the requirement, law or decision)\n`,
    [`${word}.ts`]: `import { idOf } from '@open110/kit/ids'
import * as z from 'zod/mini'

/** 中文词 — what a ${word} is, in one sentence. */
export const ${name}Id = idOf('${word.slice(0, 2)}')
export type ${name}Id = z.infer<typeof ${name}Id>
`,
    [`${word}.api.ts`]: `import { route } from '@open110/kit/route'
import * as z from 'zod/mini'
import { ${name}Id } from './${word}.ts'

export const get = route({
  name: '${word}.get',
  at: 'GET /api/v1/${word}s/:${word}',
  means: 'One ${word}.',
  who: ['${word}.see'],
  gives: z.object({ id: ${name}Id }),
  refuses: ['${word}.not-found'],
})
`,
    [`${word}.test.ts`]: `import { expect, test } from 'vitest'
import { ${name}Id } from './${word}.ts'

test('[${prefix}1] a ${word} is known by a readable id', () => {
  expect(${name}Id.safeParse('nothing').success).toBe(false)
})
`,
  }
}

/** The next four digits after the highest that exists. */
export function migrationName(existing: readonly string[], name: string): string {
  const numbers = existing.map((file) => Number(/^\d+/.exec(file)?.[0] ?? 0))
  return `${String(Math.max(0, ...numbers) + 1).padStart(4, '0')}-${name}.sql`
}

function main(kind: string | undefined, name: string | undefined): string {
  if (!name || !shape.test(name)) return usage
  if (kind === 'module') {
    const folder = join(root, 'modules', name)
    if (existsSync(folder)) return `modules/${name} is already there`
    mkdirSync(folder)
    for (const [file, text] of Object.entries(moduleFiles(name))) writeFileSync(join(folder, file), text)
    return `modules/${name}: add its word to GLOSSARY.md, write its first rule, then answer its contract`
  }
  if (kind === 'migration') {
    const folder = join(root, 'migrations')
    const file = migrationName(readdirSync(folder), name)
    writeFileSync(join(folder, file), '-- why: \n-- breaks running servers: no\n-- module: \n')
    return `migrations/${file}`
  }
  return usage
}

if (import.meta.main) {
  const said = main(process.argv[2], process.argv[3])
  console.log(said)
  if (said === usage) process.exitCode = 1
}
