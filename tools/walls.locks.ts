import { impure, kindOf, roomOf, targetOf } from './layout.ts'
import type { Fault, Source } from './source.ts'

/** Modules whose pure files ask for each other in a ring, told once per ring at one of its imports. */
export function circles(sources: readonly Source[]): Fault[] {
  const asks = new Map<string, Map<string, { path: string; line: number }>>()
  for (const { path, imports } of sources) {
    if (kindOf(path) !== 'pure') continue
    const from = roomOf(path).slice('modules/'.length)
    for (const { specifier, line } of imports) {
      const target = targetOf(path, specifier)
      if (target.to !== 'module' || target.module === from) continue
      const known = asks.get(from) ?? new Map<string, { path: string; line: number }>()
      asks.set(from, known)
      if (!known.has(target.module)) known.set(target.module, { path, line })
    }
  }
  const faults: Fault[] = []
  const told = new Set<string>()
  const done = new Set<string>()
  const follow = (module: string, trail: readonly string[]) => {
    for (const [next, where] of asks.get(module) ?? []) {
      const since = trail.indexOf(next)
      if (since >= 0) {
        const ring = trail.slice(since)
        const key = ring.toSorted().join(' ')
        if (told.has(key)) continue
        told.add(key)
        faults.push({ ...where, rule: 'circle', message: `${[...ring, next].join(' → ')}` })
      } else if (!done.has(next)) follow(next, [...trail, next])
    }
    done.add(module)
  }
  for (const module of asks.keys()) if (!done.has(module)) follow(module, [module])
  return faults
}

/** The doors and the air lock are files of their own; here they are held to the plan. */
export function lockFaults(tree: ReadonlyMap<string, string>): Fault[] {
  const faults: Fault[] = []
  const air = 'tsconfig.air.json'
  const airText = tree.get(air)
  if (airText !== undefined) {
    const left = new Set(
      Array.from(airText.matchAll(/"modules\/\*\*\/\*\.([a-z]+)\.ts"/g), (match) => match[1]),
    )
    for (const word of impure.filter((suffix) => !left.delete(suffix))) {
      faults.push({ path: air, line: 1, rule: 'air', message: `leave out modules/**/*.${word}.ts` })
    }
    for (const word of left) {
      faults.push({ path: air, line: 1, rule: 'air', message: `*.${word}.ts is pure in tools/layout.ts` })
    }
  }
  const exported = tree.get('modules/package.json')
  const named = exported ? (JSON.parse(exported) as { exports: Record<string, unknown> }).exports : {}
  for (const [door, target] of Object.entries(named)) {
    if (door.endsWith('/server') ? typeof target === 'string' : typeof target !== 'string') {
      faults.push({
        path: 'modules/package.json',
        line: 1,
        rule: 'door',
        message: `${door}: only a /server door asks for open110-server, and it always does`,
      })
    }
    if (typeof target !== 'string' || target.includes('*')) continue
    const path = `modules/${target.replace('./', '')}`
    if (kindOf(path) !== 'pure' || !tree.has(path)) {
      faults.push({
        path: 'modules/package.json',
        line: 1,
        rule: 'door',
        message: `${door} must lead to a pure file`,
      })
    }
  }
  return faults
}
