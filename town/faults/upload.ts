import { createHash } from 'node:crypto'
import { chanceOf } from '../names.ts'

/** 上传 — a file on its way by tus, told by hand so that it can be left anywhere. */
export type Carrying = {
  readonly bytes: Buffer
  readonly sha256: string
  /** How far the server has it; undefined when it does not know of it. */
  offset(): Promise<number | undefined>
  /** One slice from where the server is, or all of the rest; the status, or undefined when the line broke. */
  send(sliceBytes?: number): Promise<Answered | undefined>
}
type Answered = { status: number; sha256: string | undefined; attachment: string | undefined }

const version = { 'tus-resumable': '1.0.0' }

export class NotBegun extends Error {
  readonly status: number
  constructor(status: number, said: string) {
    super(`the upload was not begun: ${status} ${said}`)
    this.status = status
  }
}

/** A JPEG as far as its first bytes say; the rest is chance, the same for the same seed. */
export function fileOf(seed: string, length: number): Buffer {
  const chance = chanceOf(seed)
  const bytes = Buffer.alloc(length)
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.floor(chance() * 2 ** 32), at)
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex').copy(bytes)
  return bytes
}

export async function beginUpload(given: {
  base: () => string
  token: string
  report: string
  bytes: Buffer
}): Promise<Carrying> {
  const { token, report, bytes } = given
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const auth = { authorization: `Bearer ${token}`, ...version }
  const metadata = Object.entries({ report, filename: '门口.jpg', filetype: 'image/jpeg', sha256 })
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')
  const begun = await fetch(`${given.base()}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...auth, 'upload-length': String(bytes.length), 'upload-metadata': metadata },
  })
  if (begun.status !== 201) throw new NotBegun(begun.status, await begun.text())
  const path = new URL(begun.headers.get('location') ?? '', `${given.base()}/api/v1/uploads`).pathname
  const ask = (init: RequestInit) =>
    fetch(`${given.base()}${path}`, { ...init, signal: AbortSignal.timeout(20_000) }).catch(() => undefined)
  const offset = async () => {
    const answer = await ask({ method: 'HEAD', headers: auth })
    const at = answer?.headers.get('upload-offset')
    return at === null || at === undefined ? undefined : Number(at)
  }
  return {
    bytes,
    sha256,
    offset,
    async send(sliceBytes = bytes.length) {
      const at = await offset()
      if (at === undefined) return undefined
      const answer = await ask({
        method: 'PATCH',
        headers: { ...auth, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(at) },
        body: new Uint8Array(bytes.subarray(at, at + sliceBytes)),
      })
      if (!answer) return undefined
      await answer.text().catch(() => '')
      return {
        status: answer.status,
        sha256: answer.headers.get('open110-sha256') ?? undefined,
        attachment: answer.headers.get('open110-attachment') ?? undefined,
      }
    },
  }
}
