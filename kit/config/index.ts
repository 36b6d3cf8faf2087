import * as z from 'zod/mini'

/** Read settings once. Every wrong or missing key is told in one go, by the name the operator typed. */
export function readConfig<Schema extends z.ZodMiniType>(
  schema: Schema,
  from: Readonly<Record<string, string | undefined>>,
): { config: z.infer<Schema> } | { problems: string[] } {
  const parsed = z.safeParse(schema, from)
  if (parsed.success) return { config: parsed.data }
  return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) }
}
