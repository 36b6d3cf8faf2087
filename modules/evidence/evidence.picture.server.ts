import sharp from 'sharp'
import type { Pictured } from './evidence.copyist.server.ts'

const viewPixels = 2048
const thumbPixels = 320
/** 200-megapixel phones exist; beyond that a small file is a bomb. */
const maxPixels = 220_000_000
/** Formats nobody is meant to send (SVG, PDF, TIFF, raw) have the worst loaders: only these are open. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}File`)

export async function version(): Promise<string> {
  await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer()
  return sharp.versions.sharp ?? 'unknown'
}

/** 视图 — turns the photo upright and draws it anew as `view.jpg` and `thumb.jpg`: pixels survive, EXIF, GPS and XMP do not. */
export async function picture(input: string): Promise<Pictured> {
  sharp.concurrency(1)
  sharp.cache(false)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders })
  const draw = async (failOn: 'error' | 'none') => {
    const source = sharp(input, { limitInputPixels: maxPixels, failOn, sequentialRead: true })
    const { pages = 1 } = await source.metadata()
    const { width, height } = await source
      .autoOrient()
      .resize({ width: viewPixels, height: viewPixels, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .timeout({ seconds: 60 })
      .jpeg({ quality: 84, progressive: true })
      .toFile('view.jpg')
    return { frames: pages, width, height }
  }
  // A photo cut off by a bad line may still show a face: what can be read is shown, and said to be damaged.
  let damaged = false
  const drawn = await draw('error').catch(() => {
    damaged = true
    return draw('none')
  })
  await sharp('view.jpg')
    .resize({ width: thumbPixels, height: thumbPixels, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 74 })
    .toFile('thumb.jpg')
  return { ...drawn, damaged }
}
