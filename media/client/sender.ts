import { isRefusal, type Refusal } from '@open110/kit/refuse'
import {
  encodingOf,
  onLadder,
  openLadder,
  triesStills,
  type Ladder,
  type Sign,
  type Step,
} from './ladder.state.ts'
import { openLine, type LinePhase } from './line.ts'
import { offerOf, preferVp8 } from './sdp.ts'
import type { Signals, Timers, TrackKind } from './signals.ts'
import { openStills } from './stills.ts'
import type { Heard } from './stats.ts'

/** 发送 — sends the picture and sound of this phone, as much of it as comes through. */
export type Sender = {
  /** What is sent from now on; without a line of the same kinds a new one is made. */
  send(stream: MediaStream): void
  /** Sends silence. Where no sound may leave the phone at all, a stream without sound is sent. */
  setMuted(isMuted: boolean): void
  /** Nothing above this step is sent: the desk asks for single pictures, the phone has no camera. */
  level(step: Step): void
  step(): Step
  phase(): LinePhase
  /** The page is visible again, the network is back, or (`isLost`) the engine says that this line is down. */
  nudge(isLost?: boolean): void
  close(): void
}

const tickMs = 500

export function openSender(given: {
  signals: Pick<Signals, 'publish' | 'still' | 'step'>
  iceServers: () => RTCIceServer[]
  maxKbps: number
  stillSeconds: number
  timers: Timers
  stream: MediaStream
  /** `refusal`: why the line is over, or what it waits for. */
  onState(state: { step: Step; phase: LinePhase; refusal?: Refusal }): void
  onQuality?(heard: Heard): void
}): Sender {
  const { signals, timers } = given
  let { stream } = given
  let ladder: Ladder = openLadder(timers.nowMs())
  let isMuted = false
  let sent = 0
  let said: Step | undefined
  let refusal: Refusal | undefined

  const take = (sign: Sign) => {
    const { step } = ladder
    ladder = onLadder(ladder, sign, timers.nowMs())
    if (ladder.step === step) return
    tell()
    encode()
    stills.run(triesStills(ladder))
  }
  const tell = () => {
    given.onState({ step: ladder.step, phase: line.phase(), ...(refusal ? { refusal } : {}) })
    sayStep()
  }
  const sayStep = () => {
    const { step } = ladder
    if (said === step) return
    said = step
    // The next change, or the next line that comes up, says it again.
    signals.step(step).catch(() => (said = undefined))
  }

  /** The encoder follows the step; nothing is negotiated for it. */
  const encode = () => {
    for (const each of line.connection()?.getSenders() ?? []) {
      if (each.track?.kind !== 'video') continue
      const asked = each.getParameters()
      const [first] = asked.encodings
      if (!first) continue
      const { isActive, maxKbps, scaleDownBy, maxFps } = encodingOf(ladder.step, given.maxKbps)
      first.active = isActive
      if (isActive) {
        first.maxBitrate = maxKbps * 1_000
        first.scaleResolutionDownBy = scaleDownBy
        first.maxFramerate = maxFps
      }
      void each.setParameters(asked).catch(() => undefined) // the line was closed meanwhile
    }
  }
  const stills = openStills({
    timers,
    everySeconds: given.stillSeconds,
    track: () => stream.getVideoTracks()[0],
    send: async (jpeg, takenAtMs) => !isRefusal(await signals.still(jpeg, takenAtMs)),
    onSent: (isSent) => take({ t: 'still', isSent }),
  })

  const line = openLine({
    timers,
    iceServers: given.iceServers,
    async negotiate(open, transport, onAnswered) {
      // On a line that was lost one picture is sooner than a film: it goes first.
      if (triesStills(ladder)) await stills.onWay()
      const connection = open()
      for (const track of stream.getTracks()) {
        const { maxKbps } = encodingOf('video', given.maxKbps)
        const isVideo = track.kind === 'video'
        const transceiver = connection.addTransceiver(track, {
          direction: 'sendonly',
          streams: [stream],
          ...(isVideo ? { sendEncodings: [{ maxBitrate: maxKbps * 1_000 }] } : {}),
        })
        if (isVideo) preferVp8(transceiver)
      }
      const said = await signals.publish(await offerOf(connection), transport)
      if (isRefusal(said)) return said
      onAnswered()
      await connection.setRemoteDescription({ type: 'answer', sdp: said.answer })
      return connection
    },
    onUp() {
      sent = 0
      fit()
    },
    onPhase(phase, why) {
      refusal = why
      if (phase === 'over') stop()
      const { step } = ladder
      take({ t: 'line', isUp: phase === 'up' })
      if (phase === 'up') {
        said = undefined
        encode()
        sayStep()
      }
      if (ladder.step === step) given.onState({ step, phase, ...(refusal ? { refusal } : {}) })
    },
    onHeard(heard) {
      const { availableKbps, lost } = heard
      const isSending = heard.mediaSent !== sent
      sent = heard.mediaSent
      take({
        t: 'quality',
        ...(availableKbps === undefined ? {} : { availableKbps }),
        ...(lost === undefined ? {} : { lost }),
      })
      given.onQuality?.(heard)
      // Film is answered all the time, sound now and then, and a line at rest by its own knocking only.
      const isFilm = encodingOf(ladder.step, 1).isActive && stream.getVideoTracks().length > 0
      return { mostSilentMs: !isSending ? 8_000 : isFilm ? 2_500 : 5_500 }
    },
  })

  /** What the line carries is what is to be sent, without a new one where its kinds are the same. */
  const fit = () => {
    const carried = line.connection()?.getSenders() ?? []
    const same = kindsOf(carried.flatMap(({ track }) => track ?? [])) === kindsOf(stream.getTracks())
    if (!same) return line.nudge(true)
    for (const each of carried) {
      const track = stream.getTracks().find(({ kind }) => kind === each.track?.kind)
      if (track && track !== each.track) void each.replaceTrack(track).catch(() => line.nudge(true))
    }
  }

  let stopTicking = () => {}
  const tick = () => {
    stopTicking = timers.after(tickMs, () => {
      take({ t: 'tick' })
      tick()
    })
  }
  const stop = () => {
    stopTicking()
    stills.run(false)
  }
  tick()

  return {
    send(next) {
      stream = next
      for (const track of next.getAudioTracks()) track.enabled = !isMuted
      fit()
    },
    setMuted(on) {
      isMuted = on
      for (const track of stream.getAudioTracks()) track.enabled = !on
    },
    level: (step) => take({ t: 'ceiling', step }),
    step: () => ladder.step,
    phase: () => line.phase(),
    nudge(isLost) {
      stills.now()
      line.nudge(isLost)
    },
    close() {
      stop()
      line.close()
    },
  }
}

const kindsOf = (tracks: readonly MediaStreamTrack[]): string =>
  (['audio', 'video'] satisfies TrackKind[])
    .filter((kind) => tracks.some((track) => track.kind === kind))
    .join()
