import * as z from 'zod/mini'

type Args = z.ZodMiniType<Record<string, unknown>>

/** A named statement. `takes` and `gives` are checked, so a row is what its schema says or a fault. */
export type Query<Takes extends Args, Gives extends z.ZodMiniType> = {
  readonly name: string
  readonly text: string
  readonly order: readonly string[]
  readonly takes: Takes
  readonly gives: Gives
}

/** SQL with a name: `:word` stands for the argument of that name. Rows come with camel-case keys and without nulls. */
export function query<Takes extends Args, Gives extends z.ZodMiniType = z.ZodMiniUnknown>(spec: {
  name: string
  takes?: Takes
  gives?: Gives
  sql: string
}): Query<Takes, Gives> {
  const order: string[] = []
  const known = Object.keys((spec.takes as { shape?: object } | undefined)?.shape ?? {})
  const text = spec.sql.replace(/(?<!:):([a-z][A-Za-z0-9]*)/g, (_, name: string) => {
    if (!known.includes(name)) throw new Error(`${spec.name}: nothing is taken for :${name}`)
    if (!order.includes(name)) order.push(name)
    return `$${order.indexOf(name) + 1}`
  })
  return {
    name: spec.name,
    text,
    order,
    takes: spec.takes ?? (z.object({}) as unknown as Takes),
    gives: spec.gives ?? (z.unknown() as unknown as Gives),
  }
}

/** A value for a `jsonb` parameter; without it the driver would send a list as an SQL array. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null)
}

/** The statement's values in the order of its parameters; an absent one becomes null here, at the SQL edge. */
export function valuesOf(statement: Query<Args, z.ZodMiniType>, args: Record<string, unknown>): unknown[] {
  return statement.order.map((name) => args[name] ?? null)
}

const camel = new Map<string, string>()
const camelOf = (column: string) => {
  let name = camel.get(column)
  if (!name) {
    name = column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    camel.set(column, name)
  }
  return name
}

/** A row as the program sees it: camel-case keys, absent instead of null. */
export function rowOf<Gives extends z.ZodMiniType>(
  statement: Query<Args, Gives>,
  raw: Record<string, unknown>,
): z.infer<Gives> {
  const row: Record<string, unknown> = {}
  for (const column in raw) if (raw[column] !== null) row[camelOf(column)] = raw[column]
  const parsed = z.safeParse(statement.gives, row)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join(', ')
  throw new Error(`${statement.name}: a row is not what its schema says (${where})`)
}
