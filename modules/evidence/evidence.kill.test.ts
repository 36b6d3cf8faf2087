import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as evidence from '@open110/modules/evidence/api'
import * as person from '@open110/modules/person/api'
import * as report from '@open110/modules/report/api'
import { granted } from '@open110/town'
import { startServer, type Server } from '@open110/town/town.server'

const megabyte = 1024 * 1024
const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex')

/** A film by its first bytes, of so many. */
function film(bytes: number): Buffer {
  const drawn = randomBytes(bytes)
  drawn.set(Buffer.from('000000186674797069736f6d0000020069736f6d6d703432', 'hex'))
  return drawn
}

test(
  '[EV23] [EV25] the server is killed in the middle of a slice and again while it seals; the phone goes on, and there is one attachment',
  { timeout: 120_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evidence-kill-'))
    const landing = join(folder, 'evidence', 'uploads')
    const start = () => startServer({ OPEN110_DATA: folder })
    let server: Server = await start()
    try {
      const { token } = granted(await server.caller()(person.openSession, { body: {} }))
      const { id } = granted(
        await server.caller(token)(report.send, {
          body: { mode: 'text', words: '录像在路上' },
          key: 'film-on-its-way',
        }),
      )
      const tus = async (
        method: string,
        path: string,
        headers: Record<string, string> = {},
        body?: Uint8Array,
      ) =>
        fetch(new URL(path, server.base), {
          method,
          headers: { 'tus-resumable': '1.0.0', authorization: `Bearer ${token}`, ...headers },
          ...(body && { body: Uint8Array.from(body) }),
        })
      const sliceHeaders = (offset: number) => ({
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      })
      const kill = async () => {
        server.signal('SIGKILL')
        await server.ended
        server = await start()
      }

      const bytes = film(6 * megabyte)
      const metadata = `report ${Buffer.from(id).toString('base64')}`
      const begun = await tus('POST', '/api/v1/uploads', {
        'upload-length': String(bytes.length),
        'upload-metadata': metadata,
      })
      const url = begun.headers.get('location')!
      const path = join(landing, url.split('/').at(-1)!)
      const first = await tus('PATCH', url, sliceHeaders(0), bytes.subarray(0, megabyte))
      expect(first.headers.get('upload-offset')).toBe(String(megabyte))
      const dying = request(new URL(url, server.base), {
        method: 'PATCH',
        headers: {
          'tus-resumable': '1.0.0',
          authorization: `Bearer ${token}`,
          'content-length': 3 * megabyte,
          ...sliceHeaders(megabyte),
        },
      })
      dying.on('error', () => {})
      dying.write(bytes.subarray(megabyte, 3 * megabyte))
      await expect.poll(async () => (await stat(path)).size).toBeGreaterThan(megabyte)
      await kill()

      const offset = Number((await tus('HEAD', url)).headers.get('upload-offset'))
      expect(offset).toBeGreaterThanOrEqual(megabyte)
      expect(offset).toBeLessThanOrEqual(3 * megabyte)
      const unheard = tus('PATCH', url, sliceHeaders(offset), bytes.subarray(offset)).catch(() => undefined)
      await expect
        .poll(async () => (await stat(path).catch(() => undefined))?.size ?? bytes.length)
        .toBe(bytes.length)
      await kill()
      await unheard

      const asked = await tus('HEAD', url)
      // Sealed and written down before the kill, or sealed because the phone asked.
      expect([200, 404]).toContain(asked.status)
      const kept = granted(await server.caller(token)(evidence.list, { params: { report: id } }))
      expect(kept).toMatchObject([{ sha256: digest('sha256', bytes), sm3: digest('sm3', bytes) }])
      expect((await readdir(landing)).filter((name) => !name.endsWith('.json'))).toEqual([])
    } finally {
      // In order, so that its database ends with it and nobody writes in the folder any more.
      server.signal('SIGTERM')
      await server.ended
      await rm(folder, { recursive: true, force: true })
    }
  },
)
