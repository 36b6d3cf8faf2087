import type { Outsider } from './outsider.contract.ts'

/** 说明书 — the generated OpenAPI 3.1 document, read as any other program would read it. */
export type Schema = {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly 'x-codes'?: readonly string[]
}
type Parameter = {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema?: Schema
}
type Content = { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }
export type Operation = {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content & { readonly required?: boolean }
  readonly responses: Readonly<Record<string, Content & { readonly description?: string }>>
  readonly security?: readonly Readonly<Record<string, unknown>>[]
}
export type Document = {
  readonly openapi: string
  readonly info: { readonly title?: string; readonly version?: string }
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, unknown>> }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** Every operation with where it is, as the contract writes it: `POST /reports/{}/messages`. */
export function operationsOf(document: Document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      path,
      operation,
      at: `${method.toUpperCase()} ${path.replace('/api/v1', '').replace(/\{\w+\}/g, '{}')}`,
    })),
  )
}

/** What makes it no OpenAPI 3.1: nothing, when it is one. */
export function faultsOf(document: Document): string[] {
  const faults: string[] = []
  const names = new Set<string>()
  if (!/^3\.1\.\d+$/.test(document.openapi)) faults.push(`openapi ${document.openapi}`)
  if (!document.info.title || !document.info.version) faults.push('info')
  for (const { path, at, operation } of operationsOf(document)) {
    const { operationId, parameters = [], requestBody, responses, security = [] } = operation
    if (names.has(operationId)) faults.push(`${operationId} twice`)
    names.add(operationId)
    const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? '')
    const declared = parameters.filter((one) => one.in === 'path')
    if (
      inPath.toSorted().join() !==
      declared
        .map(({ name }) => name)
        .toSorted()
        .join()
    )
      faults.push(`${at}: ${inPath.join()}`)
    if (declared.some(({ required }) => required !== true))
      faults.push(`${at}: a path parameter is always required`)
    if (new Set(parameters.map((one) => `${one.in} ${one.name}`)).size < parameters.length)
      faults.push(`${at}: a parameter twice`)
    if (parameters.some(({ schema }) => !schema)) faults.push(`${at}: a parameter without schema`)
    if (at.startsWith('GET') && requestBody) faults.push(`${at}: a body to GET`)
    if (requestBody && !requestBody.content) faults.push(`${at}: a body without content`)
    for (const one of security) {
      for (const scheme of Object.keys(one))
        if (!document.components?.securitySchemes?.[scheme]) faults.push(`${at}: ${scheme}`)
    }
    if (!Object.keys(responses).some((status) => /^2\d\d$/.test(status))) faults.push(`${at}: no good answer`)
    for (const [status, { description }] of Object.entries(responses)) {
      if (!/^[1-5]\d\d$/.test(status) || !description) faults.push(`${at}: ${status}`)
    }
  }
  return [...faults, ...deadEnds(document, document, '#')]
}

/** References that lead nowhere, and schemas that demand what they do not know. */
function deadEnds(document: unknown, part: unknown, at: string): string[] {
  if (typeof part !== 'object' || part === null) return []
  const { $ref, required, properties } = part as Schema
  const faults: string[] = []
  if (typeof $ref === 'string') {
    const steps = $ref.startsWith('#/') ? $ref.slice(2).split('/') : ['?']
    const found = steps.reduce<unknown>(
      (where, step) => (where as Record<string, unknown> | undefined)?.[step],
      document,
    )
    if (found === undefined) faults.push(`${at}: ${$ref}`)
  }
  if (Array.isArray(required) && properties) {
    for (const name of required as string[])
      if (!properties[name]) faults.push(`${at}: ${name} is required and not described`)
  }
  return [
    ...faults,
    ...Object.entries(part).flatMap(([name, inner]) => deadEnds(document, inner, `${at}/${name}`)),
  ]
}

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
}

/** Where a value is not what its schema says. */
export function misfits(schema: Schema, value: unknown, at = ''): string[] {
  if (schema.anyOf) {
    return schema.anyOf.some((one) => misfits(one, value, at).length === 0)
      ? []
      : [`${at}: none of ${schema.anyOf.length}`]
  }
  if (schema.type && !kinds[schema.type]?.(value))
    return [`${at}: ${JSON.stringify(value)?.slice(0, 60)} is no ${schema.type}`]
  if (schema.enum && !schema.enum.includes(value)) return [`${at}: ${JSON.stringify(value)} is not listed`]
  if ('const' in schema && schema.const !== value)
    return [`${at}: ${JSON.stringify(value)} is not ${JSON.stringify(schema.const)}`]
  if (schema.pattern && !new RegExp(schema.pattern, 'u').test(String(value)))
    return [`${at}: ${String(value)} against ${schema.pattern}`]
  if (Array.isArray(value))
    return value.flatMap((one, index) => (schema.items ? misfits(schema.items, one, `${at}[${index}]`) : []))
  if (typeof value !== 'object' || value === null) return []
  const lacking = (schema.required ?? [])
    .filter((name) => !(name in value))
    .map((name) => `${at}.${name} is missing`)
  return Object.entries(value).reduce((faults, [name, inner]) => {
    const known = schema.properties?.[name] ?? schema.additionalProperties ?? true
    if (known === false) return [...faults, `${at}.${name} is not described`]
    return known === true ? faults : [...faults, ...misfits(known, inner, `${at}.${name}`)]
  }, lacking)
}

/** What was answered and is not in the document: a status, a code, a field. */
export function untold(document: Document, heard: Outsider['heard']): string[] {
  const operations = operationsOf(document).map(({ at, path, operation }) => ({
    operation,
    shape: new RegExp(`^${at.split(' ')[0]} ${path.replace('/api/v1', '').replace(/\{\w+\}/g, '[^/]+')}$`),
  }))
  return heard.flatMap(({ asked, answered }) => {
    const meant = operations.find(({ shape }) => shape.test(asked.at.split('?')[0] ?? ''))
    if (!meant) return []
    const { operationId, responses } = meant.operation
    const where = `${operationId} ${answered.status}`
    const content = responses[answered.status]?.content
    if (!content) return [`${where}: not described ${answered.text.slice(0, 120)}`]
    const schema = content[answered.type.split(';')[0] ?? '']?.schema ?? content['*/*']?.schema
    if (!schema) return [`${where}: ${answered.type}`]
    const { code } = (answered.body ?? {}) as { code?: string }
    const codes = schema['x-codes']
    if (codes && !codes.includes(code ?? '')) return [`${where}: ${code} is not listed`]
    return answered.type.includes('json')
      ? misfits(schema, answered.body).map((fault) => `${where}${fault}`)
      : []
  })
}
