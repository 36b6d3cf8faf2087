import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

/**
 * What the other tools ask of a source file: its imports, its exports, its calls and its words.
 * The parser is the one inside Vite, so the tools see the program as the bundler sees it.
 */

/** What a check finds, and where a reader should look. */
export type Fault = { path: string; line: number; rule: string; message: string }

/** A node of the syntax tree, seen loosely: the tools look for a few shapes and pass over the rest. */
export type Node = { type: string; start: number; end: number } & Record<string, unknown>

export type Import = { specifier: string; line: number; isType: boolean; names: Map<string, string> }
export type Source = {
  path: string
  text: string
  imports: Import[]
  exports: { name: string; line: number }[]
  /** Every node, outermost first. */
  nodes: Node[]
  lineAt(offset: number): number
}

export function readSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const lineAt = (offset: number) => {
    let low = 0
    for (let high = starts.length - 1; low < high;) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
  const nodes: Node[] = []
  gather(program, nodes)
  const imports: Import[] = module.staticImports.map((found) => ({
    specifier: found.moduleRequest.value,
    line: lineAt(found.start),
    isType: found.entries.length > 0 && found.entries.every((entry) => entry.isType),
    names: new Map(found.entries.map((entry) => [entry.localName.value, entry.importName.name ?? '*'])),
  }))
  const exports: Source['exports'] = []
  for (const { entries, start } of module.staticExports) {
    for (const entry of entries) {
      const specifier = entry.moduleRequest?.value
      if (specifier) imports.push({ specifier, line: lineAt(start), isType: entry.isType, names: new Map() })
      const name = entry.exportName.kind === 'Default' ? 'default' : entry.exportName.name
      if (name) exports.push({ name, line: lineAt(start) })
    }
  }
  for (const node of nodes) {
    const isType = node.type === 'TSImportType'
    const specifier = isType || node.type === 'ImportExpression' ? textOf(node['source']) : undefined
    if (specifier === undefined) continue
    imports.push({ specifier, line: lineAt(node.start), isType, names: new Map() })
  }
  return { path, text, imports, exports, nodes, lineAt }
}

function gather(value: unknown, into: Node[]) {
  if (Array.isArray(value)) for (const each of value) gather(each, into)
  else if (isNode(value)) {
    into.push(value)
    for (const key in value) if (typeof value[key] === 'object') gather(value[key], into)
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** The text of a string or of a template without holes between its ends. */
export function textOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined
  if (value.type === 'Literal') return typeof value['value'] === 'string' ? value['value'] : undefined
  if (value.type !== 'TemplateLiteral') return undefined
  return (value['quasis'] as { value: { cooked: string } }[]).map((part) => part.value.cooked).join('…')
}

/** `vi.mock` of `vi.mock('x')`; calls of calls keep the innermost name: `answer` of `answer(a)(b)` is found once. */
export function callee(node: Node): string | undefined {
  return node.type === 'CallExpression' ? dotted(node['callee']) : undefined
}

export function dotted(value: unknown): string | undefined {
  if (!isNode(value)) return undefined
  if (value.type === 'Identifier') return String(value['name'])
  if (value.type !== 'MemberExpression' || value['computed']) return undefined
  const left = dotted(value['object']) ?? ''
  return `${left}.${dotted(value['property'])}`
}

export function argumentsOf(node: Node): readonly unknown[] {
  return node['arguments'] as unknown[]
}

export const root = fileURLToPath(new URL('..', import.meta.url))

/** The end of every check: its faults and a failing exit, or one good line. */
export function tell(good: string, faults: readonly Fault[]) {
  for (const { path, line, rule, message } of faults) console.log(`${path}:${line} ${rule} ${message}`)
  if (faults.length > 0) process.exitCode = 1
  else console.log(good)
}

const rooms = ['apps', 'bench', 'core', 'kit', 'migrations', 'modules', 'tools', 'town', 'ui']
const kept = /\.(ts|tsx|mts|js|mjs|css|sql|md)$|package\.json$/

/** Every text of the tree that the walls look at, by its path from the root. */
export function readTree(root: string): Map<string, string> {
  const tree = new Map<string, string>()
  const read = (path: string) =>
    tree.set(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8'))
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (kept.test(entry.name)) read(path)
    }
  }
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (
      entry.isDirectory()
        ? rooms.includes(entry.name)
        : /^(GLOSSARY\.md|tsconfig.*\.json|.*\.ts)$/.test(entry.name)
    ) {
      if (entry.isDirectory()) walk(join(root, entry.name))
      else read(join(root, entry.name))
    }
  }
  return tree
}
