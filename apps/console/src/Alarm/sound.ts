/** 提示音 — made by the browser, no file to load. Pitches lie above the room's own CAD alarms. */
type Note = { readonly hertz: number; readonly at: number; readonly seconds: number }
const notes = {
  p1: [
    { hertz: 880, at: 0, seconds: 0.16 },
    { hertz: 1109, at: 0.2, seconds: 0.16 },
    { hertz: 1397, at: 0.4, seconds: 0.3 },
  ],
  p2: [{ hertz: 988, at: 0, seconds: 0.28 }],
} as const satisfies Record<string, readonly Note[]>
export type Tune = keyof typeof notes

export type Speaker = {
  /** Must be called from a press: browsers stay silent until a person has acted. */
  unlock(): void
  play(tune: Tune): void
  /** Whether the browser lets sound out now. */
  isUnlocked(): boolean
}

export function openSpeaker(): Speaker {
  let context: AudioContext | undefined
  const unlock = () => {
    context ??= new AudioContext()
    if (context.state === 'suspended') void context.resume()
  }
  return {
    unlock,
    isUnlocked: () => context?.state === 'running',
    play(tune) {
      if (!context) return
      const start = context.currentTime + 0.02
      for (const note of notes[tune]) {
        const tone = context.createOscillator()
        const volume = context.createGain()
        tone.type = 'triangle'
        tone.frequency.value = note.hertz
        volume.gain.setValueAtTime(0, start + note.at)
        volume.gain.linearRampToValueAtTime(0.22, start + note.at + 0.015)
        volume.gain.setValueAtTime(0.22, start + note.at + note.seconds - 0.05)
        volume.gain.linearRampToValueAtTime(0, start + note.at + note.seconds)
        tone.connect(volume).connect(context.destination)
        tone.start(start + note.at)
        tone.stop(start + note.at + note.seconds)
      }
    },
  }
}
