/** 提示音 — short and rising, away from the pitch of the alarms that rooms already have (design: 声音). */
export type Chime = {
  /** Browsers keep silent until a person has touched the page. */
  isReady(): boolean
  unlock(): Promise<void>
  ring(what: 'urgent' | 'ordinary'): void
}

const notes = { urgent: [660, 830, 990], ordinary: [660, 830] } as const

export function openChime(): Chime {
  let context: AudioContext | undefined
  const isReady = () => context?.state === 'running'
  return {
    isReady,
    async unlock() {
      context ??= new AudioContext()
      await context.resume()
    },
    ring(what) {
      navigator.vibrate?.(what === 'urgent' ? [200, 100, 200, 100, 200] : [200])
      if (!context || !isReady()) return
      for (const [index, pitch] of notes[what].entries()) {
        const from = context.currentTime + index * 0.16
        const tone = context.createOscillator()
        const volume = context.createGain()
        tone.frequency.value = pitch
        volume.gain.setValueAtTime(0, from)
        volume.gain.linearRampToValueAtTime(0.25, from + 0.02)
        volume.gain.linearRampToValueAtTime(0, from + 0.14)
        tone.connect(volume).connect(context.destination)
        tone.start(from)
        tone.stop(from + 0.15)
      }
    },
  }
}
