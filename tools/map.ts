import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCode, kindOf, roomOf, suffixOf } from './layout.ts'
import { readTree, root } from './source.ts'
import { tablesOf } from './walls.tables.ts'

/**
 * 地图 — docs/map.md, drawn from the program itself: each module's purpose, contracts, events, lifecycles and
 * tables. `--check` fails when the committed map tells another story.
 */
type Contract = { name: string; at: string; means: string; who: readonly string[] }
type Event = { name: string; version: number; means: string; body: unknown }
type Moves = Record<string, { from: readonly string[]; to: string; by: readonly string[] }>

const tree = readTree(root)
const modules = [...new Set([...tree.keys()].map(roomOf))]
  .filter((room) => room.startsWith('modules/'))
  .toSorted()

async function exportsOf(path: string): Promise<Record<string, unknown>> {
  return tree.has(path) ? ((await import(join(root, path))) as Record<string, unknown>) : {}
}

async function exportsWith(room: string, suffix: string): Promise<unknown[]> {
  const paths = [...tree.keys()].filter((path) => roomOf(path) === room && suffixOf(path) === suffix)
  return (await Promise.all(paths.map(exportsOf))).flatMap((all) => Object.values(all))
}

function has<Key extends string>(value: unknown, ...keys: Key[]): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && keys.every((key) => key in value)
}

/** The first sentence of the first doc comment of X.ts. */
function purposeOf(path: string): string {
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(tree.get(path) ?? '')?.[1] ?? ''
  const words = comment
    .replace(/^\s*\*/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return /^.*?[.。](?=\s|$)/.exec(words)?.[0] ?? words
}

function isMoves(value: unknown): value is Moves {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((row) => has(row, 'from', 'to'))
  )
}

function diagram(moves: Moves): string[] {
  const rows = Object.entries(moves)
  const ends = new Set(rows.map(([, row]) => row.to))
  const first = rows[0]?.[1].from[0]
  const starts = [...new Set(rows.flatMap(([, row]) => row.from))].filter((state) => !ends.has(state))
  const id = (state: string) => state.replaceAll('-', '_')
  const states = [...new Set(rows.flatMap(([, row]) => [...row.from, row.to]))]
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...states.filter((state) => state.includes('-')).map((state) => `  state "${state}" as ${id(state)}`),
    ...(starts.length || !first ? starts : [first]).map((state) => `  [*] --> ${id(state)}`),
    ...rows.flatMap(([name, row]) =>
      row.from.map((state) => `  ${id(state)} --> ${id(row.to)}: ${name} (${row.by.join(', ')})`),
    ),
    '```',
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return rows.length === 0 ? [] : [line(head), line(head.map(() => '---')), ...rows.map(line), '']
}

async function draw(): Promise<string> {
  const tables = tablesOf(tree)
  const overview: string[][] = []
  const chapters: string[] = []
  for (const room of modules) {
    const word = room.slice('modules/'.length)
    const files = [...tree].filter(([path]) => roomOf(path) === room && isCode(path))
    const lines = files.reduce((sum, [, text]) => sum + text.split('\n').length - 1, 0)
    const purpose = purposeOf(`${room}/${word}.ts`)
    const contracts = (await exportsWith(room, 'api')).filter((each) =>
      has(each, 'name', 'at', 'who'),
    ) as Contract[]
    const events = (await exportsWith(room, 'events')).filter((each) =>
      has(each, 'name', 'version'),
    ) as Event[]
    const pure = await Promise.all(
      files
        .filter(([path, text]) => kindOf(path) === 'pure' && /Moves\b/.test(text))
        .map(([path]) => exportsOf(path)),
    )
    const lifecycles = pure.flatMap((all) => Object.entries(all)).filter(([name]) => name.endsWith('Moves'))
    overview.push([
      `[${word}](#${word})`,
      purpose,
      String(contracts.length),
      String(files.length),
      String(lines),
    ])
    chapters.push(`## ${word}`, '', ...(purpose ? [purpose, ''] : []))
    const owned = tables.filter(({ owner }) => owner === word)
    if (owned.length > 0) chapters.push(`Tables: ${owned.map(({ name }) => `\`${name}\``).join(', ')}`, '')
    chapters.push(
      ...table(
        ['operation', 'at', 'who', 'means'],
        contracts.map(({ name, at, who, means }) => [`\`${name}\``, `\`${at}\``, who.join(', '), means]),
      ),
      ...table(
        ['event', 'version', 'means'],
        events.map(({ name, version, means }) => [`\`${name}\``, String(version), means]),
      ),
    )
    for (const [name, moves] of lifecycles) {
      if (isMoves(moves)) chapters.push(`\`${name}\``, '', ...diagram(moves), '')
    }
  }
  return [
    '# Map',
    '',
    'Generated by `npm run map` from the modules themselves; do not edit.',
    '',
    ...table(['module', 'purpose', 'contracts', 'files', 'lines'], overview),
    ...chapters,
  ].join('\n')
}

const path = join(root, 'docs/map.md')
const drawn = await draw()
if (process.argv.includes('--check')) {
  const kept = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (kept === drawn) console.log('map: true')
  else {
    console.log('docs/map.md is stale; run npm run map')
    process.exitCode = 1
  }
} else writeFileSync(path, drawn)
