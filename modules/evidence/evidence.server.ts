import { open, rm } from 'node:fs/promises'
import { isRefusal, refuse, type Refusal } from '@open110/kit/refuse'
import type { Ids } from '@open110/kit/ids'
import { seal, sha256Hex } from '@open110/kit/server/crypto'
import { json, type Database, type Reader, type Tx } from '@open110/kit/server/db'
import { plusSeconds, type Clock } from '@open110/kit/time'
import type { Fix } from '@open110/modules/place/fix'
import type { Attachment } from '@open110/modules/report'
import { attachmentReady, attachmentStored } from './evidence.events.ts'
import { openFingerprints } from './evidence.fingerprints.server.ts'
import { syncFile } from './evidence.hash.ts'
import { openMade } from './evidence.made.server.ts'
import { headBytes, sniff, tailBytes, type SniffedMime } from './evidence.sniff.ts'
import * as store from './evidence.store.ts'
import type { StoredAttachment } from './evidence.store.ts'
import {
  contradicts,
  refuseByLimits,
  usualLimits,
  warnByLimits,
  type BlobStore,
  type Digests,
  type EvidenceKind,
  type EvidenceWarning,
} from './evidence.ts'
import { makeViews, type ViewReport } from './evidence.view.ts'
import type { Engines } from './evidence.engines.server.ts'

export type Evidence = ReturnType<typeof openEvidence>
export type KeepRefusal = Refusal<
  | 'attachment.too-large'
  | 'attachment.kind-unsupported'
  | 'attachment.file-missing'
  | 'attachment.disk-unavailable'
>

/** 取证 — which unit took it on which errand; when and where are by its phone's own account. */
export type Taken = {
  readonly unit: string
  readonly incident: string
  /** Handed in after its slip had ended, such as a body camera that was read out at the station. */
  readonly isLate: boolean
  readonly at?: string
  readonly place?: Fix
}

/** What came with a file, all of it only claimed. */
export type Offered = {
  report: { id: string; citizen: string; desk: string }
  bySide: 'citizen' | 'desk' | 'unit'
  taken?: Taken | undefined
  filename?: string | undefined
  mime?: string | undefined
  sha256?: string | undefined
}

/** Made in the course of the work: evidence of the case, and not the reporter's to see. */
export const isInner = (bySide: string): boolean => bySide === 'unit' || bySide === 'server'
/** Who hears of it beside the desk. */
const told = (bySide: string, citizen: string) => (isInner(bySide) ? undefined : citizen)

/** The longest try is over by then. */
const givenUpSeconds = 3_600

export function openEvidence(given: {
  db: Database
  ids: Ids
  clock: Clock
  secret: string
  vault: BlobStore
  /** Still being tried out perhaps; only the copies wait for it. */
  engines: Promise<Engines>
  /** The report counts what is attached to it. */
  count: (tx: Tx, report: string) => Promise<unknown>
  /** The desk that answers for it by now: while a file was sent or copied another may have received the report. */
  deskOf: (db: Reader, report: string) => Promise<string>
  onFault: (fault: unknown) => void
}) {
  const { db, clock, vault } = given
  const fingerprints = openFingerprints()

  const seen = (stored: StoredAttachment): Attachment => ({
    id: stored.id,
    kind: stored.kind,
    bytes: stored.bytes,
    sha256: stored.sha256,
    sm3: stored.sm3,
    state: stored.state,
    mime: stored.mime,
    view: stored.view,
    at: stored.at,
    durationSeconds: stored.durationSeconds,
    warnings: stored.warnings,
    ...(stored.bySide === 'unit' && { bySide: stored.bySide, takenAt: stored.takenAt }),
    ...(stored.bySide === 'server' && { bySide: stored.bySide }),
    ...(stored.isLate && { isLate: true }),
  })

  /**
   * 封存 — take a finished file: look at its content, hash it, seal it, write it down. The answer comes after all of it is
   * durable. The file at `path` is gone when it was kept or its content refused; it stays where the disk or the database
   * failed, so that whoever has it can try again. `known` are digests that this process computed from this very file.
   */
  async function keep(path: string, offered: Offered, known?: Digests): Promise<Attachment | KeepRefusal> {
    const kept = await examine(path, offered, known)
    if (!isRefusal(kept) || kept.refused !== 'attachment.disk-unavailable') await rm(path, { force: true })
    return kept
  }

  async function examine(
    path: string,
    offered: Offered,
    known: Digests | undefined,
  ): Promise<Attachment | KeepRefusal> {
    const { head, tail, bytes } = await edgesOf(path)
    const found = sniff(head, tail)
    if (isRefusal(found)) return found as KeepRefusal
    const { kind, mime } = found
    const tooMuch = refuseByLimits(usualLimits, { kind, bytes })
    if (tooMuch) return limitFacts(tooMuch, kind, bytes) as KeepRefusal
    await syncFile(path)
    const digests = known ?? (await fingerprints.whole(path, bytes))
    // The same bytes for the same report are one attachment: an answer that was lost makes no second one.
    const press = sha256Hex(`${offered.report.id}\n${digests.sha256}`)
    const earlier = await db.maybe(store.attachmentByPress, { press })
    if (earlier) return seen(earlier)
    const isOther = contradicts({ sha256: offered.sha256 }, digests)
    const id = given.ids.make('ev')
    const sealed = await vault.put({ id, copy: 'original' }, path)
    if (isRefusal(sealed)) return refuse('attachment.disk-unavailable', sealed.facts)
    const now = clock.now()
    const kept = await db.tx(async (tx) => {
      const { count } = await tx.one(store.photosOf, { report: offered.report.id })
      const warnings: EvidenceWarning[] = [
        ...found.warnings,
        ...warnByLimits(usualLimits, { kind, photosInReport: count + 1 }),
        ...(isOther ? (['hash-mismatch'] as const) : []),
        ...(offered.mime && offered.mime.split('/')[0] !== mime.split('/')[0]
          ? (['type-differs'] as const)
          : []),
      ]
      const desk = await given.deskOf(tx, offered.report.id)
      const added = await tx.run(store.addAttachment, {
        id,
        report: offered.report.id,
        citizen: offered.report.citizen,
        desk,
        press,
        kind,
        mime,
        ...digests,
        declaredSha256: offered.sha256,
        filenameSealed: offered.filename && seal(given.secret, 'filename', offered.filename.slice(0, 200)),
        state: isOther ? 'mismatch' : 'verified',
        warnings,
        bySide: offered.bySide,
        unit: offered.taken?.unit,
        incident: offered.taken?.incident,
        isLate: offered.taken?.isLate ?? false,
        takenAt: offered.taken?.at,
        takenPlace: offered.taken?.place && json(offered.taken.place),
        now,
      })
      if (added === 0) return seen(await tx.one(store.attachmentByPress, { press }))
      await given.count(tx, offered.report.id)
      tx.emit(attachmentStored, now, {
        attachment: id,
        report: offered.report.id,
        citizen: told(offered.bySide, offered.report.citizen),
        desk,
        kind,
        state: isOther ? 'mismatch' : 'verified',
      })
      return seen(await tx.one(store.attachmentById, { attachment: id }))
    })
    // The same bytes came twice at once and the other was faster: its original stands, this one belongs to nobody.
    if (kept.id !== id) await vault.remove({ id, copy: 'original' })
    return kept
  }

  return {
    keep,
    fingerprints,
    ...openMade({ db, ids: given.ids, clock, vault, fingerprints, deskOf: given.deskOf, seen }),
    /** What a unit took at the scene and what the server recorded is not the reporter's to see. */
    of: async (reader: Reader, report: string, side: 'citizen' | 'desk'): Promise<Attachment[]> =>
      (await reader.all(store.attachmentsOf, { report }))
        .filter(({ bySide }) => side === 'desk' || !isInner(bySide))
        .map(seen),
    has: async (reader: Reader, report: string, attachment: string) =>
      (await reader.maybe(store.attachmentById, { attachment }))?.report === report,
    byId: (reader: Reader, attachment: string) => reader.maybe(store.attachmentById, { attachment }),
    vault,

    /** Make the next waiting copy for looking at. */
    async makeNextView(kinds: readonly EvidenceKind[]): Promise<number> {
      const next = await db.maybe(store.nextPending, { kinds: [...kinds], now: clock.now() })
      if (!next) return 0
      const engines = await given.engines
      const made = await makeViews(engines, vault, {
        id: next.id,
        kind: next.kind,
        mime: next.mime as SniffedMime,
      }).catch((fault: unknown) => {
        // Named degradation: the original is sealed, and after the last try the desk is told that nothing shows it.
        given.onFault(fault)
        return refuse('attachment.disk-unavailable', { why: 'engine' })
      })
      if (isRefusal(made) && next.viewTries < store.mostTries) return 0
      await tellMade(next, isRefusal(made) ? undefined : made)
      return 1
    },

    /** Whoever waits for a copy that nobody makes any more is told so. */
    async giveUpNext(): Promise<number> {
      const stuck = await db.maybe(store.nextGivenUp, { before: plusSeconds(clock.now(), -givenUpSeconds) })
      if (!stuck) return 0
      await tellMade(stuck, undefined)
      return 1
    },
  }

  /** What became of the copies; nothing made means that there will be none. */
  async function tellMade(next: StoredAttachment, made: ViewReport | undefined): Promise<void> {
    const now = clock.now()
    await db.tx(async (tx) => {
      const state = next.state === 'verified' ? 'ready' : next.state
      await tx.run(store.markView, {
        attachment: next.id,
        kind: made?.kind ?? next.kind,
        state,
        view: made && !made.unavailable ? 'ready' : 'unavailable',
        viewMime: made?.copies.find(({ copy }) => copy === 'view')?.mime,
        durationSeconds: made?.measured?.durationSeconds,
        warnings: [...new Set([...next.warnings, ...(made?.warnings ?? ['view-unavailable'])])],
      })
      const { report, kind } = next
      const citizen = told(next.bySide, next.citizen)
      const desk = await given.deskOf(tx, report)
      tx.emit(attachmentReady, now, { attachment: next.id, report, citizen, desk, kind, state })
    })
  }
}

/** The sentence a person reads names the kind, the limit and the size in megabytes. */
function limitFacts(no: Refusal, kind: string, bytes: number): Refusal {
  const megabytes = (value: number) => Math.round(value / 1024 / 1024)
  return {
    ...no,
    facts: { ...no.facts, kind, limit: megabytes(Number(no.facts['maxBytes'] ?? 0)), size: megabytes(bytes) },
  }
}

async function edgesOf(path: string): Promise<{ head: Uint8Array; tail: Uint8Array; bytes: number }> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const read = async (from: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from)
      return buffer.subarray(0, bytesRead)
    }
    const head = await read(0, Math.min(size, headBytes))
    const tail =
      size > headBytes
        ? await read(Math.max(0, size - tailBytes), Math.min(size, tailBytes))
        : new Uint8Array()
    return { head, tail, bytes: size }
  } finally {
    await file.close()
  }
}
