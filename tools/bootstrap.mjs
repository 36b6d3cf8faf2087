import { mkdirSync, readFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { birthOf, takeLock } from '../kit/lock.mjs'
import {
  bringNode,
  bringPackages,
  CannotInstall,
  nodeAtHand,
  packagesAtHand,
  withNode,
} from './bootstrap.install.mjs'

/**
 * 起步 — what every `npm run` of this repository goes through: brings the Node and the packages that it is made
 * for, then does the task under them. Plain JavaScript on any Node since 18, for that may be all there is.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @type {Record<string, readonly string[]>} */
const tasks = {
  start: ['apps/server/main.ts'],
  dev: ['tools/dev.ts'],
  test: ['tools/test.ts'],
  check: ['tools/check.ts'],
  bench: ['bench/run.ts'],
  faults: ['town/faults/faults.ts'],
  day: ['town/wholeday/run.ts'],
  night: ['town/night/night.ts'],
  races: ['town/races.ts'],
  replay: ['town/replay.ts'],
  outlines: ['apps/server/outlines.ts'],
  shots: ['tools/shots.ts'],
  janus: ['tools/janus.ts'],
  format: ['node_modules/oxfmt/bin/oxfmt', '.'],
  map: ['tools/map.ts'],
  new: ['tools/new.ts'],
}

const [task = '', ...args] = process.argv.slice(2)
const command = tasks[task]
if (!command) {
  console.error(`没有这个任务:${task} No such task; there are: ${Object.keys(tasks).join(' ')}`)
  process.exit(2)
}
process.title = `open110 ${task}`

try {
  await prepare()
  process.exitCode = await perform(command, args)
} catch (fault) {
  if (!(fault instanceof CannotInstall)) throw fault
  console.error(fault.message)
  process.exitCode = 1
}

/** Two starts at once would undo each other's installation, so one waits and then finds it done. */
async function prepare() {
  if (nodeAtHand(root) && packagesAtHand(root)) return
  mkdirSync(join(root, '.toolchain'), { recursive: true })
  const lock = await takeLock(join(root, '.toolchain', 'lock'), {
    waitSeconds: 900,
    onWait: (pid) =>
      say(`另一个进程(${pid})正在安装,等它完成。 Waiting for process ${pid} to finish installing.`),
  })
  if ('heldBy' in lock)
    throw new CannotInstall(
      `进程 ${lock.heldBy} 一直在安装。 Process ${lock.heldBy} never finished installing.`,
    )
  try {
    const node = nodeAtHand(root) ?? (await bringNode(root, say, run))
    if (!packagesAtHand(root)) await bringPackages(root, node, say, run)
  } finally {
    lock.release()
  }
}

/** @param {string} line */
function say(line) {
  console.error(line)
}

/**
 * @param {readonly string[]} program
 * @param {readonly string[]} rest
 */
async function perform(program, rest) {
  const node = nodeAtHand(root) ?? process.execPath
  const isServer = task === 'start' && process.platform !== 'win32'
  const leash = isServer ? ['--import', pathToFileURL(join(root, 'tools', 'leash.mjs')).href] : []
  const { code } = await run(node, ['--conditions=open110-server', ...leash, ...program, ...rest], {
    cwd: root,
    // In a file or a CI log colours are only noise.
    env: {
      ...withNode(node),
      // What was read and compiled once is not compiled at every start: a server that comes back is back sooner.
      NODE_COMPILE_CACHE:
        process.env['NODE_COMPILE_CACHE'] ?? join(root, 'node_modules', '.cache', 'compile'),
      ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
      ...(isServer ? { OPEN110_LEASH: '3' } : {}),
    },
    // A session of its own: Ctrl-C at a terminal goes to every process of a group, and npm passes it on besides.
    // The server would hear it three times; so it hears it from here alone, and notices by the leash if this dies.
    detached: isServer,
    stdio: isServer ? ['ignore', 'inherit', 'inherit', 'pipe'] : 'inherit',
  })
  return code
}

/**
 * Runs a program to its end, passing on each request to stop exactly once, and never leaves before it.
 * Killed by a signal, its code is 128 and the signal's number, as a shell has it.
 * @param {string} program
 * @param {readonly string[]} rest
 * @param {import('node:child_process').SpawnOptions} how
 * @returns {Promise<{ code: number, said: string }>}
 */
function run(program, rest, how) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, how)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += part))
    const unwatch = passOn((signal) => child.kill(signal))
    child.once('error', (fault) => {
      unwatch()
      reject(fault)
    })
    child.once('close', (code, signal) => {
      unwatch()
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), said })
    })
  })
}

/**
 * The terminal and npm both tell of one Ctrl-C, a moment apart; a later one is a new request. When what started
 * this is gone without a word, that is a request too. SIGHUP is left alone, because `nohup` lives by it.
 * @param {(signal: NodeJS.Signals) => void} stop
 */
function passOn(stop) {
  let last = -Infinity
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    const now = performance.now()
    if (now - last > 1000) stop(signal)
    last = now
  }
  process.on('SIGINT', pass).on('SIGTERM', pass)
  const isLeft = departure()
  const watch = setInterval(() => {
    if (!isLeft()) return
    clearInterval(watch)
    pass('SIGTERM')
  }, 200)
  return () => {
    clearInterval(watch)
    process.off('SIGINT', pass).off('SIGTERM', pass)
  }
}

/**
 * Under npm: whether npm or the shell between has gone. npm tells that shell of a signal and not what runs in it,
 * and a killed npm tells nobody. Without npm a parent may go as it likes; that is how daemons are made.
 * @returns {() => boolean}
 */
function departure() {
  if (!process.env['npm_lifecycle_event']) return () => false
  const parent = process.ppid
  const npm = process.platform === 'linux' ? [parent, linuxParent(parent)].find(isNpm) : undefined
  const birth = npm && birthOf(npm)
  return () => process.ppid !== parent || (npm !== undefined && birthOf(npm) !== birth)
}

/** @param {number} pid */
function linuxParent(pid) {
  return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** @param {number} pid */
function isNpm(pid) {
  return pid > 0 && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('npm')
}
