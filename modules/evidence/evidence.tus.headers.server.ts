import type { IncomingMessage } from 'node:http'
import { begunWord } from './evidence.target.server.ts'
import { checksumAlgorithms, type Checksum } from './evidence.slice.server.ts'

/** What the phone says of its file in `Upload-Metadata`: words with their values in base64. What cannot be read says nothing. */
export function metadataOf(request: IncomingMessage): Record<string, string> {
  const said: Record<string, string> = {}
  for (const pair of String(request.headers['upload-metadata'] ?? '').split(',')) {
    const [word = '', value = ''] = pair.trim().split(' ')
    if (/^[\w-]+$/.test(word)) said[word] = Buffer.from(value, 'base64').toString()
  }
  return said
}

/** The same words back, without what the server noted itself. */
export function metadataText(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .filter(([word]) => word !== 'by' && word !== begunWord)
    .map(([word, value]) => `${word} ${Buffer.from(value).toString('base64')}`.trim())
    .join(',')
}

/** A number of bytes in a header; nothing where it is missing or is none. */
export function wholeNumber(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}

/** What the slice's digest must be, if the phone says so. */
export function checksumOf(request: IncomingMessage): Checksum | undefined | 'unknown' {
  const header = request.headers['upload-checksum']
  if (header === undefined) return undefined
  const [name, digest = ''] = String(header).trim().split(/\s+/)
  const algorithm = checksumAlgorithms.find((known) => known === name)
  return algorithm ? { algorithm, digest } : 'unknown'
}
