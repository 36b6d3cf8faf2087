import * as z from 'zod/mini'

/** What is wrong with one setting, in both languages of those who run the program. Never says its value: it may be a secret. */
export type Wrong = { readonly key: string; readonly zh: string; readonly en: string }

const between = '\u001f'
/** A message of a schema in both languages. */
export const says = (zh: string, en: string): string => `${zh}${between}${en}`

/** Read settings once. Every wrong, missing or misspelt key is told in one go, by the name the operator typed. */
export function readConfig<Schema extends z.ZodMiniType & { shape: object }>(
  schema: Schema,
  from: Readonly<Record<string, string | undefined>>,
  ours: {
    /** Whatever begins like this is meant for us, and must be known. */
    prefix: string
    /** Known and read by somebody else. */
    besides?: readonly string[]
  } = { prefix: '\0' },
): { config: z.infer<Schema> } | { problems: Wrong[] } {
  const known = Object.keys(schema.shape)
  const problems: Wrong[] = []
  for (const key of Object.keys(from).toSorted()) {
    if (!key.toUpperCase().startsWith(ours.prefix)) continue
    if (from[key] === undefined || known.includes(key) || ours.besides?.includes(key)) continue
    const near = nearest(key, known)
    problems.push({
      key,
      zh: near ? `没有这个设置,是不是 ${near}?` : '没有这个设置。',
      en: near ? `There is no such setting; did you mean ${near}?` : 'There is no such setting.',
    })
  }
  const parsed = z.safeParse(schema, from)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const [zh = '', en = zh] = message.split(between)
      problems.push({ key: path.join('.'), zh, en })
    }
  }
  return parsed.success && problems.length === 0 ? { config: parsed.data } : { problems }
}

/** The known name that was probably meant: at most a third of its letters are to be changed. */
function nearest(typed: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, steps: stepsBetween(typed.toUpperCase(), name) }))
    .toSorted((a, b) => a.steps - b.steps)
  const [best] = ranked
  return best && best.steps <= best.name.length / 3 ? best.name : undefined
}

/** Letters to put in, take out, change or swap with their neighbour. */
function stepsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, n) => n)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = isSwap ? rows[i - 2]![j - 2]! + 1 : Infinity
      row.push(Math.min(change, swap, rows[i - 1]![j]! + 1, row[j - 1]! + 1))
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
