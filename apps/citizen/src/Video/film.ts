import { cell, type Cell } from '@open110/core/cell'
import { iceServersOf, videoSignals } from '@open110/core/video'
import type { Call } from '@open110/kit/client/call'
import type { Timers } from '@open110/kit/client/live'
import { openCamera, openSender, type CameraTrouble, type Sender } from '@open110/media/client'
import type { Entry } from '@open110/modules/video/api'
import { noteRefused } from '../phone/permissions.ts'
import type { FilmSight } from './video.state.ts'

/** 画面 — what goes out of this phone: its camera, its microphone, and the line that carries them. */
export type Film = {
  readonly sight: Cell<FilmSight>
  /** The camera is asked for; what it gives waits for the call. */
  begin(): Promise<void>
  /** The call lets this phone send, or has given it new credentials. */
  enter(entry: Entry): void
  /** Of the line that was opened last. */
  generation(): number | undefined
  /** Whether it carries, and none is being opened in its place. */
  isUp(): boolean
  /** The desk asks for single pictures, or for the film again. */
  hold(stills: boolean): void
  turn(): Promise<void>
  torch(): Promise<void>
  setMuted(isMuted: boolean): Promise<void>
  /** Back in the foreground, or back on the network. */
  wake(): void
  lineLost(): void
  stop(): void
}

export function openFilm(given: {
  call: Call
  timers: Timers
  isMuted: boolean
  /** A line was refused: what is known of the call may be old. */
  onRefused: () => void
}): Film {
  const { call, timers } = given
  const sight = cell<FilmSight>({
    step: 'video',
    isStillsAsked: false,
    line: 'opening',
    hasPicture: false,
    hasSound: false,
    isMuted: given.isMuted,
    facing: 'back',
    hasTorch: false,
    isTorchOn: false,
  })
  const show = (next: Partial<FilmSight>) => sight.set({ ...sight.get(), ...next })
  const trouble = (why: CameraTrouble | undefined) => {
    const { trouble: _, ...rest } = sight.get()
    sight.set(why ? { ...rest, trouble: why } : rest)
  }
  let entry: Entry | undefined
  let stream: MediaStream | undefined
  let sender: Sender | undefined
  let generation: number | undefined
  let isStopped = false

  const camera = openCamera({
    timers,
    devices: navigator.mediaDevices,
    onStream: (next) => carry(next),
    onTrouble(why) {
      trouble(why)
      if (why) show({ hasPicture: false })
      level()
    },
  })
  const carry = (next: MediaStream, why?: CameraTrouble) => {
    stream = next
    const hasPicture = next.getVideoTracks().length > 0
    trouble(hasPicture ? undefined : (why ?? 'none'))
    show({
      preview: next,
      hasPicture,
      hasSound: next.getAudioTracks().length > 0,
      isTorchOn: false,
      hasTorch: camera.hasTorch(),
      facing: camera.facing(),
    })
    if (sender) sender.send(next)
    else send()
    level()
  }
  const film = async () => {
    const got = await camera.start({ video: true, audio: !sight.get().isMuted })
    if (isStopped) return
    if (got.stream) return carry(got.stream, got.trouble)
    if (got.trouble === 'denied') noteRefused('camera')
    trouble(got.trouble ?? 'none')
    show({ hasPicture: false, hasSound: false, step: 'text' })
    sayBlind()
  }
  /** Without camera and microphone nothing is sent; the desk is told that words are all there is. */
  const sayBlind = () => {
    if (!entry || stream || !sight.get().trouble) return
    videoSignals(call, entry.video.id, entry.me.id)
      .step('text')
      .catch(() => undefined) // the page says it too, and the desk sees that no line comes
  }
  const level = () => {
    const { hasPicture, isStillsAsked } = sight.get()
    sender?.level(!hasPicture ? 'voice' : isStillsAsked ? 'stills' : 'video')
  }
  const send = () => {
    if (!entry || !stream || sender || isStopped) return
    sender = openSender({
      signals: videoSignals(call, entry.video.id, entry.me.id, (made) => (generation = made)),
      iceServers: () => iceServersOf(entry),
      maxKbps: entry.maxVideoKbps,
      stillSeconds: entry.stillSeconds,
      timers,
      stream,
      onState({ step, phase, refusal }) {
        show({ step, line: phase })
        if (refusal) given.onRefused()
      },
    })
    level()
  }

  return {
    sight,
    begin: film,
    enter(next) {
      entry = next
      send()
      sayBlind()
    },
    generation: () => generation,
    isUp: () => sender?.phase() === 'up',
    hold(stills) {
      show({ isStillsAsked: stills })
      level()
    },
    async turn() {
      await camera.turn(camera.facing() === 'back' ? 'front' : 'back')
      show({ facing: camera.facing(), hasTorch: camera.hasTorch() })
    },
    async torch() {
      const isOn = !sight.get().isTorchOn
      const shines = await camera.torch(isOn).catch(() => false)
      show({ isTorchOn: isOn && shines })
    },
    async setMuted(isMuted) {
      show({ isMuted })
      // Without sound from the start no microphone was ever opened.
      if (!isMuted && !sight.get().hasSound) await film()
      else sender?.setMuted(isMuted)
    },
    wake() {
      camera.wake()
      sender?.nudge()
    },
    lineLost: () => sender?.nudge(true),
    stop() {
      isStopped = true
      sender?.close()
      camera.stop()
      const { preview: _, ...rest } = sight.get()
      sight.set({ ...rest, hasTorch: false, isTorchOn: false })
    },
  }
}
