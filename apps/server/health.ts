import { open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Degradation, Facts } from '@open110/kit/health'
import type { Database } from '@open110/kit/server/db'
import { openHealth, type Probe } from '@open110/kit/server/health'
import type { Log } from '@open110/kit/server/log'
import type { SteadyClock } from '@open110/kit/time'
import { openPulse } from './health.pulse.ts'
import { losses, type Loss } from './health.words.ts'

export type HouseHealth = ReturnType<typeof openHouseHealth>

const MiB = 1024 * 1024
/** Where each loss begins. It ends only a good way back, so that a value on the border does not come and go. */
const bounds = {
  slowCommitMs: 400,
  dataNearlyFull: 1024 * MiB,
  /** PostgreSQL writes ahead in files of 16 MiB: without room for one more nothing is certain. */
  dataFull: 20 * MiB,
  clockMs: 2_000,
  heldBackMs: 2_000,
} as const
const back = 1.25
const pulseTimeoutMs = 2_000

type Told = Partial<Record<Loss, Facts | undefined>>

/** 体检 — the probes of this house, and the one question of `/readyz`: would a report be kept durably now. */
export function openHouseHealth(given: {
  db: Database
  clock: SteadyClock
  log: Log
  /** Holds evidence and uploads. */
  mediaFolder: string
  /** Holds the database, if it is on this machine's disk by our doing. */
  dataFolder: string | undefined
  keepFreeBytes: number
  dutyDesk: string
  desksUnstaffed: () => Promise<readonly string[]>
  desksWaiting: () => Promise<readonly string[]>
  heldBackMs: () => number
  /** The names of what must always hold and does not. */
  invariantsBroken: () => Promise<readonly string[]>
  lacks: () => readonly { engine: 'copyist' | 'ffmpeg' | 'jail'; why: string }[]
  /** Lines that are connected by the settings and do not answer. */
  videoLost?: () => Promise<readonly ('video.engine-away' | 'video.recording-failed')[]>
  linesAway?: () => readonly ('phone' | 'text')[]
  freeBytes?: (folder: string) => Promise<number>
}) {
  const { clock } = given
  const freeBytes = given.freeBytes ?? freeBytesOf
  const pulse = openPulse({ db: given.db, clock })
  let freeOfData = Infinity
  const isSaid = (name: Loss) => health.now().some((one) => one.name === name)
  /** A bound that is harder to come back over than to fall below. */
  const isBelow = (name: Loss, bytes: number, bound: number) => bytes < bound * (isSaid(name) ? back : 1)

  const database: Probe = probe(
    'database',
    ['database.unavailable', 'database.read-only', 'database.slow', 'clock.wrong'],
    async () => {
      const { canWrite, tookMs, aheadMs } = await pulse()
      const bound = bounds.slowCommitMs / (isSaid('database.slow') ? back : 1)
      const databaseAhead = Math.abs(aheadMs) > bounds.clockMs + tookMs ? aheadMs : 0
      const ownAhead = clock.wrongMs()
      return {
        'database.read-only': canWrite ? undefined : {},
        'database.slow': tookMs > bound ? { commitMs: Math.round(tookMs) } : undefined,
        'clock.wrong':
          ownAhead || databaseAhead
            ? {
                machineAheadSeconds: Math.round(ownAhead / 1_000),
                databaseAheadSeconds: Math.round(databaseAhead / 1_000),
              }
            : undefined,
      }
    },
    { 'database.unavailable': {} },
  )
  const disk = probe('disk', ['disk.nearly-full', 'media.nearly-full'], async () => {
    freeOfData = given.dataFolder ? await freeBytes(given.dataFolder) : Infinity
    const media = await freeBytes(given.mediaFolder)
    const figure = (bytes: number) => ({ freeMegabytes: Math.round(bytes / MiB) })
    return {
      'disk.nearly-full': isBelow('disk.nearly-full', freeOfData, bounds.dataNearlyFull)
        ? figure(freeOfData)
        : undefined,
      'media.nearly-full': isBelow('media.nearly-full', media, given.keepFreeBytes * 2)
        ? figure(media)
        : undefined,
    }
  })
  const store = probe(
    'media',
    ['media.store-down'],
    () => writeAndTakeBack(given.mediaFolder).then(() => ({})),
    {
      'media.store-down': {},
    },
  )
  const desks = probe('desks', ['desk.none-live'], async () => {
    const [unstaffed, waiting] = await Promise.all([given.desksUnstaffed(), given.desksWaiting()])
    const found = unstaffed.filter((desk) => desk === given.dutyDesk || waiting.includes(desk))
    return { 'desk.none-live': found.length > 0 ? { desks: found } : undefined }
  })
  const log = probe('log', ['log.held-back'], () => {
    const ms = given.heldBackMs()
    return Promise.resolve({
      'log.held-back': ms > bounds.heldBackMs ? { heldBackMs: Math.round(ms) } : undefined,
    })
  })
  const invariants = probe('invariants', ['invariant.broken'], async () => {
    const broken = await given.invariantsBroken()
    return { 'invariant.broken': broken.length > 0 ? { invariants: [...broken] } : undefined }
  })
  const engines = probe('engines', ['evidence.copyist', 'evidence.ffmpeg', 'evidence.jail'], () =>
    Promise.resolve(
      Object.fromEntries(given.lacks().map(({ engine, why }) => [`evidence.${engine}`, { why }])) as Told,
    ),
  )

  const lines = probe('lines', ['line.phone-away', 'line.text-away'], () => {
    const away = given.linesAway?.() ?? []
    return Promise.resolve(Object.fromEntries(away.map((line) => [`line.${line}-away`, {}])) as Told)
  })

  const video = probe('video', ['video.engine-away', 'video.recording-failed'], async () =>
    Object.fromEntries(((await given.videoLost?.()) ?? []).map((name) => [name, {}])),
  )

  const health = openHealth({
    named: losses,
    probes: [database, disk, store, desks, log, invariants, engines, lines, video],
    clock,
    log: given.log,
  })

  return {
    sweep: health.sweep,
    look: health.look,
    names: health.names,
    degraded: (): Degradation[] =>
      health.now().map((found) => {
        const { zh, en } = losses[found.name as Loss]
        return { ...found, zh, en }
      }),
    /** Why a report could not be kept durably now; nothing if it could. */
    async whyNot(): Promise<string | undefined> {
      let timer: NodeJS.Timeout | undefined
      const felt = await Promise.race([
        pulse().catch(() => undefined),
        new Promise<undefined>((resolve) => {
          timer = setTimeout(() => resolve(undefined), pulseTimeoutMs)
        }),
      ])
      clearTimeout(timer)
      if (!felt) return 'database.unavailable'
      if (!felt.canWrite) return 'database.read-only'
      if (!felt.hasDesk) return 'desk.none'
      return freeOfData < bounds.dataFull ? 'disk.full' : undefined
    },
  }
}

function probe(
  of: string,
  tells: readonly Loss[],
  look: () => Promise<Told>,
  otherwise?: Readonly<Record<string, Facts>>,
): Probe {
  return { of, tells, look, timeoutMs: pulseTimeoutMs, ...(otherwise && { otherwise }) }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** What a store must be able to do, done with one letter. */
async function writeAndTakeBack(folder: string): Promise<void> {
  const path = join(folder, `.probe-${process.pid}`)
  const file = await open(path, 'w', 0o600)
  try {
    await file.write('.')
    await file.sync()
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}
