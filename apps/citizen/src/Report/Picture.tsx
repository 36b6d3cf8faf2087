import { useEffect, useState } from 'react'
import { usePhone } from '../app/hooks.ts'

/** A picture of the dialogue: the copy for looking at, fetched with the session and never put into a cache. */
export function Picture({ attachment }: { attachment: string }) {
  const { say, session } = usePhone()
  const [url, setUrl] = useState<string | undefined>()
  useEffect(() => {
    let isGone = false
    let made: string | undefined
    const load = async (tries: number): Promise<void> => {
      const answer = await fetch(`/api/v1/attachments/${attachment}/view?part=thumb`, {
        headers: { authorization: `Bearer ${session.token() ?? ''}` },
        cache: 'no-store',
      }).catch(() => undefined)
      if (isGone) return
      if (answer?.ok) {
        made = URL.createObjectURL(await answer.blob())
        setUrl(made)
      } else if (tries > 0) {
        // The copy is made a moment after the original is sealed.
        setTimeout(() => void load(tries - 1), 2_000)
      }
    }
    void load(5)
    return () => {
      isGone = true
      if (made) URL.revokeObjectURL(made)
    }
  }, [attachment, session])
  return url ? (
    <img className="picture" src={url} alt={say('talk.picture-of')} />
  ) : (
    <p>{say('talk.picture-of')}</p>
  )
}
