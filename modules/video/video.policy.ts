import * as z from 'zod/mini'
import { usualVideo, VideoPolicy } from './video.ts'

/** What a city says of video; what it leaves out, or has written wrongly, is as usual, field by field. */
export function videoPolicyFrom(own: unknown): VideoPolicy {
  const said = typeof own === 'object' && own !== null ? own : {}
  const right = Object.entries(said).filter(
    ([name, value]) => z.safeParse(VideoPolicy, { ...usualVideo, [name]: value }).success,
  )
  const whole = z.safeParse(VideoPolicy, { ...usualVideo, ...Object.fromEntries(right) })
  return whole.success ? whole.data : usualVideo
}
