import { handTurned } from '@open110/core/fake/timers.fake'
import { expect, test } from 'vitest'
import { openCamera, type CameraTrouble } from './camera.ts'

class Track extends EventTarget {
  kind: string
  readyState = 'live'
  constructor(kind: string) {
    super()
    this.kind = kind
  }
  stop() {
    this.readyState = 'ended'
  }
  /** As the browser does it: another app has the camera now. */
  lose() {
    this.stop()
    this.dispatchEvent(new Event('ended'))
  }
}
class Stream {
  tracks: Track[]
  constructor(tracks: Track[]) {
    this.tracks = tracks
  }
  getTracks = () => this.tracks
  getVideoTracks = () => this.tracks.filter(({ kind }) => kind === 'video')
  getAudioTracks = () => this.tracks.filter(({ kind }) => kind === 'audio')
}
Object.assign(globalThis, { MediaStream: Stream })

/** A phone whose cameras are had or refused as the test says. */
function phone(
  refuses: (asked: { video?: unknown; audio?: unknown }) => string | undefined = () => undefined,
) {
  const clock = handTurned()
  const asked: string[] = []
  const streams: Stream[] = []
  const troubles: (CameraTrouble | undefined)[] = []
  const camera = openCamera({
    timers: clock.timers,
    devices: {
      getUserMedia: async (kinds: { video?: unknown; audio?: unknown }) => {
        const { video, audio } = kinds
        const name = [video && 'video', audio && 'audio'].filter(Boolean).join('+')
        asked.push(name)
        const no = refuses(kinds)
        if (no) throw new DOMException('no', no)
        return new Stream(name.split('+').map((kind) => new Track(kind)))
      },
    } as unknown as MediaDevices,
    onStream: (stream) => streams.push(stream as unknown as Stream),
    onTrouble: (trouble) => troubles.push(trouble),
  })
  return { clock, camera, asked, streams, troubles }
}

test('[ME67] whoever says no is not asked for the camera again, and the sound alone may still go', async () => {
  const { camera, asked } = phone(({ video }) => (video ? 'NotAllowedError' : undefined))
  const { stream, trouble } = await camera.start({ video: true, audio: true })
  expect(trouble).toBe('denied')
  expect(stream?.getTracks().map(({ kind }) => kind)).toEqual(['audio'])
  expect(asked).toEqual(['video+audio', 'audio'])
})

test('[ME67] without a microphone the picture goes alone', async () => {
  const { camera, asked } = phone(({ audio }) => (audio ? 'NotFoundError' : undefined))
  const { stream } = await camera.start({ video: true, audio: true })
  expect(stream?.getTracks().map(({ kind }) => kind)).toEqual(['video'])
  expect(asked).toEqual(['video+audio', 'video'])
})

test('[ME67] a call comes in, takes the camera, and it is had again when it is free', async () => {
  let isTaken = false
  const { camera, clock, streams, troubles } = phone(() => (isTaken ? 'NotReadableError' : undefined))
  const { stream } = await camera.start({ video: true, audio: true })
  isTaken = true
  ;(stream as unknown as Stream).tracks[0]?.lose()
  await clock.pass(5_000)
  expect(troubles.at(-1)).toBe('busy')
  expect(streams).toEqual([])
  isTaken = false
  camera.wake()
  await clock.pass(0)
  expect(streams).toHaveLength(1)
  expect(troubles.at(-1)).toBeUndefined()
})

test('[ME67] no microphone is opened where no sound is wanted, and what was stopped stays stopped', async () => {
  const { camera, asked, clock, troubles } = phone()
  const { stream } = await camera.start({ video: true, audio: false })
  camera.stop()
  ;(stream as unknown as Stream).tracks[0]?.lose()
  camera.wake()
  await clock.pass(10_000)
  expect(asked).toEqual(['video'])
  expect(troubles).toEqual([])
})

test('[ME67] a page that is not served securely says so instead of failing', async () => {
  const camera = openCamera({
    timers: handTurned().timers,
    devices: undefined,
    onStream: () => {},
    onTrouble: () => {},
  })
  expect(await camera.start({ video: true, audio: true })).toEqual({ trouble: 'insecure' })
})
