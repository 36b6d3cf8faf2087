import { isTest, suffixOf, targetOf } from './layout.ts'
import { argumentsOf, callee, dotted, isNode, type Fault, type Source } from './source.ts'

/** Every contract of an `*.api.ts` is answered exactly once, and nothing is answered that is no contract. */
export function contractFaults(sources: readonly Source[]): Fault[] {
  const faults: Fault[] = []
  const contracts = new Map<string, { path: string; line: number; name: string; answers: number }>()
  for (const source of sources) {
    if (suffixOf(source.path) !== 'api') continue
    for (const { name, node } of routesOf(source)) {
      const line = source.lineAt(node)
      contracts.set(`${source.path}#${name}`, { path: source.path, line, name, answers: 0 })
    }
  }
  for (const source of sources) {
    if (!source.path.startsWith('modules/') || isTest(source.path)) continue
    const origins = originsOf(source)
    for (const node of source.nodes) {
      const name = callee(node)
      if (!/(^|\.)answer(Gathered|Together)?$/.test(name ?? '')) continue
      const told = argumentsOf(node).map(dotted)
      const found = told.map((word) => word && contracts.get(origins(word))).find((contract) => contract)
      const line = source.lineAt(node.start)
      if (found) found.answers += 1
      const isAnswering = suffixOf(source.path) === 'routes'
      if (!found && isAnswering) {
        const message = `answers ${told[0] ?? 'something'}, which no *.api.ts exports as a route`
        faults.push({ path: source.path, line, rule: 'contract', message })
      } else if (found && !isAnswering) {
        faults.push({ path: source.path, line, rule: 'contract', message: 'answers belong in *.routes.ts' })
      } else if (found && found.answers > 1) {
        faults.push({ path: source.path, line, rule: 'contract', message: `${found.name} is answered twice` })
      }
    }
  }
  for (const { path, line, name, answers } of contracts.values()) {
    if (answers === 0) faults.push({ path, line, rule: 'contract', message: `${name} is never answered` })
  }
  return faults
}

/** `export const send = route({ … })` */
function* routesOf(source: Source): Generator<{ name: string; node: number }> {
  const exported = new Set(source.exports.map(({ name }) => name))
  for (const node of source.nodes) {
    if (node.type !== 'VariableDeclarator' || !isNode(node['init']) || callee(node['init']) !== 'route')
      continue
    const name = dotted(node['id'])
    if (name && exported.has(name)) yield { name, node: node.start }
  }
}

/** From a name in this file (`send`, `api.send`) to where it was exported (`modules/report/report.api.ts#send`). */
function originsOf(source: Source): (word: string) => string {
  const from = new Map<string, string>()
  for (const { specifier, names } of source.imports) {
    const target = targetOf(source.path, specifier)
    if (target.to !== 'file') continue
    for (const [local, imported] of names) from.set(local, `${target.path}#${imported}`)
  }
  return (word) => {
    const [first = '', ...rest] = word.split('.')
    const origin = from.get(first) ?? ''
    return origin.endsWith('#*') ? origin.slice(0, -1) + rest.join('.') : origin
  }
}
