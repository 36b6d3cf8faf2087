import { spawn } from 'node:child_process'
import { chown } from 'node:fs/promises'

/**
 * 隔离 — how far a program that reads strangers' files can be locked in on this machine. `holds` says what the jail
 * takes away: the `network`, the server's `user`, and time and size without `limits`.
 */
export type Jail = {
  prefix: readonly string[]
  holds: readonly ('network' | 'user' | 'limits')[]
  /** Whom the work folder must belong to, where the jail has its own user. */
  uid?: number
}

const nobody = 65534
const limited =
  'ulimit -c 0; ulimit -t "$1"; ulimit -f "$2"; [ "$3" = 0 ] || ulimit -v "$3"; shift 3; exec nice -n 10 "$@"'
const asNobody = [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  '--clear-groups',
  '--no-new-privs',
  '--pdeathsig=KILL',
]

/** Without network, and with processes of its own that all end with the first: nothing outlives its time. */
const alone = ['unshare', '--net', '--ipc', '--pid', '--fork', '--kill-child']

/** The strictest first. Containers forbid some of them, other systems lack the tools: each is tried, not assumed. */
const jails: readonly (Jail & { needsRoot?: boolean })[] = [
  { prefix: [...alone, ...asNobody], holds: ['network', 'user', 'limits'], uid: nobody, needsRoot: true },
  { prefix: asNobody, holds: ['user', 'limits'], uid: nobody, needsRoot: true },
  { prefix: [...alone, '--user', '--map-current-user'], holds: ['network', 'limits'] },
  { prefix: [], holds: ['limits'] },
  { prefix: [], holds: [] },
]

export type Bounds = {
  folder: string
  seconds: number
  maxFileBytes: number
  /** Address space; left out for programs that reserve more than they use. */
  memoryBytes?: number
  signal?: AbortSignal | undefined
}
/** `ended` says how: by itself with a code, killed after its time, or never started (`missing`). */
export type Ran = { ended: 'well' | 'badly' | 'late' | 'missing'; stdout: string; stderr: string }

/** The strictest jail in which the program still runs; `undefined` when it runs in none. */
export async function findJail(command: readonly string[], bounds: Bounds): Promise<Jail | undefined> {
  for (const { needsRoot, ...jail } of jails) {
    if (needsRoot && process.getuid?.() !== 0) continue
    if (jail.uid !== undefined) await chown(bounds.folder, jail.uid, jail.uid)
    if ((await runJailed(jail, command, bounds)).ended === 'well') return jail
  }
  return undefined
}

/**
 * Runs one program in its work folder with nothing in its environment, and kills it with all its children when its
 * time is over. Output beyond 64 kB is dropped. A program that fails is an answer, not an exception.
 */
export function runJailed(jail: Jail, command: readonly string[], bounds: Bounds): Promise<Ran> {
  const { folder, seconds, maxFileBytes, memoryBytes = 0, signal } = bounds
  const sizes = [Math.ceil(seconds * 4), Math.ceil(maxFileBytes / 512), Math.floor(memoryBytes / 1024)]
  const shell = jail.holds.includes('limits') ? ['sh', '-c', limited, 'sh', ...sizes.map(String)] : []
  const [program = '', ...args] = [...jail.prefix, ...shell, ...command]
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: folder, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    })
    const said = { stdout: '', stderr: '' }
    for (const mouth of ['stdout', 'stderr'] as const) {
      child[mouth].setEncoding('utf8').on('data', (text: string) => {
        said[mouth] = (said[mouth] + text).slice(-65_536)
      })
    }
    let late = false
    const kill = () => {
      late = true
      killGroup(child.pid)
    }
    const timer = setTimeout(kill, seconds * 1000)
    signal?.addEventListener('abort', kill, { once: true })
    if (signal?.aborted) kill()
    const end = (ended: Ran['ended']) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
      settle({ ended, ...said })
    }
    child.on('error', () => end('missing'))
    child.on('close', (code) => {
      killGroup(child.pid) // whatever it left behind
      end(late ? 'late' : code === 0 ? 'well' : 'badly')
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause
  }
}
