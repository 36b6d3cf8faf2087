import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** 网页端 — the three clients that this server hands out, and where each is reached. */
export const clients = [
  { name: 'citizen', at: '/', words: '报警端' },
  { name: 'console', at: '/console/', words: '接警席' },
  { name: 'field', at: '/field/', words: '处警端' },
] as const

/** What a client may be made of, besides its own folder (house: the walls). */
const shared = ['core', 'ui', 'kit/client', 'kit/pure', 'modules', 'package-lock.json']
/** Server parts and tests are never bundled; a change there is no reason to build. */
const unbundled =
  /(^index\.ts|\.(store|routes|jobs|vault|view|hash|port|fake|adapter|server|test)\.tsx?|\.md)$/
const skipped = new Set(['dist', 'node_modules'])

function* filesUnder(path: string): Generator<string> {
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* filesUnder(join(path, entry.name))
    } else if (!unbundled.test(entry.name)) yield join(path, entry.name)
  }
}

/** One text for the sources as they are now; equal text, equal client. */
function digestOf(root: string, name: string): string {
  const digest = createHash('sha256')
  for (const part of [`apps/${name}`, ...shared]) {
    const path = join(root, part)
    const files = part.endsWith('.json') ? [path] : filesUnder(path)
    for (const file of files)
      digest.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return digest.digest('hex')
}

const stampOf = (dist: string) => join(dist, '.stamp')

function isFresh(dist: string, digest: string): boolean {
  return (
    existsSync(join(dist, 'index.html')) &&
    existsSync(stampOf(dist)) &&
    readFileSync(stampOf(dist), 'utf8') === digest
  )
}

/** While `npm run dev` watches the sources it keeps the clients built; its process is named here. */
export const watchMark = (root: string) => join(root, 'node_modules', '.clients', 'watched')

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function isWatched(root: string): boolean {
  const mark = watchMark(root)
  return existsSync(mark) && isAlive(Number(readFileSync(mark, 'utf8')))
}

/**
 * Builds each client whose sources have changed since it was built, one after the other. A client that cannot be
 * built does not keep the server from receiving reports: the earlier one stays, and the reason is said.
 */
export async function buildClients(given: { root: string; log: (line: string) => void }): Promise<void> {
  const { root, log } = given
  if (isWatched(root)) return
  clearAbandoned(join(root, 'node_modules', '.clients'))
  for (const { name, words } of clients) {
    const dist = join(root, 'apps', name, 'dist')
    const digest = digestOf(root, name)
    if (isFresh(dist, digest)) continue
    log(`正在生成${words}… Building ${name}`)
    const fresh = join(root, 'node_modules', '.clients', `${name}-${process.pid}`)
    const fault = await build(root, name, fresh)
    if (fault !== undefined) {
      rmSync(fresh, { recursive: true, force: true })
      const kept = existsSync(dist)
        ? '沿用上一次的。 The earlier one is kept.'
        : '暂时打不开。 It is not available.'
      log(`${words}没有生成,${kept}\n${fault}`)
      continue
    }
    await compress(fresh)
    writeFileSync(stampOf(fresh), digest)
    replace(fresh, dist)
  }
}

/** What a start that was killed while building left behind; the names end with its process. */
function clearAbandoned(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const pid = Number(/-(\d+)(\.old)?$/.exec(name)?.[1])
    if (pid && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/** Two starts at once build the same files: whoever finds the place taken again leaves it to the other. */
function replace(fresh: string, dist: string): void {
  const old = `${fresh}.old`
  try {
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? fault.code : undefined
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw fault
    rmSync(fresh, { recursive: true, force: true })
  }
  rmSync(old, { recursive: true, force: true })
}

/** In a process of its own, so that its memory is given back and the database can start meanwhile. */
function build(root: string, name: string, into: string): Promise<string | undefined> {
  mkdirSync(dirname(into), { recursive: true })
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', join('apps', name), '--outDir', into, '--emptyOutDir', '--logLevel', 'warn']
  // The server's own conditions must not reach the bundler: a client has no server doors.
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (said += part.toString()))
    child.once('error', (fault) => resolve(fault.message))
    child.once('close', (code) =>
      resolve(code === 0 ? undefined : said.trim().split('\n').slice(0, 8).join('\n')),
    )
  })
}

const squeezable = /\.(js|css|html|svg|json|webmanifest)$/
const gzipped = promisify(gzip)
const brotlied = promisify(brotliCompress)

/** A phone on 3G is sent a third of the bytes; squeezed once here instead of at each request. */
async function compress(dist: string): Promise<void> {
  for (const file of [...filesUnder(dist)].filter((path) => squeezable.test(path))) {
    const text = readFileSync(file)
    if (text.length < 1_000) continue
    writeFileSync(`${file}.gz`, await gzipped(text, { level: 9 }))
    writeFileSync(`${file}.br`, await brotlied(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
  }
}
