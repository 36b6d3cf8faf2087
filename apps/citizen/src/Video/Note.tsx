import { usePhone } from '../app/hooks.ts'
import { sha256Of } from '../phone/digest.ts'
import { Voice } from '../Write/Voice.tsx'

/** 录音 — a voice note for where the film does not come through; it waits in the outbox like everything else. */
export function Note({ of }: { of: string }) {
  const { outbox, newId } = usePhone()
  const send = async (voice: Blob, type: string) => {
    const name = `voice.${type.includes('mp4') ? 'm4a' : 'webm'}`
    const sha256 = await sha256Of(voice).catch(() => undefined)
    const file = { name, type, bytes: voice.size, ...(sha256 ? { sha256 } : {}) }
    await outbox.press([
      { id: newId(), of, parcel: { kind: 'attachment', isSaid: false, file }, file: voice },
    ])
  }
  return <Voice onVoice={(voice, type) => void send(voice, type)} />
}
