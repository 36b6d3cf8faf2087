import { readFileSync } from 'node:fs'
import { contractFaults } from './walls.contracts.ts'
import { circles, lockFaults } from './walls.locks.ts'
import { tableFaults } from './walls.tables.ts'
import { fieldWordFaults } from './walls.words.ts'
import { isCode, isTest, kindOf, roomOf, targetOf, type Kind } from './layout.ts'
import {
  argumentsOf,
  callee,
  readSource,
  readTree,
  root,
  tell,
  textOf,
  type Fault,
  type Import,
  type Source,
} from './source.ts'

/**
 * 墙 — who may import what, compiled. `inspect` is a function of texts, so the tests plant every violation
 * in memory; run as a program it reads the tree, prints `path:line rule message` and exits 1.
 */
export type Allowed = {
  /** Which package a room may use at run time, and why. */
  npm: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Files that may pass 400 lines, and why. */
  long: Readonly<Record<string, string>>
  /** Files that must have a default export, and who demands it. */
  default: Readonly<Record<string, string>>
  /** Views that an owner lets every module read, and why a function handed in would not do. */
  views: Readonly<Record<string, string>>
  /** Glossary words that are also plain programming words and may stand in the kit. */
  ordinary: Readonly<Record<string, string>>
}

export type KitPart = 'pure' | 'client' | 'db' | 'server'
type Row = {
  kit: readonly KitPart[]
  own: readonly Kind[] | 'all'
  modules: readonly ('pure' | 'api' | 'events' | 'server')[]
  rooms: readonly string[]
  node: boolean
  npm: boolean
}

const kitAll: readonly KitPart[] = ['pure', 'client', 'db', 'server']
const doors = ['pure', 'api', 'events'] as const

/** Read it as a table: a file of this kind may import only this. `free` files (tests, town, tools) have no row. */
export const may: Readonly<Record<Exclude<Kind, 'free'>, Row>> = {
  pure: { kit: ['pure'], own: ['pure'], modules: ['pure'], rooms: [], node: false, npm: false },
  store: {
    kit: ['pure', 'db'],
    own: ['pure', 'store'],
    modules: ['pure'],
    rooms: [],
    node: false,
    npm: false,
  },
  edge: { kit: kitAll, own: 'all', modules: ['pure', 'events'], rooms: ['media'], node: true, npm: true },
  'kit-pure': { kit: ['pure'], own: ['kit-pure'], modules: [], rooms: [], node: false, npm: false },
  'kit-client': {
    kit: ['pure'],
    own: ['kit-pure', 'kit-client'],
    modules: [],
    rooms: [],
    node: false,
    npm: false,
  },
  kit: { kit: kitAll, own: ['kit', 'kit-pure'], modules: [], rooms: [], node: true, npm: true },
  'media-pure': { kit: ['pure'], own: ['media-pure'], modules: [], rooms: [], node: false, npm: false },
  'media-client': {
    kit: ['pure', 'client'],
    own: ['media-pure', 'media-client'],
    modules: [],
    rooms: [],
    node: false,
    npm: false,
  },
  media: { kit: ['pure'], own: ['media', 'media-pure'], modules: [], rooms: [], node: true, npm: true },
  core: { kit: ['pure', 'client'], own: 'all', modules: doors, rooms: [], node: false, npm: true },
  ui: { kit: ['pure', 'client'], own: 'all', modules: doors, rooms: ['core'], node: false, npm: true },
  client: {
    kit: ['pure', 'client'],
    own: 'all',
    modules: doors,
    rooms: ['core', 'ui', 'media'],
    node: false,
    npm: true,
  },
  server: {
    kit: kitAll,
    own: 'all',
    modules: [...doors, 'server'],
    rooms: ['town', 'core', 'media'],
    node: true,
    npm: true,
  },
}

const longest = 400

export function inspect(tree: ReadonlyMap<string, string>, allowed: Allowed): Fault[] {
  const faults: Fault[] = []
  const sources: Source[] = []
  for (const [path, text] of tree) {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
    const counted = isCode(path) || path.endsWith('.css')
    if (counted && lines > longest && !(path in allowed.long)) {
      faults.push({ path, line: longest + 1, rule: 'long', message: `${lines} lines; split it by its words` })
    }
    if (/\b(utils?|helpers?|managers?)\b/i.test(path) && isCode(path)) {
      faults.push({ path, line: 1, rule: 'name', message: 'name the file by a word of the field' })
    }
    if (isCode(path)) sources.push(readSource(path, text))
  }
  for (const source of sources) {
    for (const found of source.imports) {
      const message = refusal(source.path, found, allowed)
      if (message) {
        const rule = message.startsWith('climbs') ? 'climb' : 'import'
        faults.push({ path: source.path, line: found.line, rule, message: `${found.specifier}: ${message}` })
      }
    }
    faults.push(...habits(source, allowed))
  }
  faults.push(...circles(sources), ...contractFaults(sources), ...lockFaults(tree))
  faults.push(...tableFaults(sources, tree, allowed.views))
  faults.push(...fieldWordFaults(sources, tree.get('GLOSSARY.md') ?? '', allowed.ordinary))
  return faults.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
}

/** Why this import is refused, or nothing. */
function refusal(path: string, { specifier, isType }: Import, allowed: Allowed): string | undefined {
  const target = targetOf(path, specifier)
  const room = roomOf(path)
  if (target.to === 'file' && roomOf(target.path) !== room && !['tools', 'bench', '.'].includes(room)) {
    return kindOf(path) === 'free' && !isTest(path) ? undefined : `climbs out of ${room}; use a door`
  }
  const kind = kindOf(path)
  if (kind === 'free') return undefined
  const row = may[kind]
  switch (target.to) {
    case 'node':
      return row.node ? undefined : `${kind} files do no I/O`
    case 'npm':
      if (target.name === 'zod/mini') return undefined
      if (!row.npm) return `${kind} files may use zod/mini only`
      return allowed.npm[room]?.[target.name] ? undefined : `not argued for ${room} in tools/walls.allow.json`
    case 'file': {
      const own = kindOf(target.path)
      if (isTest(target.path)) return 'a test is imported by nobody'
      if (row.own === 'all' || row.own.includes(own) || !isCode(target.path)) return undefined
      return `${kind} files may not import a ${own} file`
    }
    case 'kit':
      return row.kit.includes(target.part)
        ? undefined
        : `${kind} files may not use the kit's ${target.part} part`
    case 'module':
      if (room === 'kit') return 'the kit knows no module'
      if (`modules/${target.module}` === room) return 'its own module: import it by its relative path'
      if (row.modules.includes(target.door)) return undefined
      // What main.ts hands in has a type, and a type is erased: it opens nothing.
      if (kind === 'edge' && isType) return undefined
      return `${kind} files may not open the ${target.door} door of another module`
    case 'room':
      return row.rooms.includes(target.room) ? undefined : `${kind} files may not import ${target.room}`
  }
}

/** Habits that the house does not keep, wherever they stand. */
function habits(source: Source, allowed: Allowed): Fault[] {
  const faults: Fault[] = []
  const { path } = source
  const say = (at: number, rule: string, message: string) =>
    faults.push({ path, line: source.lineAt(at), rule, message })
  for (const { name, line } of source.exports) {
    if (name !== 'default' || path.endsWith('.config.ts') || path in allowed.default) continue
    faults.push({ path, line, rule: 'default', message: 'name the export' })
  }
  const speaks = /^(tools|bench|town)\//.test(path) || isTest(path)
  const serves = /^(kit\/http|apps)\//.test(path) || !/^(kit|modules)\//.test(path) || isTest(path)
  for (const node of source.nodes) {
    const name = callee(node)
    if (!name) continue
    if (/^(vi|jest|vitest)\.(do)?mock$/i.test(name)) {
      say(node.start, 'mock', 'no module mocks: hand in a fake of the port')
    }
    if (name.startsWith('console.') && !speaks)
      say(node.start, 'console', 'product code logs through the kit')
    if (!serves && /\.(get|post|put|patch|delete|all)$/.test(name)) {
      const first = textOf(argumentsOf(node)[0])
      if (first?.startsWith('/'))
        say(node.start, 'contract', `${name}('${first}') is a route without a contract`)
    }
  }
  return faults
}

if (import.meta.main) {
  const allowed = JSON.parse(readFileSync(new URL('walls.allow.json', import.meta.url), 'utf8')) as Allowed
  tell('walls: nothing climbs, nothing circles', inspect(readTree(root), allowed))
}
