import type { Timers } from './signals.ts'

/** 单张画面 — one picture of the camera every few seconds, small enough for the worst line. */
export type Stills = {
  run(isOn: boolean): void
  /** One at once, if they are wanted at all. */
  now(): void
  /** Once the one that is being taken is on its way or has failed, and after a moment at the latest. */
  onWay(): Promise<void>
}

const mostBytes = 60_000
/** After so long one that was not answered counts for nothing. */
const mostMs = 15_000
const waitMs = 500
const widths = [640, 480, 320] as const
const qualities = [0.7, 0.5, 0.35] as const

export function openStills(given: {
  timers: Timers
  everySeconds: number
  track: () => MediaStreamTrack | undefined
  send(jpeg: string, takenAtMs: number): Promise<boolean>
  onSent(isSent: boolean): void
}): Stills {
  const { timers } = given
  let isOn = false
  let busySinceMs: number | undefined
  /** From which size on it is tried: what was slow goes smaller the next time. */
  let size = 0
  let stop = () => {}
  let source: HTMLVideoElement | undefined
  let taken: Promise<void> = Promise.resolve()

  const once = async () => {
    const track = given.track()
    if (!track || track.readyState !== 'live' || track.muted) return
    const beganMs = timers.nowMs()
    busySinceMs = beganMs
    let leaves = () => {}
    taken = new Promise((done) => (leaves = done))
    try {
      source = await playing(source, track)
      const jpeg = await pictureOf(source, size)
      if (!jpeg) return
      const sending = given.send(await base64(jpeg), Date.now())
      leaves()
      const isSent = await sending
      const isQuick = timers.nowMs() - beganMs < given.everySeconds * 1_000
      size = isQuick ? 0 : Math.min(size + 1, widths.length - 1)
      given.onSent(isSent)
    } catch {
      // Named degradation: this picture did not go out, the next one is newer anyway.
      size = Math.min(size + 1, widths.length - 1)
      given.onSent(false)
    } finally {
      leaves()
      if (busySinceMs === beganMs) busySinceMs = undefined
    }
  }
  const round = (isFirst: boolean) => {
    stop()
    if (!isOn) return
    // One at a time on a thin line; one that hangs in a network that is gone holds up none that is asked for now.
    const isHung = busySinceMs !== undefined && timers.nowMs() - busySinceMs > mostMs
    if (isFirst || isHung || busySinceMs === undefined) void once()
    stop = timers.after(given.everySeconds * 1_000, () => round(false))
  }
  return {
    run(next) {
      if (next === isOn) return
      isOn = next
      round(true)
      if (!isOn && source) {
        source.srcObject = null
        source = undefined
      }
    },
    now: () => round(true),
    onWay: () => Promise.race([taken, new Promise<void>((done) => void timers.after(waitMs, done))]),
  }
}

/** A picture element that nobody sees and that makes no sound: it is given the picture alone. */
async function playing(
  known: HTMLVideoElement | undefined,
  track: MediaStreamTrack,
): Promise<HTMLVideoElement> {
  const showing = (known?.srcObject as MediaStream | null)?.getVideoTracks()[0]
  if (known && showing === track) return known
  const element = known ?? document.createElement('video')
  element.muted = true
  element.playsInline = true
  element.srcObject = new MediaStream([track])
  await element.play()
  return element
}

async function pictureOf(source: HTMLVideoElement, from: number): Promise<Blob | undefined> {
  const { videoWidth, videoHeight } = source
  if (!videoWidth) return undefined
  for (const [index, width] of widths.entries()) {
    if (index < from) continue
    const canvas = document.createElement('canvas')
    const scale = Math.min(1, width / videoWidth)
    canvas.width = Math.round(videoWidth * scale)
    canvas.height = Math.round(videoHeight * scale)
    canvas.getContext('2d')?.drawImage(source, 0, 0, canvas.width, canvas.height)
    const jpeg = await new Promise<Blob | null>((done) =>
      canvas.toBlob(done, 'image/jpeg', qualities[index] ?? 0.35),
    )
    if (jpeg && jpeg.size <= mostBytes) return jpeg
  }
  return undefined
}

async function base64(jpeg: Blob): Promise<string> {
  const bytes = new Uint8Array(await jpeg.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}
