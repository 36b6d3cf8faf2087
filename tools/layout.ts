/**
 * Where things live: the plan of the repository as functions of a path. No file is read here.
 */

/** Suffixes that let a module's file touch the world; whatever is left is pure. tsconfig.air.json repeats the list. */
export const impure = [
  'store',
  'routes',
  'jobs',
  'vault',
  'view',
  'hash',
  'port',
  'fake',
  'adapter',
  'server',
] as const

/** What a file is allowed follows from its kind; the rows of the table in tools/walls.ts. */
export type Kind =
  | 'pure'
  | 'store'
  | 'edge'
  | 'kit-pure'
  | 'kit-client'
  | 'kit'
  | 'media-pure'
  | 'media-client'
  | 'media'
  | 'core'
  | 'ui'
  | 'client'
  | 'server'
  | 'free'

/** The folder that a relative import must not leave: a module, an app, or one of the packages. */
export function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/')
  if (!path.includes('/')) return '.'
  return (top === 'modules' || top === 'apps') && path.split('/').length > 2 ? `${top}/${second}` : top
}

/** The second to last dotted part: `store` of `report.store.ts`, nothing of `report.ts`. */
export function suffixOf(path: string): string | undefined {
  const parts = path.slice(path.lastIndexOf('/') + 1).split('.')
  return parts.length > 2 ? parts.at(-2) : undefined
}

/** A test, or the contract suite that a port's tests share. */
export function isTest(path: string): boolean {
  return /\.(test|contract)\.tsx?$/.test(path)
}

export function isCode(path: string): boolean {
  return /\.(ts|tsx|mts|js|mjs)$/.test(path)
}

export function kindOf(path: string): Kind {
  const [top, second] = path.split('/')
  const suffix = suffixOf(path)
  if (isTest(path) || suffix === 'config') return 'free'
  switch (top) {
    case 'modules':
      if (suffix === 'store') return 'store'
      return path.endsWith('/index.ts') || impure.some((word) => word === suffix) ? 'edge' : 'pure'
    case 'kit':
      return second === 'pure' ? 'kit-pure' : second === 'client' ? 'kit-client' : 'kit'
    case 'media':
      if (second === 'core' || second === 'port.ts') return 'media-pure'
      return second === 'client' ? 'media-client' : 'media'
    case 'core':
    case 'ui':
      return top
    case 'apps':
      return second === 'server' ? 'server' : 'client'
    default:
      return 'free'
  }
}

/** Where an import leads, by its text alone. */
export type Target =
  | { to: 'node'; name: string }
  | { to: 'npm'; name: string }
  | { to: 'file'; path: string }
  | { to: 'kit'; part: 'pure' | 'client' | 'db' | 'server' }
  | { to: 'module'; module: string; door: 'pure' | 'api' | 'events' | 'server' }
  | { to: 'room'; room: string }

export function targetOf(from: string, specifier: string): Target {
  if (specifier.startsWith('node:')) return { to: 'node', name: specifier }
  if (specifier.startsWith('.')) return { to: 'file', path: joined(from, specifier) }
  if (!specifier.startsWith('@open110/')) return { to: 'npm', name: packageOf(specifier) }
  const [room = '', first = '', second = ''] = specifier.slice('@open110/'.length).split('/')
  if (room === 'kit') {
    if (first === 'client') return { to: 'kit', part: 'client' }
    if (first === 'server') return { to: 'kit', part: second === 'db' ? 'db' : 'server' }
    return { to: 'kit', part: 'pure' }
  }
  if (room === 'modules') {
    const named = second === 'api' || second === 'events' || second === 'server'
    return { to: 'module', module: first, door: named ? second : 'pure' }
  }
  return { to: 'room', room }
}

/** `zod/mini` and `@lingui/core/x` are asked for by the names `zod/mini` and `@lingui/core`. */
function packageOf(specifier: string): string {
  if (specifier === 'zod/mini') return specifier
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

function joined(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of specifier.split('?')[0]!.split('/')) {
    if (part === '..') parts.push(...(parts.length && parts.at(-1) !== '..' ? (parts.pop(), []) : ['..']))
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
