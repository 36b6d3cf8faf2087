import { link, rm } from 'node:fs/promises'
import { isRefusal, type Refusal } from '@open110/kit/refuse'
import type { Subject } from '@open110/kit/server/http'
import type { Attachment } from '@open110/modules/report'
import type { Landing, Upload } from './evidence.landing.server.ts'
import type { Offered } from './evidence.server.ts'
import { begunWord, targetOf } from './evidence.target.server.ts'
import type { NearUploads } from './evidence.tus.server.ts'

/**
 * 收齐 — a whole upload becomes evidence, and its files go. Where the disk or the database fails they stay, so that asking
 * for the upload again is enough, and not a second journey of every byte.
 */
export async function sealUpload(
  near: Pick<NearUploads, 'db' | 'reports' | 'reportOfErrand' | 'evidence'>,
  landing: Landing,
  me: Subject,
  upload: Upload,
): Promise<Attachment | Refusal> {
  const target = await targetOf(near, me, upload.metadata, upload.metadata[begunWord])
  const kept = isRefusal(target)
    ? target
    : await keepWhole(near.evidence, upload, {
        ...target,
        filename: upload.metadata['filename'],
        mime: upload.metadata['filetype'],
        sha256: upload.metadata['sha256'],
      })
  if (isRefusal(kept) && kept.refused === 'attachment.disk-unavailable') return kept
  if (!isRefusal(kept)) upload.kept = kept
  await landing.remove(upload.id)
  return kept
}

async function keepWhole(
  { keep, fingerprints }: NearUploads['evidence'],
  upload: Upload,
  offered: Offered,
): Promise<Attachment | Refusal> {
  const digests = await fingerprints.whole(upload.path, upload.length)
  // Sealing takes the name away before the database has said that it knows of it: the upload keeps one of its own.
  const whole = `${upload.path}.whole`
  await rm(whole, { force: true })
  await link(upload.path, whole)
  try {
    return await keep(whole, offered, digests)
  } finally {
    await rm(whole, { force: true })
  }
}
