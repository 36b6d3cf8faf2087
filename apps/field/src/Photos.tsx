import { useEffect, useState } from 'react'
import type { SlipCard } from '@open110/modules/dispatch'
import type { OpenPicture } from './picture.ts'
import { say, sayOr } from './words.ts'
import './photos.css'

type Given = {
  attachments: SlipCard['incident']['attachments']
  /** People were hurt or killed: what it looks like is seen by those who ask to see it. */
  isGrim: boolean
  openPicture: OpenPicture
}

/** 现场图片 — small ones side by side; a large one only when the officer asks for it. */
export function Photos(given: Given) {
  const [large, setLarge] = useState<string>()
  if (given.attachments.length === 0) return undefined
  return (
    <section>
      <h2>{say('field.photos')}</h2>
      <ul className="photos" data-grim={given.isGrim || undefined}>
        {given.attachments.map(({ id, kind, view }, index) => {
          const name =
            kind === 'photo' ? say('field.photos.photo', { number: index + 1 }) : sayOr(`field.kind.${kind}`)
          return (
            <li key={id}>
              {kind === 'photo' && view === 'ready' ? (
                <button
                  type="button"
                  aria-label={say('field.photos.open', { what: name })}
                  aria-expanded={large === id}
                  onClick={() => setLarge(large === id ? undefined : id)}
                >
                  <Picture id={id} part="thumb" alt="" openPicture={given.openPicture} />
                </button>
              ) : (
                <span className="photos-words">
                  {name}
                  <small>
                    {view === 'pending'
                      ? say('field.photos.pending')
                      : view === 'ready'
                        ? ''
                        : say('field.photos.unavailable')}
                  </small>
                </span>
              )}
            </li>
          )
        })}
      </ul>
      {large ? (
        <button
          type="button"
          className="photos-large"
          aria-label={say('field.photos.shut')}
          onClick={() => setLarge(undefined)}
        >
          <Picture
            key={large}
            id={large}
            part="view"
            alt={say('field.photos.photo', {
              number: given.attachments.findIndex(({ id }) => id === large) + 1,
            })}
            openPicture={given.openPicture}
          />
        </button>
      ) : undefined}
    </section>
  )
}

function Picture(given: { id: string; part: 'thumb' | 'view'; alt: string; openPicture: OpenPicture }) {
  const { id, part, openPicture } = given
  const [url, setUrl] = useState<string>()
  const [hasFailed, setHasFailed] = useState(false)
  useEffect(() => {
    let made: string | undefined
    let isWanted = true
    openPicture(id, part).then(
      (opened) => {
        made = opened
        if (isWanted) setUrl(opened)
        else URL.revokeObjectURL(opened)
      },
      () => isWanted && setHasFailed(true),
    )
    return () => {
      isWanted = false
      if (made) URL.revokeObjectURL(made)
    }
  }, [id, part, openPicture])
  if (hasFailed) return <span className="photos-words">{say('field.photos.failed')}</span>
  return url ? (
    <img src={url} alt={given.alt} />
  ) : (
    <span className="photos-words">{say('field.photos.pending')}</span>
  )
}
