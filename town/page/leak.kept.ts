import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'

const reading = readFileSync(new URL('leak.kept.js', import.meta.url), 'utf8')

/** 存下的 — everything that a page can read back from its browser; the sizes are those of what is sealed, by key. */
export const keptIn = (page: Page) =>
  page.evaluate<{ text: string; keys: string[]; sizes: Record<string, number> }>(`${reading}; keptHere()`)

/** 手机被拿走 — the files of a browser's profile in which any of these words stands, in either spelling. */
export async function filesWith(folder: string, words: readonly string[]): Promise<string[]> {
  const needles = words.flatMap((word) => [Buffer.from(word, 'utf8'), Buffer.from(word, 'utf16le')])
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path).catch(() => Buffer.alloc(0)) // a socket or lock that ended with the browser
    if (needles.some((needle) => bytes.includes(needle))) found.push(path.slice(folder.length + 1))
  }
  return found
}

/** 亮度 — how bright the brightest point of the screen is, 0 to 255, and how much redder than anything else the reddest. */
export async function lightOf(page: Page): Promise<{ brightest: number; reddest: number }> {
  const { data, info } = await sharp(await page.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  let brightest = 0
  let reddest = 0
  for (let at = 0; at < data.length; at += info.channels) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3)
    brightest = Math.max(brightest, red, green, blue)
    reddest = Math.max(reddest, red - Math.max(green, blue))
  }
  return { brightest, reddest }
}
