import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** 不能安装 — a reason in one line for the person at the terminal. */
export class CannotInstall extends Error {}

const unreachable =
  '连不上 npm 源:首次运行需要联网。 The npm registry cannot be reached; the first run needs a network.'

/**
 * @typedef {(program: string, args: readonly string[], how: import('node:child_process').SpawnOptions)
 *   => Promise<{ code: number, said: string }>} Run
 * @typedef {(line: string) => void} Say
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean,
 *   os?: string | string[], cpu?: string | string[], libc?: string | string[], bin?: Record<string, string> }} Locked
 */

/**
 * @param {string} file
 * @returns {Record<string, Locked>}
 */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

/** @param {string} root */
const pinned = (root) => packagesOf(join(root, 'tools', 'toolchain', 'package-lock.json'))

/** @param {readonly [string, Locked]} entry */
const isForHere = ([, { os, cpu, libc }]) =>
  [os ?? process.platform].flat().includes(process.platform) &&
  [cpu ?? process.arch].flat().includes(process.arch) &&
  [libc ?? hostLibc()].flat().includes(hostLibc())

const hostLibc = () => {
  if (process.platform !== 'linux') return 'none'
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/**
 * The Node to work with: this one if it is a fitting 24, else the one in `.toolchain` if it is whole and current.
 * @param {string} root
 * @returns {string | undefined}
 */
export const nodeAtHand = (root) => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major === 24 && minor >= 11) return process.execPath
  const entry = Object.entries(pinned(root)).find(([path, locked]) => path && isForHere([path, locked]))
  if (!entry) return undefined
  const [path, { version, bin }] = entry
  const home = join(root, '.toolchain', path)
  const program = join(home, bin?.['node'] ?? 'bin/node')
  if (!existsSync(program) || !existsSync(join(home, 'package.json'))) return undefined
  return JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version === version
    ? program
    : undefined
}

/**
 * Installs the pinned Node beside its place and moves it there whole, so that nobody meets half of one.
 * @param {string} root
 * @param {Say} say
 * @param {Run} run
 * @returns {Promise<string>}
 */
export const bringNode = async (root, say, run) => {
  const entry = Object.entries(pinned(root)).find(([path, locked]) => path && isForHere([path, locked]))
  if (!entry) {
    throw new CannotInstall(
      `请先安装 Node 24(≥24.11):没有 ${process.platform}-${process.arch} 的随附版本。 Install Node 24 (24.11 or later) first; none is pinned for this platform.`,
    )
  }
  say(`正在获取 Node ${entry[1].version}(仅首次)… Fetching Node ${entry[1].version}, only once.`)
  const incoming = join(root, '.toolchain', 'incoming')
  rmSync(incoming, { recursive: true, force: true })
  mkdirSync(incoming, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) {
    copyFileSync(join(root, 'tools', 'toolchain', name), join(incoming, name))
  }
  await ci(incoming, process.execPath, run)
  // It is optional to npm, being for one platform, so npm is content without it.
  if (!existsSync(join(incoming, entry[0]))) throw new CannotInstall(unreachable)
  rmSync(join(root, '.toolchain', 'node_modules'), { recursive: true, force: true })
  renameSync(join(incoming, 'node_modules'), join(root, '.toolchain', 'node_modules'))
  rmSync(incoming, { recursive: true, force: true })
  return join(root, '.toolchain', entry[0], entry[1].bin?.['node'] ?? 'bin/node')
}

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.open110-lock-hash')

/** @param {string} root */
const stamp = (root) => {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  return hash.update(`${process.platform} ${process.arch} ${hostLibc()}`).digest('hex')
}

/**
 * Whether node_modules is what the lockfile says. Somebody who has just run `npm install` is believed, after
 * comparing what npm noted then, and not made to wait for a second installation.
 * @param {string} root
 */
export const packagesAtHand = (root) => {
  const noted = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(noted)) return false
  if (existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === stamp(root)) return true
  const installed = packagesOf(noted)
  const isSame = Object.entries(packagesOf(join(root, 'package-lock.json'))).every(([path, locked]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed[path]
    if (found)
      return locked.link
        ? found.link === true
        : found.version === locked.version && found.integrity === locked.integrity
    // npm leaves out what is for other machines, and silently what only such packages need.
    return locked.optional === true && !((locked.os ?? locked.cpu) && isForHere([path, locked]))
  })
  if (isSame) writeFileSync(stampFile(root), stamp(root))
  return isSame
}

/**
 * @param {string} root
 * @param {string} node
 * @param {Say} say
 * @param {Run} run
 */
export const bringPackages = async (root, node, say, run) => {
  say('正在安装依赖(仅首次或更新后)… Installing packages, only once or after an update.')
  await ci(root, node, run)
  writeFileSync(stampFile(root), stamp(root))
}

/**
 * `npm ci`, the same on every machine: development tools too, no scripts of strangers (npm has begun to block them;
 * nothing here needs any). npm would try for minutes to reach each package of an absent registry, so one question
 * comes first; without an answer only what npm has kept is used.
 * A lockfile in which npm forgot optional packages of other platforms is refused by `ci`; `install` takes it.
 * @param {string} folder
 * @param {string} node
 * @param {Run} run
 */
const ci = async (folder, node, run) => {
  const [program = '', ...rest] = npm(node)
  /** @param {readonly string[]} args */
  const ask = (...args) =>
    run(program, [...rest, ...args, '--loglevel=error'], {
      cwd: folder,
      env: withNode(node),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: program === 'npm.cmd',
    })
  const source = (await isAnswered(folder, ask)) ? '--prefer-offline' : '--offline'
  const how = ['--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', source]
  let { code, said } = await ask('ci', ...how)
  if (code !== 0 && /Missing: .+ from lock file/.test(said)) {
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
    ;({ code, said } = await ask('install', '--no-save', ...how))
  }
  if (code === 0) return
  if (code > 128) throw new CannotInstall('安装被中断。 The installation was interrupted.')
  if (source === '--offline' || isNetwork.test(said)) throw new CannotInstall(unreachable)
  throw new CannotInstall(`${said.trim()}\nnpm ci 失败(见上)。 npm ci failed; its own words are above.`)
}

const isNetwork =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/

/**
 * Whether the registry answers at all, asked as npm itself is configured to ask: mirrors, proxies, certificates.
 * @param {string} folder
 * @param {(...args: string[]) => Promise<{ code: number, said: string }>} ask
 */
const isAnswered = async (folder, ask) => {
  const locked = Object.entries(packagesOf(join(folder, 'package-lock.json')))
  const [path = '', { version = '' } = {}] = locked.find(([, { integrity }]) => integrity) ?? []
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=20000']
  const { code, said } = await ask('view', `${name}@${version}`, 'version', ...patience)
  return code === 0 || !isNetwork.test(said)
}

/**
 * The environment in which `node` and `npm` mean this Node.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export const withNode = (node) => {
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...process.env, [path]: `${dirname(node)}${delimiter}${process.env[path] ?? ''}` }
}

/**
 * npm is a script: the one that runs now or the first on the PATH, under `node` rather than the machine's own.
 * @param {string} node
 * @returns {readonly string[]}
 */
const npm = (node) => {
  const running = process.env['npm_execpath'] ?? ''
  const folders = [
    ...(process.env['PATH'] ?? process.env['Path'] ?? '').split(delimiter),
    dirname(process.execPath),
  ]
  const places = folders.flatMap((folder) => [
    join(folder, 'npm'),
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ])
  for (const place of [running, ...places]) {
    if (!place || !existsSync(place)) continue
    const script = realpathSync(place)
    if (script.endsWith('npm-cli.js')) return [node, script]
  }
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}
