import * as z from 'zod/mini'
import { idOf } from '@open110/kit/ids'
import type { Moves } from '@open110/kit/moves'
import { refuse, type Refusal } from '@open110/kit/refuse'

/** 证据种类 — what a person sent, as its content says. The name and the type that a phone declares are never trusted. */
export const EvidenceKind = z.enum(['photo', 'video', 'voice', 'file'])
export type EvidenceKind = z.infer<typeof EvidenceKind>

/** 附件状态 — LOCAL lives on the phone; from `stored` on the original is immutable (domain 3.4). */
export const EvidenceState = z.enum([
  'local',
  'uploading',
  'stored',
  'verified',
  'mismatch',
  'quarantined',
  'ready',
  'held',
  'disposed',
])
export type EvidenceState = z.infer<typeof EvidenceState>
export type EvidenceRole = 'citizen' | 'server' | 'supervisor'

/** 附件流转. Read it as a table: who may do what, from where, to where. */
export const evidenceMoves = {
  send: { from: ['local'], to: 'uploading', by: ['citizen'] },
  lapse: { from: ['uploading'], to: 'local', by: ['server'] }, // half an upload expired; the phone still has it all
  store: { from: ['uploading'], to: 'stored', by: ['server'] }, // sealed and on the disk, not before
  verify: { from: ['stored'], to: 'verified', by: ['server'] },
  contradict: { from: ['stored', 'verified', 'ready'], to: 'mismatch', by: ['server'] }, // kept, flagged
  quarantine: { from: ['verified', 'mismatch', 'ready'], to: 'quarantined', by: ['server', 'supervisor'] },
  release: { from: ['verified'], to: 'ready', by: ['server'] },
  admit: { from: ['mismatch', 'quarantined'], to: 'ready', by: ['supervisor'], needs: ['reason'] },
  hold: {
    from: ['ready', 'mismatch', 'quarantined'],
    to: 'held',
    by: ['supervisor'],
    needs: ['reason'],
  },
  lift: { from: ['held'], to: 'stored', by: ['supervisor'], needs: ['reason'] }, // hashed and examined afresh
  dispose: {
    from: ['ready', 'mismatch', 'quarantined'],
    to: 'disposed',
    by: ['supervisor'],
    needs: ['reason', 'secondApprover'], // and never from `held`
  },
} as const satisfies Moves<EvidenceState, EvidenceRole>

/** How a desk may look at an attachment now. A mismatch is shown with its flag: a person may be in danger in it. */
export const viewingOf = {
  local: 'nothing',
  uploading: 'nothing',
  stored: 'view',
  verified: 'view',
  mismatch: 'view-flagged',
  quarantined: 'view-flagged',
  ready: 'view',
  held: 'view',
  disposed: 'nothing',
} as const satisfies Record<EvidenceState, 'nothing' | 'view' | 'view-flagged'>

/** 提示 — what somebody who looks at the attachment must know. A warning never stops the attachment. */
export const EvidenceWarning = z.enum([
  'hash-mismatch', // the phone declared another hash
  'type-differs', // the phone declared another type
  'hidden-content', // a second format lies inside: web page, archive, program
  'damaged', // the view was made from what could still be read
  'first-frame-only', // an animation; the view shows its first picture
  'view-shortened', // the view stops before the original does
  'view-may-not-play', // packets were copied; some browsers lack the codec
  'view-unavailable', // the original is sealed, but nothing here can show it
  'longer-than-advised',
  'longer-than-allowed',
  'more-than-advised',
])
export type EvidenceWarning = z.infer<typeof EvidenceWarning>

const Digest = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** 指纹 — SHA-256 and SM3 of the whole original, lower-case hex, computed by the server. */
export const Digests = z.object({ bytes: z.int().check(z.gte(0)), sha256: Digest, sm3: Digest })
export type Digests = z.infer<typeof Digests>

/** 附件 — one photo, clip, voice or file of a report or message (ZJ-04, ZJ-21, XM-07). */
export const Attachment = z.object({
  id: idOf('ev'),
  kind: EvidenceKind,
  state: EvidenceState,
  /** By content, see `sniff`. */
  mime: z.string(),
  ...Digests.shape,
  durationSeconds: z.optional(z.number().check(z.gte(0))),
  /** Pixels as a person sees it, after rotation. */
  width: z.optional(z.int().check(z.gt(0))),
  height: z.optional(z.int().check(z.gt(0))),
  /** As the phone named it: shown as text, never used as a path. */
  filename: z.optional(z.string().check(z.maxLength(200))),
  /** By the phone's clock. */
  capturedAt: z.optional(z.iso.datetime()),
  warnings: z.array(EvidenceWarning),
})
export type Attachment = z.infer<typeof Attachment>

const megabyte = 1024 * 1024
const KindLimit = z.object({
  accepted: z.boolean(),
  maxBytes: z.int().check(z.gt(0)),
  maxSeconds: z.optional(z.int().check(z.gt(0))),
})

/** 上传限制 — policy data of a city. `advice` is a recommendation: going beyond it warns and is never refused. */
export const EvidenceLimits = z.object({
  photo: KindLimit,
  video: KindLimit,
  voice: KindLimit,
  file: KindLimit,
  advice: z.object({ photosPerReport: z.int().check(z.gt(0)), videoSeconds: z.int().check(z.gt(0)) }),
})
export type EvidenceLimits = z.infer<typeof EvidenceLimits>

/** What holds where a city says nothing else. 8 photos and 15 s are 浙江110's figures (pilot notice 2020-11). */
export const usualLimits: EvidenceLimits = {
  photo: { accepted: true, maxBytes: 20 * megabyte },
  video: { accepted: true, maxBytes: 200 * megabyte },
  voice: { accepted: true, maxBytes: 20 * megabyte, maxSeconds: 600 },
  file: { accepted: true, maxBytes: 20 * megabyte },
  advice: { photosPerReport: 8, videoSeconds: 15 },
}

export type LimitRefusal = Refusal<
  'attachment.file-missing' | 'attachment.too-large' | 'attachment.too-long' | 'attachment.kind-unsupported'
>

/**
 * Why an upload cannot be taken, or `undefined` when it can. `kind` is left out before the content is known.
 * The facts always carry `allowed`, so that the phone can say what would be taken.
 */
export function refuseByLimits(
  limits: EvidenceLimits,
  offered: { kind?: EvidenceKind | undefined; bytes: number; durationSeconds?: number | undefined },
): LimitRefusal | undefined {
  const allowed = allowedBy(limits)
  const facts = { ...offered, allowed }
  if (offered.bytes <= 0) return refuse('attachment.file-missing', facts)
  if (!offered.kind) {
    const largest = Math.max(...allowed.map((row) => row.maxBytes))
    return offered.bytes > largest
      ? refuse('attachment.too-large', { ...facts, maxBytes: largest })
      : undefined
  }
  const { accepted, maxBytes, maxSeconds } = limits[offered.kind]
  if (!accepted) return refuse('attachment.kind-unsupported', { ...facts, found: offered.kind })
  if (offered.bytes > maxBytes) return refuse('attachment.too-large', { ...facts, maxBytes })
  if (maxSeconds !== undefined && (offered.durationSeconds ?? 0) > maxSeconds)
    return refuse('attachment.too-long', { ...facts, maxSeconds })
  return undefined
}

/** What this city takes, for the sentence a person reads before choosing a file. */
export function allowedBy(limits: EvidenceLimits) {
  return EvidenceKind.options
    .filter((kind) => limits[kind].accepted)
    .map((kind) => ({ kind, maxBytes: limits[kind].maxBytes, maxSeconds: limits[kind].maxSeconds }))
}

/** What to say about something that is taken all the same. `photosInReport` counts this one. */
export function warnByLimits(
  limits: EvidenceLimits,
  taken: { kind: EvidenceKind; durationSeconds?: number | undefined; photosInReport?: number },
): EvidenceWarning[] {
  const warnings: EvidenceWarning[] = []
  const seconds = taken.durationSeconds ?? 0
  if (taken.kind === 'photo' && (taken.photosInReport ?? 0) > limits.advice.photosPerReport)
    warnings.push('more-than-advised')
  if (taken.kind === 'video' && seconds > limits.advice.videoSeconds) warnings.push('longer-than-advised')
  if (seconds > (limits[taken.kind].maxSeconds ?? Infinity)) warnings.push('longer-than-allowed')
  return warnings
}

/** Whether what the phone declared contradicts what the server computed. Nothing declared contradicts nothing. */
export function contradicts(
  declared: { sha256?: string | undefined; sm3?: string | undefined },
  computed: Digests,
) {
  const differs = (a: string | undefined, b: string) => a !== undefined && a.trim().toLowerCase() !== b
  return differs(declared.sha256, computed.sha256) || differs(declared.sm3, computed.sm3)
}

/** 副本 — the sealed original, the copy without metadata that people look at, and its small picture. */
export type EvidenceCopy = 'original' | 'view' | 'thumb'
export type BlobName = { id: string; copy: EvidenceCopy }
export type BlobStat = { bytes: number; storedAt: Date }
export type SealRefusal = Refusal<'attachment.already-sealed' | 'attachment.disk-unavailable'>

/** 物证库 — where bytes are kept. Disk is the usual one; any other must hold to `vaultContract`. */
export type BlobStore = {
  /** Takes the file at `fromPath` away and keeps it durably; returns after that only. An original is put once. */
  put(name: BlobName, fromPath: string): Promise<BlobStat | SealRefusal>
  /** Bytes from `from` to `to`, both included; `undefined` when there is nothing by that name. */
  open(name: BlobName, range?: { from: number; to?: number }): Promise<AsyncIterable<Uint8Array> | undefined>
  stat(name: BlobName): Promise<BlobStat | undefined>
  /** For disposal and for the bin of a broken view. Whether something was there. */
  remove(name: BlobName): Promise<boolean>
  list(): AsyncIterable<BlobName>
}
