import axe from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { findChromium, launchOptions } from '../../tools/chromium.ts'

/** 一个人和一块屏幕 — a browser of one's own: nobody else's storage, position or network. */
export type Watcher = {
  readonly page: Page
  readonly context: BrowserContext
  /** What went wrong in the page by itself: uncaught errors, and words of the browser about blocked content. */
  readonly faults: readonly string[]
  close(): Promise<void>
}

export type Screen = { width: number; height: number }
export const phone: Screen = { width: 390, height: 844 }
export const laptop: Screen = { width: 1440, height: 900 }
export const wall: Screen = { width: 1920, height: 1080 }

export type Look = {
  base: string
  /** WGS-84, as a phone gives it; without it the permission is refused. */
  at?: { lng: number; lat: number; accuracyMetres?: number }
  screen?: Screen
  theme?: 'light' | 'dark'
  language?: string
}

/** Film is encoded in software here, and every browser of a test does so at once: tests look whether it moves, benches how well. */
const cameraFps = process.env['VITEST'] ? 8 : 20

let running: Promise<Browser> | undefined

/** Whether page tests can run here: `test.skipIf(!(await hasChromium()))`. */
export const hasChromium = async (): Promise<boolean> => (await findChromium()) !== undefined

/** One Chromium for everybody in this process; contexts keep people apart. Whoever measures its film says how fast the camera is. */
export async function openBrowser(fps = cameraFps): Promise<Browser> {
  running ??= findChromium().then((path) => {
    if (!path) throw new Error('no Chromium on this machine')
    return chromium.launch(launchOptions(path, fps))
  })
  return running
}

/** Ends the browser of this process, for the last line of a suite. */
export async function closeBrowser(): Promise<void> {
  const open = running
  running = undefined
  await (await open)?.close()
}

export async function person(look: Look): Promise<Watcher> {
  const { at, screen = phone, theme = 'light', language = 'zh-CN' } = look
  const context = await (
    await openBrowser()
  ).newContext({
    baseURL: look.base,
    viewport: screen,
    colorScheme: theme,
    locale: language,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    isMobile: screen.width < 600,
    hasTouch: screen.width < 600,
    permissions: at ? ['geolocation'] : [],
    ...(at
      ? { geolocation: { longitude: at.lng, latitude: at.lat, accuracy: at.accuracyMetres ?? 20 } }
      : {}),
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const faults: string[] = []
  page.on('pageerror', (fault) => faults.push(fault.message))
  page.on('console', (line) => {
    const isNetwork = /Failed to load resource|net::ERR_|WebSocket connection/.test(line.text())
    if (line.type() === 'error' && !isNetwork) faults.push(line.text())
  })
  return { page, context, faults, close: () => context.close() }
}

/** 无障碍 — what axe-core finds wrong on the page as it stands, one line each. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target.join(' ')}`))
  })
}

/** 一部手机 — a browser whose storage lies in this folder, and is there again the next time it is opened. */
export async function phoneKeptIn(
  folder: string,
  look: Look,
): Promise<{ page: Page; context: BrowserContext }> {
  const path = await findChromium()
  if (!path) throw new Error('no Chromium on this machine')
  const { at } = look
  const context = await chromium.launchPersistentContext(folder, {
    ...launchOptions(path, cameraFps),
    baseURL: look.base,
    viewport: phone,
    locale: 'zh-CN',
    permissions: at ? ['geolocation'] : [],
    ...(at ? { geolocation: { longitude: at.lng, latitude: at.lat } } : {}),
  })
  return { context, page: context.pages()[0] ?? (await context.newPage()) }
}
