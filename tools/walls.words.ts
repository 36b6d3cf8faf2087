import { isTest } from './layout.ts'
import { textOf, type Fault, type Source } from './source.ts'

/** Code words of the glossary: the first code span of each row of its table, where it is one word. */
export function fieldWords(glossary: string, ordinary: Readonly<Record<string, string>>): Set<string> {
  const words = new Set<string>()
  for (const line of glossary.split('\n')) {
    const word = line.trimStart().startsWith('|') ? /`([^`]+)`/.exec(line)?.[1] : undefined
    if (word && /^[a-z]{3,}$/.test(word) && !(word in ordinary)) words.add(word)
  }
  return words
}

/** The kit is the floor of any house: no word of this field in its names, paths and tables. Comments may speak freely. */
export function fieldWordFaults(
  sources: readonly Source[],
  glossary: string,
  ordinary: Readonly<Record<string, string>>,
): Fault[] {
  const words = fieldWords(glossary, ordinary)
  const faults: Fault[] = []
  for (const source of sources) {
    const { path } = source
    if (!path.startsWith('kit/') || isTest(path)) continue
    const told = new Set<string>()
    const check = (text: string, line: number) => {
      for (const word of wordsIn(text)) {
        if (!words.has(word) || told.has(`${word} ${line}`)) continue
        told.add(`${word} ${line}`)
        faults.push({
          path,
          line,
          rule: 'field-word',
          message: `"${word}" is a word of the field, in ${text}`,
        })
      }
    }
    check(path.slice('kit/'.length), 1)
    for (const node of source.nodes) {
      const text = node.type === 'Identifier' ? String(node['name']) : textOf(node)
      if (text !== undefined) for (const name of namesIn(text)) check(name, source.lineAt(node.start))
    }
  }
  return faults
}

/** A text without spaces is a name or a path. In a longer one, only the tables of its SQL are. */
function namesIn(text: string): string[] {
  if (!/\s/.test(text.trim())) return [text]
  return Array.from(
    text.matchAll(/\b(?:from|join|into|update|table)\s+([a-z_]+)/gi),
    (match) => match[1] ?? '',
  )
}

/** `reportId`, `report-desk`, `/reports/:id` → their words, in the singular. */
function wordsIn(text: string): string[] {
  const parts = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
  return parts.flatMap((word) => (/[^s]s$/.test(word) ? [word, word.slice(0, -1)] : [word]))
}
