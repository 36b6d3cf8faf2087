import { refuse, type Refusal } from '@open110/kit/refuse'
import type { Base } from './base.ts'
import type { ReportRow } from './house.answers.ts'
import type { Answered, Asked } from './network.ts'
import { forever, type Life, type World } from './world.ts'

/** A digest that is good enough to tell the media of one night apart. */
export function digestOf(bytes: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes.charCodeAt(at), 0x01000193)
  return `${(hash >>> 0).toString(16)}-${bytes.length}`
}

type Upload = {
  by: string
  report: string
  name: string
  length: number
  /** What the file holds, of which so much would survive a power cut. */
  bytes: string
  flushed: number
  /** What was told, where somebody keeps that apart from the bytes. */
  offset: number
}

/** 服务器的磁盘 — uploads under way. What was not flushed is gone with the power, not with the process. */
export type ServerDisk = { readonly uploads: Map<string, Upload>; losePower(): void }

export function openServerDisk(): ServerDisk {
  const uploads = new Map<string, Upload>()
  return {
    uploads,
    losePower() {
      for (const upload of uploads.values()) upload.bytes = upload.bytes.slice(0, upload.flushed)
    },
  }
}

export type AttachmentRow = { id: string; report: string; sha256: string; name: string; bytes: string }

/** 断点续传 — tus as the server speaks it: made, asked for its offset, carried on, sealed when whole. */
export function openLanding(given: { world: World; base: Base; life: Life; disk: ServerDisk }) {
  const { world, base, life, disk } = given
  const chance = world.chance(`landing ${world.newSerial()}`)
  const busy = new Set<string>()
  /** What became of an upload, for a phone that did not hear the answer; until this process ends. */
  const known = new Map<string, string>()

  const flush = () => new Promise<void>((go) => life.after(chance.between(0.1, 8), go))

  async function carry(id: string, upload: Upload, asked: Asked): Promise<Answered | Refusal> {
    // One that is under way holds its upload; a twin is sent away.
    if (busy.has(id)) return { status: 423, text: 'locked' }
    const offset = Number(asked.headers['upload-offset'])
    const length = world.has('offset-before-bytes') ? upload.offset : upload.bytes.length
    if (offset !== length) return { status: 409, text: 'offset' }
    busy.add(id)
    try {
      const isEarly = world.has('offset-before-bytes')
      // A hole, where what was promised never came to the disk.
      upload.bytes = upload.bytes.padEnd(offset, '\0') + asked.body
      upload.offset = upload.bytes.length
      if (!isEarly || upload.bytes.length >= upload.length) {
        const { length: upTo } = upload.bytes
        await flush()
        if (life.isOver()) return await forever
        upload.flushed = Math.max(upload.flushed, upTo)
      }
      if (upload.bytes.length < upload.length) return landed(upload)
      return await seal(id, upload)
    } finally {
      busy.delete(id)
    }
  }
  const landed = (upload: Upload): Answered => ({
    status: 204,
    text: '',
    headers: { 'upload-offset': String(upload.bytes.length) },
  })
  /** The same bytes for the same report are one attachment: an answer that was lost makes no second one. */
  async function seal(id: string, upload: Upload): Promise<Answered> {
    if (busy.has(`seal ${id}`)) return { status: 423, text: 'locked' }
    const { report, name, bytes } = upload
    const sha256 = digestOf(bytes)
    const press = `${report} ${sha256}`
    const made = `ev_${String(world.newSerial()).padStart(26, '0')}`
    const row: AttachmentRow = { id: made, report, sha256, name, bytes }
    busy.add(`seal ${id}`)
    try {
      const earlier = await base.read(life, (rows) => rows.get<AttachmentRow>('attachment', press))
      if (!earlier)
        await base.tx(life, async (tx) => {
          if (await tx.insert('attachment', press, row))
            tx.onCommit(() => world.witness.stored(name, report, sha256))
          return undefined
        })
    } finally {
      busy.delete(`seal ${id}`)
    }
    disk.uploads.delete(id)
    const kept = base.seen.get<AttachmentRow>('attachment', press)!
    known.set(id, kept.id)
    const headers = { 'open110-attachment': kept.id, 'upload-offset': String(upload.length) }
    return { status: 204, text: '', headers }
  }

  return {
    async answer(asked: Asked, me: string): Promise<Answered | Refusal> {
      const { headers } = asked
      if (asked.method === 'POST') {
        const report = headers['report'] ?? ''
        const found = await base.read(life, (rows) => rows.get<ReportRow>('report', report))
        if (found?.citizen !== me) return refuse('report.not-found')
        const id = `up${world.newSerial()}`
        const { 'upload-length': length, name = '' } = headers
        const nothing = { bytes: '', flushed: 0, offset: 0 }
        disk.uploads.set(id, { by: me, report, name, length: Number(length), ...nothing })
        return { status: 201, text: '', headers: { location: id } }
      }
      const id = asked.url.slice('/api/v1/uploads/'.length)
      const upload = disk.uploads.get(id)
      const kept = known.get(id)
      if (kept !== undefined && asked.method === 'HEAD')
        return { status: 200, text: '', headers: { 'open110-attachment': kept, 'upload-offset': 'whole' } }
      if (!upload || upload.by !== me) return { status: 404, text: 'gone' }
      if (asked.method === 'PATCH') return carry(id, upload, asked)
      const offset = world.has('offset-before-bytes') ? upload.offset : upload.bytes.length
      // It is whole and was not sealed: the process died, or its database was away.
      if (offset >= upload.length && !busy.has(id)) return { ...(await seal(id, upload)), status: 200 }
      return { status: 200, text: '', headers: { 'upload-offset': String(offset) } }
    },
  }
}
