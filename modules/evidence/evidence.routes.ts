import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Database, Reader } from '@open110/kit/server/db'
import { answer, type Answer, type Around } from '@open110/kit/server/http'
import type { Record as Audit } from '@open110/modules/audit/server'
import type { Reports } from '@open110/modules/report/server'
import { isStaff, staffOf } from '@open110/modules/staff'
import * as api from './evidence.api.ts'
import { landFile } from './evidence.multipart.server.ts'
import { isInner, type Evidence } from './evidence.server.ts'
import type { StoredAttachment } from './evidence.store.ts'
import { usualLimits, type EvidenceCopy } from './evidence.ts'

export function evidenceRoutes(near: {
  db: Database
  evidence: Evidence
  reports: Reports
  audit: Audit
  /** Where uploads land before they are sealed; on the vault's own disk. */
  landing: string
  /** Why so many bytes more may not lie there, if they may not. */
  room: (bytes: number) => Promise<Refusal | undefined>
  isSentToReport: (db: Reader, unit: string, report: string) => Promise<boolean>
}): Answer[] {
  const { evidence, reports } = near
  const mostBytes = Math.max(
    ...Object.values(usualLimits).map((limit) => ('maxBytes' in limit ? limit.maxBytes : 0)),
  )

  /** The attachment as far as this person may know of it: its citizen, its desk, or a unit that was sent to it. */
  async function visible(db: Reader, me: Around['me'], id: string): Promise<StoredAttachment | undefined> {
    const found = await evidence.byId(db, id)
    if (!found) return undefined
    const report = await reports.visibleTo(db, me, found.report)
    if (isRefusal(report)) return undefined
    if (!isStaff(me) && isInner(found.bySide)) return undefined
    if (!isStaff(me) || me.allows.includes('report.see')) return found
    const { unit } = staffOf(me)
    return unit && (await near.isSentToReport(db, unit, found.report)) ? found : undefined
  }

  async function file(id: string, copy: EvidenceCopy, type: string) {
    const known = await evidence.vault.stat({ id, copy })
    if (!known) return undefined
    return {
      file: {
        type,
        bytes: known.bytes,
        name: `${id}-${copy}`,
        read: (from: number, to: number) => Readable.from(chunks(id, copy, from, to)),
      },
    }
  }
  async function* chunks(id: string, copy: EvidenceCopy, from: number, to: number) {
    const stream = await evidence.vault.open({ id, copy }, { from, to })
    if (stream) yield* stream
  }

  return [
    answer(api.attach, async ({ params }, { me, stream, headers, once }) => {
      const report = await reports.visibleTo(near.db, me, params.report)
      if (isRefusal(report)) {
        stream.resume()
        return report
      }
      const full = await near.room(Number(headers['content-length'] ?? mostBytes))
      if (full) {
        stream.resume()
        return refuse('attachment.disk-unavailable', full.facts)
      }
      const landed = await landFile(stream, headers, near.landing, mostBytes + 1)
      if (!landed) return refuse('attachment.file-missing')
      const { path, filename, mime, fields } = landed
      const body = JSON.stringify([landed.sha256, filename, mime, fields['sha256']])
      try {
        return await once(body, () =>
          evidence.keep(path, {
            report,
            bySide: isStaff(me) ? 'desk' : 'citizen',
            filename,
            mime,
            sha256: fields['sha256'],
          }),
        )
      } finally {
        await rm(path, { force: true })
      }
    }),

    answer(api.list, async ({ params }, { me, db }) => {
      const report = await reports.visibleTo(db, me, params.report)
      return isRefusal(report) ? report : evidence.of(db, report.id, isStaff(me) ? 'desk' : 'citizen')
    }),

    answer(api.view, async ({ params, query }, { me, db }) => {
      const found = await visible(db, me, params.attachment)
      if (!found) return refuse('attachment.not-found')
      const isThumb = query.part === 'thumb'
      // What the server made itself carries nothing of a phone and plays as it is.
      const copy = found.bySide === 'server' && found.view === 'ready' ? 'original' : 'view'
      const thumb = isThumb ? await file(found.id, 'thumb', 'image/jpeg') : undefined
      const view =
        thumb ??
        (isThumb && found.kind !== 'photo'
          ? undefined
          : await file(found.id, copy, found.viewMime ?? 'image/jpeg'))
      return view ?? refuse('attachment.view-unavailable', { view: found.view, warnings: found.warnings })
    }),

    answer(api.original, async ({ params }, { me, db, now }) => {
      const found = await visible(db, me, params.attachment)
      const sealed = found && (await file(found.id, 'original', 'application/octet-stream'))
      if (!sealed) return refuse('attachment.not-found')
      await near.audit(db, now, {
        actor: me.id,
        act: 'attachment.original',
        object: found.id,
        facts: { report: found.report },
      })
      return sealed
    }),
  ]
}
