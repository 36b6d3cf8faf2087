import { createServer, type Server } from 'node:http'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { Subject } from '@open110/kit/server/http'
import type { Attachment } from '@open110/modules/report'
import type { Reports } from '@open110/modules/report/server'
import { openFingerprints } from './evidence.fingerprints.server.ts'
import type { Evidence } from './evidence.server.ts'
import { openUploads, type NearUploads, type Uploads } from './evidence.tus.server.ts'
import { openDiskVault } from './evidence.vault.ts'

/**
 * 续传站 — uploads with nobody around them: real landing, digests and sealing in `folder`, but whoever comes with a token
 * is a citizen by that name with one report, and what is sealed is written down nowhere.
 */
export async function openUploadsAlone(given: {
  folder: string
  room?: NearUploads['room']
  /** Before it is sealed; what it throws is what a database that is away throws. */
  beforeSeal?: () => Promise<Refusal | undefined>
  onFault?: (fault: unknown) => void
}): Promise<Uploads & { listen(): Promise<{ base: string; server: Server }> }> {
  const landing = join(given.folder, 'uploads')
  await mkdir(landing, { recursive: true })
  const vault = await openDiskVault({ root: given.folder, now: () => new Date() })
  let serial = 0
  const keep: Evidence['keep'] = async (path, _, digests) => {
    const refused = await given.beforeSeal?.()
    if (refused) return refused as Refusal<'attachment.disk-unavailable'>
    const id = `ev_${String(Date.now())}${String(serial++).padStart(13, '0')}`
    const sealed = await vault.put({ id, copy: 'original' }, path)
    if (isRefusal(sealed)) throw new Error(sealed.refused)
    return { id, state: 'verified', ...digests! } as Attachment
  }
  const uploads = openUploads({
    path: '/files',
    landing,
    evidence: { keep, fingerprints: openFingerprints() },
    room: given.room ?? (async () => undefined),
    identify: async (token) =>
      ({ id: token, kind: 'citizen', allows: ['citizen'], about: {} }) as unknown as Subject,
    titleOf: (code) => code,
    onFault: given.onFault ?? (() => {}),
    // Only handed on to `visibleTo`.
    db: undefined as unknown as NearUploads['db'],
    reportOfErrand: async () => undefined,
    reports: {
      visibleTo: async (_, me) =>
        ({ id: `rp_${me.id}`, citizen: me.id, desk: 'lishui' }) as Awaited<ReturnType<Reports['visibleTo']>>,
    },
  })
  return {
    ...uploads,
    async listen() {
      const server = createServer((request, response) => void uploads.handle(request, response))
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
    },
  }
}
