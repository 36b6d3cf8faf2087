import type { IncomingMessage, ServerResponse } from 'node:http'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { isRefusal, statusOf, type Refusal } from '@open110/kit/refuse'
import type { Database } from '@open110/kit/server/db'
import type { Subject } from '@open110/kit/server/http'
import type { Reports } from '@open110/modules/report/server'
import { isStaff } from '@open110/modules/staff'
import type { Evidence } from './evidence.server.ts'
import { refuseByLimits, usualLimits } from './evidence.ts'

/** A refusal in the shape that tus answers with. */
class Refused extends Error {
  readonly status_code: number
  readonly body: string
  constructor(code: string, body: object) {
    super(code)
    this.status_code = statusOf(code)
    this.body = JSON.stringify(body)
  }
}

/** 断点续传 — tus 1.0.0: whoever began an upload may go on with it, nobody else. */
export type Uploads = { handle(request: IncomingMessage, response: ServerResponse): Promise<void> }

export function openUploads(near: {
  db: Database
  path: string
  landing: string
  evidence: Evidence
  reports: Reports
  identify: (token: string) => Promise<Subject | undefined>
  titleOf: (code: string, facts: Readonly<Record<string, unknown>>, language: string | undefined) => string
}): Uploads {
  const store = new FileStore({ directory: near.landing })

  const no = ({ refused: code, facts }: Refusal, language: string | null) =>
    new Refused(code, {
      type: `urn:open110:${code}`,
      status: statusOf(code),
      code,
      title: near.titleOf(code, facts, language ?? undefined),
      facts,
    })

  const subjectOf = async (request: Request): Promise<Subject> => {
    const language = request.headers.get('accept-language')
    const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1]
    const me = token ? await near.identify(token) : undefined
    if (!me) throw no({ refused: 'session.signed-out', facts: {} }, language)
    return me
  }
  const visible = async (request: Request, me: Subject, report: string) => {
    const found = await near.reports.visibleTo(near.db, me, report)
    if (isRefusal(found)) throw no(found, request.headers.get('accept-language'))
    return found
  }

  const server = new Server({
    path: near.path,
    datastore: store,
    relativeLocation: true,
    disableTerminationForFinishedUploads: true,
    maxSize: Math.max(...Object.values(usualLimits).map((limit) => ('maxBytes' in limit ? limit.maxBytes : 0))),

    async onIncomingRequest(request, id) {
      if (request.method === 'OPTIONS') return
      const me = await subjectOf(request as unknown as Request)
      if (request.method === 'POST') return
      const upload = await store.getUpload(id)
      if (upload.metadata?.['by'] !== me.id) {
        throw no({ refused: 'attachment.not-found', facts: {} }, request.headers.get('accept-language'))
      }
    },

    async onUploadCreate(request, upload) {
      const asked = request as unknown as Request
      const language = asked.headers.get('accept-language')
      const me = await subjectOf(asked)
      await visible(asked, me, upload.metadata?.['report'] ?? '')
      const refusal = refuseByLimits(usualLimits, { bytes: upload.size ?? 1 })
      if (refusal) throw no(refusal, language)
      return { metadata: { ...upload.metadata, by: me.id } }
    },

    async onUploadFinish(request, upload) {
      const asked = request as unknown as Request
      const me = await subjectOf(asked)
      const report = await visible(asked, me, upload.metadata?.['report'] ?? '')
      const kept = await near.evidence.keep(join(near.landing, upload.id), {
        report,
        bySide: isStaff(me) ? 'desk' : 'citizen',
        filename: upload.metadata?.['filename'] ?? undefined,
        mime: upload.metadata?.['filetype'] ?? undefined,
        sha256: upload.metadata?.['sha256'] ?? undefined,
      })
      await rm(join(near.landing, `${upload.id}.json`), { force: true })
      if (isRefusal(kept)) throw no(kept, asked.headers.get('accept-language'))
      return {
        headers: {
          'open110-attachment': kept.id,
          'open110-sha256': kept.sha256,
          'open110-sm3': kept.sm3,
          'open110-state': kept.state,
        },
      }
    },
  })
  return { handle: (request, response) => server.handle(request, response) }
}
