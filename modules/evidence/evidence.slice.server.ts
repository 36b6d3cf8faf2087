import { createHash } from 'node:crypto'
import { constants, open, rm, type FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { refuse, type Refusal } from '@open110/kit/refuse'
import type { Fingerprints } from './evidence.fingerprints.server.ts'
import type { Upload } from './evidence.landing.server.ts'

export const checksumAlgorithms = ['sha1', 'sha256'] as const
export type Checksum = { algorithm: (typeof checksumAlgorithms)[number]; digest: string }

/**
 * How a slice ended. `cut`: the line broke; what had come stays. `beyond`: it went on after the end that was declared.
 * `garbled`: not what its checksum says; nothing of it stays. `full`: no room for more; what had come stays.
 */
export type Ending = 'all' | 'cut' | 'beyond' | 'garbled' | Refusal

type Taking = {
  fingerprints: Fingerprints
  /** Why so many bytes more may not lie here, if they may not. */
  room: (bytes: number) => Promise<Refusal | undefined>
  checksum?: Checksum | undefined
}

/** On the disk in one go, while the next is being filled: an upload has no more than two, however fast its line. */
const blockBytes = 1024 * 1024
const mostSpare = 8
/** Filled over and over: a buffer of its own for every packet costs more in tidying up than the copy into these. */
const spare: Buffer[] = []
/** After so much the room is looked at anew, and the digests are told to follow: twice this is the most they are behind. */
const strideBytes = 2 * 1024 * 1024

/**
 * 分片 — takes what comes at the upload's offset and moves the offset to what is durable. A fault leaves it where it was,
 * and nothing beyond it.
 */
export async function takeSlice(upload: Upload, body: Readable, taking: Taking): Promise<Ending> {
  const { checksum } = taking
  if (!checksum) return grow(upload, body, taking)
  // It lies apart until it is known to be right: a kill before that must not make it part of the file.
  const path = `${upload.path}.slice`
  const hash = createHash(checksum.algorithm)
  const apart = await open(path, 'w+', 0o600)
  try {
    const { ending } = await pour(apart, { from: 0, to: upload.length - upload.offset }, body, {
      room: taking.room,
      take: (chunk) => hash.update(chunk),
    })
    if (ending !== 'all') return ending
    if (hash.digest('base64') !== checksum.digest) return 'garbled'
    const right = apart.createReadStream({ start: 0, highWaterMark: blockBytes, autoClose: false })
    return await grow(upload, right, taking)
  } finally {
    await apart.close()
    await rm(path, { force: true })
  }
}

async function grow(upload: Upload, body: Readable, { fingerprints, room }: Taking): Promise<Ending> {
  // Every write waits for the disk: what has been written has been kept.
  const file = await open(upload.path, constants.O_RDWR | constants.O_DSYNC)
  const follow = async (to: number) => {
    if (to - upload.followedTo < strideBytes) return
    await upload.following
    upload.followedTo = to
    // Digests that broke off are read from the start when the file is whole.
    upload.following = fingerprints.follow(upload.path, to).catch(() => {})
  }
  try {
    const span = { from: upload.offset, to: upload.length }
    const { ending, end } = await pour(file, span, body, { room, stride: follow })
    upload.offset = end
    await follow(end)
    return ending
  } catch (fault) {
    // What lies beyond the offset was told to nobody, and the disk may have lost any of it.
    fingerprints.forget(upload.path)
    upload.followedTo = 0
    await file.truncate(upload.offset)
    if (isFull(fault)) return full()
    throw fault
  } finally {
    // Nobody waits for it: what was told is on the disk already.
    file.close().catch(() => {})
  }
}

/** Writes what comes into the span, and says how it ended and where what is in the file ends now. */
async function pour(
  file: FileHandle,
  span: { from: number; to: number },
  body: Readable,
  each: {
    room: Taking['room']
    take?: (chunk: Buffer) => unknown
    stride?: (end: number) => Promise<void>
  },
): Promise<{ ending: Ending; end: number }> {
  let [received, end] = [span.from, span.from]
  let nextStride = span.from + strideBytes
  let block: Buffer | undefined
  let filled = 0
  let refused: Refusal | undefined
  let isBeyond = false
  let isCut = false

  // It is asked for while the first packets come, and waited for before they are written.
  const askRoom = () => heard(each.room(Math.min(strideBytes, span.to - received)))
  let asking = askRoom()
  let writing = Promise.resolve()

  async function write(mine: Buffer, bytes: number): Promise<void> {
    try {
      refused ??= await asking
      for (let from = 0; from < bytes && !refused;) {
        const { bytesWritten } = await file.write(mine, from, bytes - from, end)
        end += bytesWritten
        from += bytesWritten
      }
    } finally {
      giveBack(mine)
    }
  }
  async function flush(): Promise<void> {
    await writing
    if (!block) return
    writing = heard(write(block, filled))
    block = undefined
    filled = 0
  }
  /** As much as fits now; the rest when a block is free again. */
  async function fillOn(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0 && !refused;) {
      rest = fill(rest)
      if (filled === blockBytes) await flush()
    }
  }
  function fill(chunk: Buffer): Buffer {
    block ??= takeBlock()
    const copied = chunk.copy(block, filled)
    filled += copied
    return chunk.subarray(copied)
  }
  async function goOn(rest: Buffer): Promise<void> {
    await flush()
    await fillOn(rest)
    if (received < nextStride || received === span.to) return
    nextStride = received + strideBytes
    asking = askRoom()
    await each.stride?.(end)
  }
  function take(chunk: Buffer): Promise<void> | 'enough' | undefined {
    if (refused) return 'enough'
    const fitting = chunk.subarray(0, span.to - received)
    if (fitting.length < chunk.length) isBeyond = true
    each.take?.(fitting)
    received += fitting.length
    const rest = fill(fitting)
    if (filled === blockBytes) return goOn(rest)
    return isBeyond ? 'enough' : undefined
  }

  try {
    isCut = (await flowInto(body, take)) === 'cut'
    await flush()
    await writing
  } catch (fault) {
    if (!isFull(fault)) throw fault
    refused = full()
  } finally {
    // Nothing is being written any more when the file is cut or closed.
    await writing.catch(() => {})
    if (block) giveBack(block)
  }
  return { ending: refused ?? (isBeyond ? 'beyond' : isCut ? 'cut' : 'all'), end }
}

/** Gives away what comes packet by packet, and holds the line while the taker is busy; an iteration would join them first. */
function flowInto(
  body: Readable,
  take: (chunk: Buffer) => Promise<void> | 'enough' | undefined,
): Promise<'all' | 'cut' | 'enough'> {
  const { promise, resolve, reject } = Promise.withResolvers<'all' | 'cut' | 'enough'>()
  let busy: Promise<void> | undefined
  const onData = (chunk: Buffer) => {
    const taken = take(chunk)
    if (taken === undefined) return
    body.pause()
    if (taken === 'enough') return resolve('enough')
    busy = taken
    taken.then(() => body.resume(), reject)
  }
  const onEnd = () => resolve('all')
  const onGone = () => void (busy ?? Promise.resolve()).then(() => resolve('cut'), reject)
  if (body.destroyed) onGone()
  body.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone)
  return promise.finally(() => {
    // Its error stays heard: a line may break after nobody reads from it any more.
    body.off('data', onData).off('end', onEnd).off('close', onGone)
    body.pause()
  })
}

/** Whoever waits for it is told of its fault; until then it is nobody's unheard one. */
function heard<Answer>(promise: Promise<Answer>): Promise<Answer> {
  promise.catch(() => {})
  return promise
}

const takeBlock = () => spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes)

function giveBack(block: Buffer): void {
  if (spare.length < mostSpare) spare.push(block)
}

const full = () => refuse('attachment.disk-unavailable', { why: 'full' })

export function isFull(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && (fault.code === 'ENOSPC' || fault.code === 'EDQUOT')
}
