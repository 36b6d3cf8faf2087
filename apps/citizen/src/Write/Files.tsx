import { Camera, Images, X } from 'lucide-react'
import { useState, type ChangeEvent } from 'react'
import { useCell, usePhone } from '../app/hooks.ts'
import { mostFiles, type Drafting } from './write.state.ts'
import { Voice } from './Voice.tsx'

const icon = { size: 20, strokeWidth: 1.75, 'aria-hidden': true } as const

/** Photos, clips and voice for a draft. They wait until the words have been sent. */
export function Files({ drafting }: { drafting: Drafting }) {
  const { say } = usePhone()
  const { files } = useCell(drafting.draft)
  const [isTooMany, setTooMany] = useState(false)
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const picked = [...(event.target.files ?? [])]
    setTooMany(files.length + picked.length > mostFiles)
    for (const file of picked.slice(0, mostFiles - files.length))
      void drafting.addFile(file.name, file.type, file)
    event.target.value = '' // the same photo may be picked again after it was removed
  }
  return (
    <section className="files" aria-label={say('write.files')}>
      <div className="files-ways">
        <label className="button">
          <Camera {...icon} />
          {say('write.photo')}
          <input className="aside" type="file" accept="image/*" capture="environment" onChange={take} />
        </label>
        <label className="button">
          <Images {...icon} />
          {say('write.album')}
          <input className="aside" type="file" accept="image/*,video/*" multiple onChange={take} />
        </label>
        <Voice
          onVoice={(voice, type) =>
            void drafting.addFile(`voice.${type.includes('mp4') ? 'm4a' : 'webm'}`, type, voice)
          }
        />
      </div>
      {isTooMany && <p className="about">{say('write.too-many')}</p>}
      {files.length > 0 && (
        <ul className="files-list">
          {files.map((file) => (
            <li key={file.id}>
              <span>{file.name}</span>
              <span className="about">{sizeOf(file.bytes)}</span>
              <button
                type="button"
                className="button plain"
                aria-label={say('write.remove', { name: file.name })}
                onClick={() => void drafting.removeFile(file.id)}
              >
                <X {...icon} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`
}
