import { isTest, kindOf } from './layout.ts'
import { textOf, type Fault, type Source } from './source.ts'

export type Table = { name: string; owner: string; isView: boolean; path: string; line: number }

/** Tables and views of the migrations; each belongs to the `-- module:` line above it, until another takes it over. */
export function tablesOf(tree: ReadonlyMap<string, string>): Table[] {
  const tables: Table[] = []
  for (const [path, text] of [...tree].toSorted(([a], [b]) => a.localeCompare(b))) {
    if (!/^migrations\/\d.*\.sql$/.test(path)) continue
    let owner = ''
    for (const [index, line] of text.split('\n').entries()) {
      owner = /^--\s*module:\s*([a-z]+)/.exec(line)?.[1] ?? owner
      const taken = /^--\s*takes over:\s*(\w+)/.exec(line)?.[1]
      for (const table of tables) if (table.name === taken) table.owner = owner
      const made =
        /^create\s+(?:or\s+replace\s+)?(?:unlogged\s+)?(?:materialized\s+)?(table|view)\s+(?:if\s+not\s+exists\s+)?(\w+)/i.exec(
          line.trimStart(),
        )
      if (!made) continue
      if (/\bpartition\s+of\b/i.test(line)) continue
      tables.push({ name: made[2]!, owner, isView: made[1]?.toLowerCase() === 'view', path, line: index + 1 })
    }
  }
  return tables
}

/** Who may read others' tables, and only through views that the owner defines. */
const readers = ['stats', 'audit', 'closure']

/** A table belongs to one module: no other module's SQL names it. */
export function tableFaults(
  sources: readonly Source[],
  tree: ReadonlyMap<string, string>,
  open: Readonly<Record<string, string>>,
): Fault[] {
  const tables = new Map(tablesOf(tree).map((table) => [table.name, table]))
  const faults: Fault[] = []
  for (const { name, owner, path, line } of tables.values()) {
    if (!owner) faults.push({ path, line, rule: 'table', message: `say "-- module:" above ${name}` })
  }
  for (const source of sources) {
    const { path } = source
    const kind = kindOf(path)
    if ((kind !== 'store' && kind !== 'edge') || isTest(path)) continue
    const module = path.split('/')[1] ?? ''
    for (const node of source.nodes) {
      for (const [, name = ''] of textOf(node)?.matchAll(
        /\b(?:from|join|into|update)\s+(?:only\s+)?(\w+)/gi,
      ) ?? []) {
        const table = tables.get(name.toLowerCase())
        if (!table || table.owner === module) continue
        if (table.isView && (name in open || readers.includes(module))) continue
        const line = source.lineAt(node.start)
        faults.push({ path, line, rule: 'table', message: `${name} belongs to ${table.owner || 'nobody'}` })
      }
    }
  }
  return faults
}
