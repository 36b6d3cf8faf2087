import { execFile } from 'node:child_process'
import { constants, existsSync, readdirSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where systems keep it, for a PATH that does not say. */
const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

const usualNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome.exe']

const onThePath = (): string[] =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => usualNames.map((name) => join(folder, name)))

/** The browsers that Playwright downloads for other projects of this user, the newest first. */
const playwrights = (): string[] => {
  const caches = [
    process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? '',
    join(homedir(), '.cache', 'ms-playwright'),
    join(homedir(), 'Library', 'Caches', 'ms-playwright'),
    join(process.env['LOCALAPPDATA'] ?? homedir(), 'ms-playwright'),
  ]
  const programs = [
    ['chrome-linux', 'chrome'],
    ['chrome-linux64', 'chrome'],
    ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
    ['chrome-win', 'chrome.exe'],
    ['chrome-win64', 'chrome.exe'],
  ]
  return caches
    .filter((cache) => cache && existsSync(cache))
    .flatMap((cache) => {
      const versions = readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name))
      const newestFirst = versions.sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
      return newestFirst.flatMap((version) => programs.map((program) => join(cache, version, ...program)))
    })
}

/** 浏览器 — the Chromium of this machine: the one named in CHROMIUM_PATH, else the first that is found. */
export const findChromium = async (): Promise<string | undefined> => {
  const named = process.env['CHROMIUM_PATH']
  for (const place of named ? [named] : [...onThePath(), ...usualPlaces, ...playwrights()]) {
    const isRunnable = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isRunnable) return place
  }
  return undefined
}

const hasChineseFont = async (): Promise<boolean> => {
  if (process.platform !== 'linux') return true // macOS and Windows bring them
  const { stdout } = await run('fc-list', [':lang=zh']).catch(() => ({ stdout: '' }))
  return stdout.trim() !== ''
}

/**
 * Chromium with Chinese letters, installed from the distribution when that is possible without asking: as root on a
 * Debian-like system. Otherwise the reason why there is none, in one line.
 */
export const ensureChromium = async (
  say: (line: string) => void,
): Promise<{ path: string } | { missing: string }> => {
  const found = await findChromium()
  const wanted = [...(found ? [] : ['chromium']), ...((await hasChineseFont()) ? [] : ['fonts-noto-cjk'])]
  if (wanted.length === 0) return { path: found! }
  if (process.env['CHROMIUM_PATH'] && !found) return { missing: 'CHROMIUM_PATH names no program' }
  const isDebian = process.platform === 'linux' && existsSync('/usr/bin/apt-get')
  if (!isDebian || process.getuid?.() !== 0) {
    return found
      ? { path: found }
      : { missing: 'no Chromium on this machine; install it or set CHROMIUM_PATH' }
  }
  say(`正在安装 ${wanted.join('、')}(仅首次)… Installing ${wanted.join(', ')}, only once.`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-qq'], { env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], {
      env,
      maxBuffer: 1e8,
    })
  } catch (fault) {
    if (!found) return { missing: `apt-get could not install Chromium: ${String(fault).split('\n')[0]}` }
    say(
      '没有装上中文字体,截图中的汉字会缺失。 No Chinese font could be installed; pictures will lack the letters.',
    )
  }
  const path = found ?? (await findChromium())
  return path ? { path } : { missing: 'apt-get installed Chromium, but it is not found' }
}

/** How page tests start it: nothing of its own over the network, and nobody is asked for the camera. */
const chromiumArguments: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium refuses its sandbox to root
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
]

/**
 * 启动方式 — for `chromium.launch` of playwright-core, with the path that `findChromium` found. Camera and microphone are made up.
 * @public Page tests use it.
 */
export const launchOptions = (executablePath: string, cameraFps = 20) => ({
  executablePath,
  headless: true,
  args: [...chromiumArguments, `--use-fake-device-for-media-stream=fps=${cameraFps}`],
})
