import { useRef } from 'react'
import { Camera, Mic, Video } from 'lucide-react'
import { Button } from '@open110/ui/button'
import type { Parcel } from './parcels.state.ts'
import { clockTime, say, sayOr } from './words.ts'

const kinds = [
  { kind: 'photo', accept: 'image/*', icon: Camera },
  { kind: 'video', accept: 'video/*', icon: Video },
  { kind: 'voice', accept: 'audio/*', icon: Mic },
] as const

const stateWords = (parcel: Parcel) => {
  if (parcel.state === 'sending') {
    return say('field.evidence.sending', {
      percent: Math.floor((parcel.sent / Math.max(1, parcel.bytes)) * 100),
    })
  }
  if (parcel.state !== 'refused') return say(`field.evidence.${parcel.state}`)
  return say('field.evidence.refused', { why: sayOr(`refusal.${parcel.refused ?? ''}`) })
}

/** 现场取证 — the phone's own camera and recorder; what waits and what has arrived is said for each. */
export function EvidenceSheet(given: {
  parcels: readonly Parcel[]
  isStored: boolean
  onFile: (file: File) => void
  onAgain: (id: string) => void
  onClose: () => void
}) {
  const inputs = useRef(new Map<string, HTMLInputElement>())
  return (
    <div className="sheet" role="group" aria-label={say('field.evidence')}>
      <div className="tools">
        {kinds.map(({ kind, icon: Icon }) => (
          <Button key={kind} onPress={() => inputs.current.get(kind)?.click()}>
            <Icon size={22} strokeWidth={1.75} aria-hidden="true" /> {say(`field.evidence.take.${kind}`)}
          </Button>
        ))}
      </div>
      {kinds.map(({ kind, accept }) => (
        <input
          key={kind}
          ref={(input) => {
            if (input) inputs.current.set(kind, input)
          }}
          type="file"
          accept={accept}
          capture="environment"
          hidden
          data-kind={kind}
          onChange={({ target }) => {
            for (const file of target.files ?? []) given.onFile(file)
            target.value = ''
          }}
        />
      ))}
      {given.isStored ? undefined : (
        <p className="fault" role="alert">
          {say('field.evidence.full')}
        </p>
      )}
      <div role="status">
        <ul className="sheet-list">
          {given.parcels.toReversed().map((parcel) => (
            <li key={parcel.id}>
              {parcel.name} <time dateTime={parcel.madeAt}>{clockTime(parcel.madeAt)}</time>{' '}
              <b>{stateWords(parcel)}</b>
              {parcel.state === 'refused' ? (
                <Button onPress={() => given.onAgain(parcel.id)}>{say('field.evidence.again')}</Button>
              ) : undefined}
            </li>
          ))}
        </ul>
      </div>
      <Button kind="quiet" onPress={given.onClose}>
        {say('field.close')}
      </Button>
    </div>
  )
}
