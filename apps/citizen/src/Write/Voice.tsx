import { Mic, Square } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { usePhone, useTick } from '../app/hooks.ts'
import { clockOf } from '../app/spell.ts'
import { noteRefused } from '../phone/permissions.ts'

const icon = { size: 20, strokeWidth: 1.75, 'aria-hidden': true } as const
/** What one recording may be long; another one may follow. */
const longestSeconds = 300

/** Safari records mp4, the others webm; nothing where the browser cannot record. */
function typeHere(): string | undefined {
  if (typeof MediaRecorder === 'undefined' || !navigator.mediaDevices) return undefined
  return ['audio/webm;codecs=opus', 'audio/mp4', 'audio/webm'].find((type) =>
    MediaRecorder.isTypeSupported(type),
  )
}

/** 录音 — one press begins, one press ends. */
export function Voice({ onVoice }: { onVoice: (voice: Blob, type: string) => void }) {
  const { say, nowMs } = usePhone()
  const [state, setState] = useState<'idle' | 'running' | 'denied'>('idle')
  const [startedMs, setStartedMs] = useState(0)
  const recorder = useRef<MediaRecorder | undefined>(undefined)
  const type = typeHere()
  useTick(state === 'running')
  useEffect(() => () => (recorder.current?.state === 'recording' ? recorder.current.stop() : undefined), [])
  const seconds = state === 'running' ? (nowMs() - startedMs) / 1000 : 0
  useEffect(() => {
    if (seconds >= longestSeconds) recorder.current?.stop()
  }, [seconds])

  const start = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const parts: Blob[] = []
      const running = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : {})
      running.ondataavailable = ({ data }) => parts.push(data)
      running.onstop = () => {
        for (const track of stream.getTracks()) track.stop()
        setState('idle')
        const plain = (running.mimeType || 'audio/webm').split(';')[0] ?? 'audio/webm'
        if (parts.length) onVoice(new Blob(parts, { type: plain }), plain)
      }
      recorder.current = running
      running.start(1000)
      setStartedMs(nowMs())
      setState('running')
    } catch {
      // Refused or without a microphone: said in place, and told to the desk.
      noteRefused('microphone')
      setState('denied')
    }
  }

  if (!type) return null
  return (
    <>
      <button
        type="button"
        className="button"
        aria-pressed={state === 'running'}
        onClick={() => (state === 'running' ? recorder.current?.stop() : void start())}
      >
        {state === 'running' ? <Square {...icon} /> : <Mic {...icon} />}
        {state === 'running' ? say('write.voice-stop', { time: clockOf(seconds) }) : say('write.voice')}
      </button>
      {state === 'denied' && (
        <p className="about files-note" role="status">
          {say('write.voice-denied')}
        </p>
      )}
    </>
  )
}
