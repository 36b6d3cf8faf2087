import { useState } from 'react'
import { useDesk, useNow } from '../Desk/desk.tsx'
import { ageText } from '../Queue/age.state.ts'
import type { Link } from './link.ts'

/** 链接 — to be copied or read out, and how long it is good. */
export function LinkLine({ link }: { link: Link }) {
  const { say } = useDesk()
  const nowMs = useNow()
  const [isCopied, copied] = useState(false)
  const address = new URL(link.path, location.origin).href
  const leftSeconds = Math.floor((Date.parse(link.until) - nowMs) / 1_000)
  return (
    <span className="video-link">
      <input
        className="input"
        type="text"
        readOnly
        aria-label={say('video.link')}
        value={address}
        onFocus={(event) => event.target.select()}
      />
      <button
        type="button"
        className="button"
        onClick={() =>
          // Named degradation: where the clipboard is closed, the address stands in the field to be selected.
          void navigator.clipboard?.writeText(address).then(
            () => copied(true),
            () => undefined,
          )
        }
      >
        {say(isCopied ? 'video.copied' : 'video.copy')}
      </button>
      <span className="note figure">
        {leftSeconds > 0 ? say('video.link-left', { age: ageText(leftSeconds) }) : say('video.link-gone')}
      </span>
    </span>
  )
}
