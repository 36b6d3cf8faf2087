import { open, rm } from 'node:fs/promises'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { sha256Hex } from '@open110/kit/server/crypto'
import type { Database, Reader } from '@open110/kit/server/db'
import type { Clock } from '@open110/kit/time'
import type { Attachment } from '@open110/modules/report'
import { attachmentReady, attachmentStored } from './evidence.events.ts'
import type { Fingerprints } from './evidence.fingerprints.server.ts'
import { startDigests, syncFile } from './evidence.hash.ts'
import * as store from './evidence.store.ts'
import type { StoredAttachment } from './evidence.store.ts'
import type { BlobStore, Digests, EvidenceKind } from './evidence.ts'

export type Made = {
  report: { id: string; citizen: string }
  kind: EvidenceKind
  mime: string
  /** When it began, by the server's clock. */
  takenAt?: string
  durationSeconds?: number
}
type DiskRefusal = Refusal<'attachment.disk-unavailable'>

/** 自制证据 — what the server itself has recorded or drawn: nobody's claim about it has to be examined. */
export function openMade(near: {
  db: Database
  ids: Ids
  clock: Clock
  vault: BlobStore
  fingerprints: Fingerprints
  deskOf: (db: Reader, report: string) => Promise<string>
  seen: (stored: StoredAttachment) => Attachment
}) {
  const { db, clock, vault, seen } = near

  /** Seals the file, which is gone afterwards; the same bytes for the same report are one attachment. */
  async function keepMade(path: string, made: Made): Promise<Attachment | DiskRefusal> {
    await syncFile(path)
    const file = await open(path, 'r')
    const { size } = await file.stat()
    await file.close()
    const digests = await near.fingerprints.whole(path, size)
    const press = sha256Hex(`${made.report.id}\n${digests.sha256}`)
    const earlier = await db.maybe(store.attachmentByPress, { press })
    if (earlier) {
      await rm(path, { force: true })
      return seen(earlier)
    }
    const id = near.ids.make('ev')
    const sealed = await vault.put({ id, copy: 'original' }, path)
    if (isRefusal(sealed)) return refuse('attachment.disk-unavailable', sealed.facts)
    const { kind, mime, durationSeconds } = made
    const { id: report, citizen } = made.report
    const kept = await db.tx(async (tx) => {
      const now = clock.now()
      const desk = await near.deskOf(tx, report)
      const added = await tx.run(store.addAttachment, {
        id,
        report,
        citizen,
        desk,
        press,
        kind,
        mime,
        ...digests,
        state: 'verified',
        warnings: [],
        bySide: 'server',
        isLate: false,
        takenAt: made.takenAt,
        now,
      })
      if (added === 0) return seen(await tx.one(store.attachmentByPress, { press }))
      // A list is read where it belongs to; whoever may open originals has it whole.
      const shown = kind === 'file' ? 'unavailable' : 'ready'
      const view = { state: 'ready', view: shown, viewMime: mime, warnings: [] }
      await tx.run(store.markView, { attachment: id, kind, durationSeconds, ...view })
      const about = { attachment: id, report, desk, kind, state: 'ready' }
      tx.emit(attachmentStored, now, about)
      tx.emit(attachmentReady, now, about)
      return seen(await tx.one(store.attachmentById, { attachment: id }))
    })
    if (kept.id !== id) await vault.remove({ id, copy: 'original' })
    return kept
  }

  return {
    keepMade,

    /** Seals a few bytes under a name of the caller's, who writes down what they are. */
    async keepBytes(id: string, bytes: Uint8Array, folder: string): Promise<Digests | DiskRefusal> {
      const path = `${folder}/${id}.part`
      const file = await open(path, 'w', 0o600)
      try {
        await file.writeFile(bytes)
      } finally {
        await file.close()
      }
      const sealed = await vault.put({ id, copy: 'original' }, path)
      if (isRefusal(sealed)) return refuse('attachment.disk-unavailable', sealed.facts)
      const digests = startDigests()
      digests.take(bytes)
      return digests.close()
    },
    async bytesOf(id: string): Promise<Uint8Array | undefined> {
      const stream = await vault.open({ id, copy: 'original' })
      if (!stream) return undefined
      const parts: Uint8Array[] = []
      for await (const part of stream) parts.push(part)
      return Buffer.concat(parts)
    },
  }
}
