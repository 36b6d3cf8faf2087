import type { Timers } from './signals.ts'

/** Why there is no picture or no sound of this phone. */
export type CameraTrouble = 'denied' | 'none' | 'busy' | 'insecure'
export type Facing = 'front' | 'back'
export type Wanted = { readonly video: boolean; readonly audio: boolean }

/**
 * 摄像头 — picture and sound of this phone, had again when something else took them: an incoming phone call, another app,
 * the lock screen.
 */
export type Camera = {
  /** Asks for both; where one of them cannot be had, for the other alone, and says what is wrong with the first. */
  start(wanted: Wanted): Promise<{ readonly stream?: MediaStream; readonly trouble?: CameraTrouble }>
  turn(facing: Facing): Promise<CameraTrouble | undefined>
  /** Whether it shines now: false where there is no torch. */
  torch(isOn: boolean): Promise<boolean>
  hasTorch(): boolean
  facing(): Facing
  /** The page is visible again: what was taken away is asked for anew. */
  wake(): void
  stop(): void
}

const againMs = [500, 1_000, 2_000, 4_000] as const
const size = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24, max: 30 } } as const
const sound = { echoCancellation: true, noiseSuppression: false, autoGainControl: true } as const

export function openCamera(given: {
  timers: Timers
  /** Absent in a page that is not served securely. */
  devices: MediaDevices | undefined
  /** What is to be sent has changed: turned, or had again. */
  onStream(stream: MediaStream): void
  /** It was taken away; `undefined` when it is there again. */
  onTrouble(trouble: CameraTrouble | undefined): void
}): Camera {
  const { timers, devices } = given
  let wanted: Wanted = { video: true, audio: true }
  let facing: Facing = 'back'
  let stream: MediaStream | undefined
  let failures = 0
  let isTaken = false
  let stopAgain = () => {}
  let isStopped = false

  const ask = async (kinds: Wanted): Promise<MediaStream> => {
    if (!devices) throw new DOMException('no secure context', 'SecurityError')
    const side = { facingMode: { ideal: facing === 'front' ? 'user' : 'environment' } }
    return devices.getUserMedia({
      ...(kinds.video ? { video: { ...size, ...side } } : {}),
      ...(kinds.audio ? { audio: sound } : {}),
    })
  }
  const take = (next: MediaStream) => {
    if (isStopped) return quit(next)
    stream = next
    for (const track of next.getTracks()) {
      track.addEventListener('ended', () => stream === next && lose())
    }
  }
  /** The browser has ended a track by itself: it was not `stop`, which tells nobody. */
  const lose = () => {
    if (isStopped || isTaken) return
    isTaken = true
    given.onTrouble('busy')
    again()
  }
  const again = () => {
    stopAgain()
    const ms = againMs[Math.min(failures, againMs.length - 1)] ?? 4_000
    stopAgain = timers.after(ms, () => void regain())
  }
  const regain = async () => {
    if (isStopped || !isTaken) return
    try {
      const old = stream
      take(await ask(wanted))
      if (old) quit(old)
      failures = 0
      isTaken = false
      given.onTrouble(undefined)
      if (stream) given.onStream(stream)
    } catch (failure) {
      failures += 1
      given.onTrouble(troubleOf(failure))
      again()
    }
  }

  return {
    async start(kinds) {
      wanted = kinds
      isStopped = false
      let trouble: CameraTrouble | undefined
      const attempt = async (each: Wanted) => {
        try {
          const old = stream
          const got = await ask(each)
          take(got)
          if (old) quit(old)
          wanted = each
          return got
        } catch (failure) {
          trouble ??= troubleOf(failure)
          return undefined
        }
      }
      let got = await attempt(kinds)
      if (!got && kinds.video && kinds.audio) {
        // Whoever has said no is not asked for the same thing again.
        if (trouble !== 'denied') got = await attempt({ video: true, audio: false })
        got ??= await attempt({ video: false, audio: true })
      }
      return { ...(got ? { stream: got } : {}), ...(trouble ? { trouble } : {}) }
    },
    async turn(next) {
      if (next === facing || !stream) return undefined
      const before = facing
      const old = stream
      facing = next
      // Most phones open one camera at a time.
      for (const track of old.getVideoTracks()) track.stop()
      for (const side of [next, before]) {
        facing = side
        try {
          const picture = await ask({ video: true, audio: false })
          take(new MediaStream([...picture.getVideoTracks(), ...old.getAudioTracks()]))
          given.onStream(stream)
          return side === next ? undefined : 'none'
        } catch (failure) {
          if (side === before) {
            lose()
            return troubleOf(failure)
          }
        }
      }
      return undefined
    },
    async torch(isOn) {
      const [track] = stream?.getVideoTracks() ?? []
      if (!track || !shines(track)) return false
      await track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] })
      return isOn
    },
    hasTorch: () => stream?.getVideoTracks().some(shines) ?? false,
    facing: () => facing,
    wake() {
      if (isTaken) void regain()
      else if (stream?.getTracks().some(({ readyState }) => readyState === 'ended')) lose()
    },
    stop() {
      isStopped = true
      stopAgain()
      if (stream) quit(stream)
      stream = undefined
    },
  }
}

const shines = (track: MediaStreamTrack): boolean =>
  (track.getCapabilities?.() as { torch?: boolean } | undefined)?.torch === true

const quit = (stream: MediaStream) => {
  for (const track of stream.getTracks()) track.stop()
}

export function troubleOf(failure: unknown): CameraTrouble {
  const name = (failure as { name?: unknown } | undefined)?.name
  if (name === 'NotAllowedError' || name === 'PermissionDeniedError') return 'denied'
  if (name === 'SecurityError') return 'insecure'
  if (name === 'NotReadableError' || name === 'AbortError' || name === 'TrackStartError') return 'busy'
  return 'none'
}
