import { AsyncLocalStorage } from 'node:async_hooks'
import { rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Metadata, Server } from '@tus/server'
import { isRefusal, refuse, statusOf, type Refusal } from '@open110/kit/refuse'
import type { Database } from '@open110/kit/server/db'
import type { Subject } from '@open110/kit/server/http'
import type { Reports } from '@open110/modules/report/server'
import { isStaff } from '@open110/modules/staff'
import { attach } from './evidence.api.ts'
import { checksumAlgorithms, Landing } from './evidence.landing.server.ts'
import type { Evidence } from './evidence.server.ts'
import { refuseByLimits, usualLimits } from './evidence.ts'

/** 断点续传 — tus 1.0.0: whoever began an upload may go on with it, nobody else. */
export type Uploads = { handle(request: IncomingMessage, response: ServerResponse): Promise<void> }

const problemType = 'application/problem+json; charset=utf-8'
const version = '1.0.0'

export function openUploads(near: {
  db: Database
  path: string
  landing: string
  evidence: Evidence
  reports: Reports
  identify: (token: string) => Promise<Subject | undefined>
  titleOf: (code: string, facts: Readonly<Record<string, unknown>>, language: string | undefined) => string
  /** Why so many bytes more may not lie here, if they may not. */
  room: (bytes: number) => Promise<Refusal | undefined>
  onFault: (fault: unknown) => void
}): Uploads {
  const asked = new AsyncLocalStorage<{ me: Subject; checksum: string | undefined }>()
  const store = new Landing({ directory: near.landing, promised: () => asked.getStore()?.checksum })

  const problemOf = ({ refused, facts }: Refusal, language: string | undefined) => {
    const status = statusOf(refused)
    const title = near.titleOf(refused, facts, language)
    return {
      status,
      body: JSON.stringify({ type: `urn:open110:${refused}`, status, code: refused, title, facts }),
    }
  }

  /** Who asks, if this request may go on: the same people as for a plain attachment, and only with their own upload. */
  async function gate(request: IncomingMessage): Promise<Subject | Refusal> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    const me = token ? await near.identify(token) : undefined
    if (!me) return refuse('session.signed-out')
    if (!attach.who.some((door) => me.allows.includes(door))) return refuse('report.not-found')
    if (request.method === 'POST') {
      const report = await near.reports.visibleTo(near.db, me, metadataOf(request)['report'] ?? '')
      if (isRefusal(report)) return report
      const length = request.headers['upload-length']
      const bytes = length === undefined ? 1 : Number(length)
      return refuseByLimits(usualLimits, { bytes }) ?? (await near.room(bytes)) ?? me
    }
    const id = request.url?.split('?')[0]?.slice(near.path.length + 1) ?? ''
    const upload = /^[\w-]+$/.test(id) ? await store.getUpload(id).catch(() => undefined) : undefined
    if (upload?.metadata?.['by'] !== me.id) return refuse('attachment.not-found')
    const slice = request.method === 'PATCH' ? Number(request.headers['content-length'] ?? 0) : 0
    return (slice > 0 ? await near.room(slice) : undefined) ?? me
  }

  /** The database is away, or the disk: said at once, so that the phone waits and comes again. */
  function fail(response: ServerResponse, language: string | undefined, fault: unknown): void {
    near.onFault(fault)
    const body = JSON.stringify({
      type: 'urn:open110:fault',
      status: 500,
      code: 'fault',
      title: near.titleOf('fault', {}, language),
      facts: {},
    })
    if (!response.headersSent) response.writeHead(500, { 'content-type': problemType })
    response.end(body)
  }

  const server = new Server({
    path: near.path,
    datastore: store,
    relativeLocation: true,
    disableTerminationForFinishedUploads: true,
    maxSize: Math.max(
      ...Object.values(usualLimits).map((limit) => ('maxBytes' in limit ? limit.maxBytes : 0)),
    ),

    onUploadCreate: (_request, upload) =>
      Promise.resolve({ metadata: { ...upload.metadata, by: asked.getStore()!.me.id } }),

    async onUploadFinish(request, upload) {
      const { me } = asked.getStore()!
      const report = await near.reports.visibleTo(near.db, me, upload.metadata?.['report'] ?? '')
      const kept = isRefusal(report)
        ? report
        : await near.evidence.keep(join(near.landing, upload.id), {
            report,
            bySide: isStaff(me) ? 'desk' : 'citizen',
            filename: upload.metadata?.['filename'] ?? undefined,
            mime: upload.metadata?.['filetype'] ?? undefined,
            sha256: upload.metadata?.['sha256'] ?? undefined,
          })
      await rm(join(near.landing, `${upload.id}.json`), { force: true })
      if (isRefusal(kept)) {
        const { status, body } = problemOf(kept, request.headers.get('accept-language') ?? undefined)
        const headers: Record<string, string> = { 'content-type': problemType }
        return { status_code: status, body, headers }
      }
      const headers: Record<string, string> = {
        'open110-attachment': kept.id,
        'open110-sha256': kept.sha256,
        'open110-sm3': kept.sm3,
        'open110-state': kept.state,
      }
      return { headers }
    },
  })

  return {
    async handle(request, response) {
      // The library takes the last part of the whole address for the upload's name: what was let in is what it must see.
      request.url = request.url?.split('?')[0] ?? near.path
      if (request.method === 'OPTIONS') {
        response.setHeader('tus-checksum-algorithm', checksumAlgorithms.join(','))
        return server.handle(request, response)
      }
      // The library answers another version with 400 and does not say which it speaks.
      if (request.method !== 'GET' && request.headers['tus-resumable'] !== version) {
        request.resume()
        response.writeHead(412, { 'tus-version': version, 'tus-resumable': version }).end()
        return
      }
      const me = await gate(request).catch((fault: unknown) => {
        fail(response, request.headers['accept-language'], fault)
        return undefined
      })
      if (!me) return
      if (isRefusal(me)) {
        const { status, body } = problemOf(me, request.headers['accept-language'])
        request.resume()
        response.writeHead(status, { 'content-type': problemType, 'tus-resumable': version }).end(body)
        return
      }
      const checksum = request.headers['upload-checksum']
      await asked.run({ me, checksum: typeof checksum === 'string' ? checksum : undefined }, () =>
        server.handle(request, response),
      )
    },
  }
}

/** What the phone says of its file; what cannot be read says nothing. */
function metadataOf(request: IncomingMessage): Record<string, string | null | undefined> {
  try {
    return Metadata.parse(String(request.headers['upload-metadata'] ?? ''))
  } catch {
    return {}
  }
}
