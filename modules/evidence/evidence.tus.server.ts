import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isRefusal, refuse, statusOf, type Refusal } from '@open110/kit/refuse'
import type { Subject } from '@open110/kit/server/http'
import type { Attachment } from '@open110/modules/report'
import { attach } from './evidence.api.ts'
import { hold, isGone, openLanding, type Upload } from './evidence.landing.server.ts'
import type { Evidence } from './evidence.server.ts'
import { checksumAlgorithms, isFull, takeSlice } from './evidence.slice.server.ts'
import { refuseByLimits, usualLimits } from './evidence.ts'
import { checksumOf, metadataOf, metadataText, wholeNumber } from './evidence.tus.headers.server.ts'
import { begunWord, targetOf, type NearTarget } from './evidence.target.server.ts'
import { sealUpload } from './evidence.whole.server.ts'

/** 断点续传 — tus 1.0.0: whoever began an upload may go on with it, nobody else. */
export type Uploads = { handle(request: IncomingMessage, response: ServerResponse): Promise<void> }

export type NearUploads = NearTarget & {
  path: string
  landing: string
  evidence: Pick<Evidence, 'keep' | 'fingerprints'>
  identify: (token: string) => Promise<Subject | undefined>
  titleOf: (code: string, facts: Readonly<Record<string, unknown>>, language: string | undefined) => string
  /** Why so many bytes more may not lie here, if they may not. */
  room: (bytes: number) => Promise<Refusal | undefined>
  onFault: (fault: unknown) => void
}

type Told = { status: number; headers?: Record<string, string>; body?: string }

const mayUpload: readonly string[] = [...attach.who, 'unit.work']
const problemType = 'application/problem+json; charset=utf-8'
const sliceType = 'application/offset+octet-stream'
const version = '1.0.0'
/** What the phone waits before it asks again for something that only time will mend. */
const laterSeconds = 10
const mostBytes = Math.max(
  ...Object.values(usualLimits).map((limit) => ('maxBytes' in limit ? limit.maxBytes : 0)),
)
const offers = {
  'tus-version': version,
  'tus-extension': 'creation,creation-with-upload,checksum,termination',
  'tus-checksum-algorithm': checksumAlgorithms.join(','),
  'tus-max-size': String(mostBytes),
}
const locked: Told = { status: 423, headers: { 'retry-after': String(laterSeconds) }, body: 'Locked\n' }

export function openUploads(near: NearUploads): Uploads {
  const { fingerprints } = near.evidence
  const landing = openLanding(near.landing, fingerprints)

  function problem(code: string, facts: Refusal['facts'], request: IncomingMessage, status: number): Told {
    const title = near.titleOf(code, facts, request.headers['accept-language'])
    const body = JSON.stringify({ type: `urn:open110:${code}`, status, code, title, facts })
    return { status, headers: { 'content-type': problemType }, body }
  }
  const no = ({ refused, facts }: Refusal, request: IncomingMessage, status = statusOf(refused)): Told =>
    problem(refused, facts, request, status)

  /** Who asks: the same people as for a plain attachment, and a unit at the scene. */
  async function who(request: IncomingMessage): Promise<Subject | Refusal> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    const me = token ? await near.identify(token) : undefined
    if (!me) return refuse('session.signed-out')
    return mayUpload.some((door) => me.allows.includes(door)) ? me : refuse('report.not-found')
  }

  async function create(request: IncomingMessage, me: Subject): Promise<Told> {
    const metadata = metadataOf(request)
    const target = await targetOf(near, me, metadata)
    if (isRefusal(target)) return no(target, request)
    const length = wholeNumber(request.headers['upload-length'])
    if (length === undefined) return { status: 400, body: 'Upload-Length Missing\n' }
    const unfit = refuseByLimits(usualLimits, { bytes: length }) ?? (await near.room(length))
    if (unfit) return no(unfit, request)
    const upload = await landing.create(length, {
      ...metadata,
      by: me.id,
      ...(target.begunAt && { [begunWord]: target.begunAt }),
    })
    const location = `${near.path}/${upload.id}`
    if (request.headers['content-type'] !== sliceType) return { status: 201, headers: { location } }
    const told = await landing.lend(upload.id, () => receive(request, me, upload, 0))
    // Begun is begun: what could not be taken now is sent as a slice.
    const status = told.status === 204 || told.status === 507 ? 201 : told.status
    return { ...told, status, headers: { ...told.headers, location } }
  }

  /** Where it stands. Whoever asks has lost the line over which it came: that line is let go. */
  async function tell(request: IncomingMessage, me: Subject, upload: Upload): Promise<Told> {
    // The sweep may have taken it away.
    if (!upload.kept) await stat(upload.path)
    await letGo(upload)
    if (upload.holder) return locked
    const standing = () => ({
      'upload-offset': String(upload.offset),
      'upload-length': String(upload.length),
      'upload-metadata': metadataText(upload.metadata),
      'cache-control': 'no-store',
    })
    if (upload.kept) return { status: 200, headers: { ...standing(), ...headersOf(upload.kept) } }
    if (upload.offset < upload.length) return { status: 200, headers: standing() }
    // It is whole and was not sealed: the server was killed, or its disk or database was away.
    const kept = await hold(upload, undefined, () => seal(me, upload)).catch((fault: unknown) => {
      near.onFault(fault)
      return refuse('attachment.disk-unavailable')
    })
    if (!isRefusal(kept)) return { status: 200, headers: { ...standing(), ...headersOf(kept) } }
    return kept.refused === 'attachment.disk-unavailable' ? locked : no(kept, request)
  }

  async function patch(request: IncomingMessage, me: Subject, upload: Upload): Promise<Told> {
    if (request.headers['content-type'] !== sliceType) return { status: 415, body: 'Unsupported Type\n' }
    const offset = wholeNumber(request.headers['upload-offset'])
    if (offset === undefined) return { status: 400, body: 'Upload-Offset Missing\n' }
    return receive(request, me, upload, offset)
  }

  /** One slice, and what becomes of the whole when it was the last. */
  async function receive(
    request: IncomingMessage,
    me: Subject,
    upload: Upload,
    offset: number,
  ): Promise<Told> {
    const checksum = checksumOf(request)
    if (checksum === 'unknown') return { status: 400, body: 'Checksum Algorithm Not Supported\n' }
    if (upload.holder) return locked
    if (upload.kept || offset !== upload.offset) return { status: 409, body: 'Upload-Offset Conflict\n' }
    if (offset + Number(request.headers['content-length'] ?? 0) > upload.length)
      return { status: 413, body: 'Beyond Upload-Length\n' }
    return hold(
      upload,
      () => void request.destroy(),
      async (holder) => {
        const ending = await takeSlice(upload, request, { fingerprints, room: near.room, checksum })
        const headers = { 'upload-offset': String(upload.offset) }
        const stays = (why: Refusal): Told => {
          const told = no({ ...why, facts: { ...why.facts, keptBytes: upload.offset } }, request, 507)
          return { ...told, headers: { ...told.headers, ...headers } }
        }
        if (isRefusal(ending)) return stays(ending)
        if (ending === 'garbled') return { status: 460, headers, body: 'Checksum Mismatch\n' }
        if (ending === 'beyond') return { status: 413, headers, body: 'Beyond Upload-Length\n' }
        if (ending === 'cut') return { status: 400, headers, body: 'Broken Off\n' }
        if (upload.offset < upload.length) return { status: 204, headers }
        holder.letGo = undefined
        const kept = await seal(me, upload)
        if (!isRefusal(kept)) return { status: 204, headers: { ...headers, ...headersOf(kept) } }
        return kept.refused === 'attachment.disk-unavailable' ? stays(kept) : no(kept, request)
      },
    )
  }

  async function giveUp(request: IncomingMessage, upload: Upload): Promise<Told> {
    if (upload.kept) return no(refuse('attachment.not-found'), request)
    await stat(upload.path)
    await letGo(upload)
    if (upload.holder) return locked
    await hold(upload, undefined, () => landing.remove(upload.id))
    return { status: 204 }
  }

  const seal = (me: Subject, upload: Upload) => sealUpload(near, landing, me, upload)

  async function answer(request: IncomingMessage): Promise<Told> {
    if (request.method === 'OPTIONS') return { status: 204, headers: offers }
    if (request.headers['tus-resumable'] !== version)
      return { status: 412, headers: { 'tus-version': version }, body: 'Precondition Failed\n' }
    const me = await who(request)
    if (isRefusal(me)) return no(me, request)
    // The path alone says which upload is meant: nothing that follows it leads to another's.
    const [, id] = (request.url?.split('?')[0] ?? '').slice(near.path.length).split('/', 2)
    if (request.method === 'POST' && !id) return create(request, me)
    return landing.lend(id ?? '', async (upload) => {
      if (upload?.metadata['by'] !== me.id) return no(refuse('attachment.not-found'), request)
      if (request.method === 'HEAD') return tell(request, me, upload)
      if (request.method === 'PATCH') return patch(request, me, upload)
      if (request.method === 'DELETE') return giveUp(request, upload)
      return { status: 405, headers: { allow: 'OPTIONS, POST, HEAD, PATCH, DELETE' } }
    })
  }

  return {
    async handle(request, response) {
      const told = await answer(request).catch((fault: unknown) => {
        // Given up in the meantime, by another request or by the sweep.
        if (isGone(fault)) return no(refuse('attachment.not-found'), request)
        if (isFull(fault)) return no(refuse('attachment.disk-unavailable', { why: 'full' }), request, 507)
        // The database is away, or the disk: said at once, so that the phone waits and comes again.
        near.onFault(fault)
        return problem('fault', {}, request, 500)
      })
      request.resume()
      response.writeHead(told.status, { 'tus-resumable': version, ...told.headers }).end(told.body)
    },
  }
}

/** Whoever only waits for a line that may be dead is asked to let go; a seal is waited for by nobody. */
async function letGo({ holder }: Upload): Promise<void> {
  holder?.letGo?.()
  if (holder?.letGo) await holder.done
}

function headersOf(kept: Attachment): Record<string, string> {
  return {
    'open110-attachment': kept.id,
    'open110-sha256': kept.sha256,
    'open110-sm3': kept.sm3,
    'open110-state': kept.state,
  }
}
