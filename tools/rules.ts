import { isTest } from './layout.ts'
import {
  argumentsOf,
  callee,
  dotted,
  readSource,
  readTree,
  root,
  tell,
  textOf,
  type Fault,
  type Node,
} from './source.ts'

/**
 * 规则 — every numbered promise of a RULES.md is named by a test title, and every `[XX1]` in a title is a promise
 * that exists. A skipped test keeps no promise.
 */
export function inspectRules(tree: ReadonlyMap<string, string>): Fault[] {
  const faults: Fault[] = []
  const rules = new Map<string, { path: string; line: number }>()
  const homes = new Map<string, string>()
  for (const [path, text] of tree) {
    if (!/(^|\/)RULES\.md$/.test(path)) continue
    for (const [index, words] of text.split('\n').entries()) {
      const where = { path, line: index + 1 }
      const id = /^- \*\*([A-Z]+\d+)\*\*\s/.exec(words)?.[1]
      if (!id) {
        const message = 'write a rule as: - **XX1** sentence (source)'
        if (/^\s*[-*] \**[A-Z]+\d/.test(words)) faults.push({ ...where, rule: 'form', message })
        continue
      }
      const prefix = id.replace(/\d+$/, '')
      const home = homes.get(prefix) ?? path
      homes.set(prefix, home)
      if (rules.has(id)) faults.push({ ...where, rule: 'twice', message: `${id} is already a rule` })
      else if (home !== path)
        faults.push({ ...where, rule: 'prefix', message: `${prefix} belongs to ${home}` })
      if (!/[（(].+[)）]$/.test(words)) {
        faults.push({ ...where, rule: 'source', message: `${id} must end with its source in parentheses` })
      }
      rules.set(id, where)
    }
  }
  const named = new Set<string>()
  for (const [path, text] of tree) {
    if (!isTest(path) || !/\[[A-Z]+\d/.test(text)) continue
    const source = readSource(path, text)
    for (const node of source.nodes) {
      const title =
        node.type === 'CallExpression' ? titleOf(node) : isContract(path) ? clauseOf(node) : undefined
      for (const id of idsIn(title ?? '')) {
        if (rules.has(id)) named.add(id)
        else
          faults.push({
            path,
            line: source.lineAt(node.start),
            rule: 'unknown',
            message: `no RULES.md has ${id}`,
          })
      }
    }
  }
  for (const [id, where] of rules) {
    if (!named.has(id)) faults.push({ ...where, rule: 'untested', message: `no test title says [${id}]` })
  }
  return faults.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
}

/** The title of `test('…', …)`, `test.each(rows)('…', …)` and their kin; nothing for a skipped one. */
function titleOf(node: Node): string | undefined {
  const called = node['callee']
  const name = callee(node) ?? callee(called as Node) ?? ''
  const runs = /^(test|it|describe)(\.(each|for|concurrent|sequential|fails|extend|runIf|skipIf))*$/.test(
    name,
  )
  return runs ? textOf(argumentsOf(node)[0]) : undefined
}

/** A contract suite holds its tests as clauses, `{ title: '[EV7] …', … }`, which the tests of each adapter run. */
function clauseOf(node: Node): string | undefined {
  if (node.type !== 'Property' || dotted(node['key']) !== 'title') return undefined
  return textOf(node['value'])
}

function isContract(path: string): boolean {
  return path.endsWith('.contract.ts')
}

/** `[IN4] …`, `[RC2][RC3] …` and `[RC2, RC3] …` */
function idsIn(title: string): string[] {
  return Array.from(title.matchAll(/\[((?:[A-Z]+\d+(?:,\s*)?)+)\]/g)).flatMap(([, ids = '']) =>
    ids.split(/,\s*/),
  )
}

if (import.meta.main) tell('rules: every promise has a test', inspectRules(readTree(root)))
