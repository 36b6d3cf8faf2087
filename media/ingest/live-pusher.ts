import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TrackKind } from '../port.ts'

/**
 * 推流器 — what a mini-program's `live-pusher` does, played by ffmpeg: camera (H.264) and microphone (AAC) to an RTMP address for
 * so many seconds. Gives its exit code; not 0 when it was cut off or not let in.
 */
export async function pushFilm(url: string, seconds: number, without?: TrackKind): Promise<number | null> {
  const camera = ['-f', 'lavfi', '-i', `testsrc=size=320x240:rate=25:duration=${seconds}`]
  const microphone = ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`]
  const asVideo = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p']
  const child = spawn('ffmpeg', [
    ...['-hide_banner', '-loglevel', 'error'],
    ...(without === 'video' ? [] : ['-re', ...camera]),
    ...(without === 'audio' ? [] : ['-re', ...microphone]),
    ...[...asVideo, '-g', '25', '-b:v', '600k'],
    ...['-c:a', 'aac', '-b:a', '48k', '-ar', '44100', '-f', 'flv', url],
  ])
  const [code] = (await once(child, 'close')) as [number | null]
  return code
}
