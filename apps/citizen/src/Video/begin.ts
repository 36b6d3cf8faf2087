import { place } from '../app/path.ts'
import type { Phone } from '../app/phone.ts'
import { rememberSound, running } from './running.ts'
import { openVideo, type OpenVideo, type Way } from './video.ts'

/** 开始 — the one call of this phone from now on; the one before it ends here. Kept apart, for it brings all of the media part. */
export function begin(phone: Phone, of: string, way: Way, isMuted: boolean): OpenVideo {
  running.get()?.video.close()
  if (!place.get().isQuiet) rememberSound(isMuted)
  const video = openVideo(phone, way, isMuted)
  running.set({ of, video })
  return video
}
