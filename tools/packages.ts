import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Programs that only tests of video calls need, and Debian's packages that bring them. */
const wanted = {
  ffmpeg: 'ffmpeg',
  janus: 'janus',
  'janus-pp-rec': 'janus-tools',
  turnserver: 'coturn',
} as const

const isHere = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/**
 * 外部程序 — installs what is missing from the distribution when that is possible without asking: as root on a Debian-like
 * system. Otherwise says in one line which programs are missing; their tests are skipped then.
 */
export const ensurePrograms = async (say: (line: string) => void): Promise<{ missing?: string }> => {
  const missing = () => Object.entries(wanted).filter(([program]) => !isHere(program))
  const packages = missing().map(([, name]) => name)
  if (packages.length === 0) return {}
  const isDebian = process.platform === 'linux' && existsSync('/usr/bin/apt-get')
  let why = 'install them to run these tests too'
  if (isDebian && process.getuid?.() === 0) {
    say(`正在安装 ${packages.join('、')}(仅首次)… Installing ${packages.join(', ')}, only once.`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const quiet = ['-qq', '-o', 'DPkg::Lock::Timeout=300']
    try {
      await run('apt-get', ['update', ...quiet], { env })
      await run('apt-get', ['install', '-y', '--no-install-recommends', ...quiet, ...packages], {
        env,
        maxBuffer: 1e8,
      })
    } catch (fault) {
      why = `apt-get could not install them: ${String(fault).split('\n')[0]}`
    }
  }
  const left = missing().map(([program]) => program)
  return left.length > 0 ? { missing: `${left.join(', ')} not found; ${why}` } : {}
}
