import sharp from 'sharp'
import { chanceOf, pick } from './names.ts'

const skies = ['#3f5870', '#55636f', '#6b5f5b', '#34495e', '#4d5b4c']

/** 演示照片 — a small JPEG that is plainly a drawing, different for each seed and the same for the same seed. */
export async function drawPicture(seed: string): Promise<Uint8Array<ArrayBuffer>> {
  const chance = chanceOf(seed)
  const sky = pick(skies, chance)
  const houses = Array.from({ length: 7 }, (_, i) => {
    const height = 80 + chance() * 180
    const windows = Array.from({ length: 6 }, (_unused, w) =>
      chance() < 0.4
        ? `<rect x="${i * 92 + 14 + (w % 2) * 34}" y="${372 - height + Math.floor(w / 2) * 34}" width="18" height="16" fill="#e9d9a0"/>`
        : '',
    ).join('')
    return `<rect x="${i * 92}" y="${360 - height}" width="86" height="${height}" fill="#222a33"/>${windows}`
  }).join('')
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
    <rect width="640" height="480" fill="${sky}"/>${houses}
    <rect y="360" width="640" height="120" fill="#3a3f45"/>
    <path d="M0 420h640" stroke="#c9c9c9" stroke-width="5" stroke-dasharray="44 30"/>
    <path d="M${60 + chance() * 420} 398l26-24h64l30 24h22v26h-160v-26z" fill="#8d99a6"/>
    <path d="M0 0L640 480M640 0L0 480" stroke="#ffffff" stroke-opacity=".14" stroke-width="2"/>
  </svg>`
  const bytes = await sharp(Buffer.from(drawing)).jpeg({ quality: 72 }).toBuffer()
  return new Uint8Array(bytes)
}
