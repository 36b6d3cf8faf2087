import { readFileSync, writeFileSync } from 'node:fs'

/**
 * 锁文件 — whether `npm ci` will take package-lock.json anywhere: every package that is asked for has its entry,
 * what is installed is pinned by a hash, and no address of somebody's registry is in it.
 *
 * npm leaves optional packages of other platforms out when the registry of the day did not have them, and
 * `npm ci` then refuses the whole file. `--write` adds them, by version and platform; a hash npm can add later.
 */
type Entry = {
  version?: string
  integrity?: string
  resolved?: string
  link?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

type Lockfile = { packages: Record<string, Entry> }

/** Node looks for a package beside whoever asks for it, then one level up, and so on. */
const isFound = ({ packages }: Lockfile, asker: string, name: string): boolean => {
  for (let place = asker; ; place = place.slice(0, Math.max(place.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${place ? `${place}/` : ''}node_modules/${name}`]) return true
    if (!place) return false
  }
}

const missing = (lockfile: Lockfile, kind: 'dependencies' | 'optionalDependencies'): [string, string][] =>
  Object.entries(lockfile.packages).flatMap(([asker, entry]) =>
    Object.entries(entry[kind] ?? {}).filter(([name]) => !isFound(lockfile, asker, name)),
  )

export const faultsOf = (lockfile: Lockfile): string[] => [
  ...missing(lockfile, 'dependencies').map(([name]) => `${name}: no entry; run npm install`),
  ...missing(lockfile, 'optionalDependencies').map(
    ([name]) => `${name}: no entry; run node tools/lockfile.ts --write`,
  ),
  ...Object.entries(lockfile.packages).flatMap(([path, { version, integrity, resolved, link, optional }]) => {
    if (!path.includes('node_modules/') || link) return []
    if (resolved) return [`${path}: names a registry (${resolved}); set omit-lockfile-registry-resolved`]
    return version && (integrity || optional) ? [] : [`${path}: not pinned by a hash`]
  }),
]

/** Packages of one platform say so in their names: `binding-linux-arm64-musl`, `darwin-x64`. */
export const platformIn = (name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> => {
  const words = name.split(/[/-]/)
  const said = (known: readonly string[]) => words.filter((word) => known.includes(word)).slice(-1)
  const os = said(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'])
  const cpu = said(['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'])
  const libc = said(['gnu', 'gnueabihf', 'musl', 'musleabihf']).map((word) =>
    word.startsWith('gnu') ? 'glibc' : 'musl',
  )
  return { ...(os.length && { os }), ...(cpu.length && { cpu }), ...(libc.length && { libc }) }
}

export const completed = (lockfile: Lockfile): Lockfile => {
  const added = missing(lockfile, 'optionalDependencies').map(([name, version]): [string, Entry] => [
    `node_modules/${name}`,
    { version, optional: true, ...platformIn(name) },
  ])
  const packages = [...Object.entries(lockfile.packages), ...added].sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...lockfile, packages: Object.fromEntries(packages) }
}

if (import.meta.main) {
  const file = new URL('../package-lock.json', import.meta.url)
  const lockfile = JSON.parse(readFileSync(file, 'utf8')) as Lockfile
  if (process.argv.includes('--write'))
    writeFileSync(file, `${JSON.stringify(completed(lockfile), undefined, 2)}\n`)
  else {
    const faults = faultsOf(lockfile)
    if (faults.length) console.error(faults.join('\n'))
    process.exitCode = faults.length ? 1 : 0
  }
}
