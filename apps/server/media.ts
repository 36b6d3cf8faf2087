import { join } from 'node:path'
import type { Log } from '@open110/kit/server/log'
import { openEmbeddedEngine, openJanusEngine } from '@open110/media/server'
import type { MediaEngine } from '@open110/media/port'
import type { ServerConfig } from './config.ts'
import type { MediaGiven } from './video.ts'

/** 开媒体引擎 — the one that the settings name, with the relays beside it; none where video is off. */
export function openMediaEngine(config: ServerConfig, folder: string, log: Log): MediaGiven {
  const here = config.OPEN110_DEMO ? `http://localhost:${config.OPEN110_PORT}` : undefined
  const publicUrl = config.OPEN110_PUBLIC_URL ?? here
  return {
    engine: engineOf(config, folder, log),
    turn: { urls: config.OPEN110_TURN_URLS, secret: config.OPEN110_TURN_SECRET },
    ...(publicUrl && { publicUrl: publicUrl.replace(/\/+$/, '') }),
  }
}

function engineOf(config: ServerConfig, folder: string, log: Log): MediaEngine | undefined {
  if (config.OPEN110_MEDIA === 'off') return undefined
  if (config.OPEN110_MEDIA === 'janus') {
    const there = config.OPEN110_JANUS_DATA
    return openJanusEngine({
      url: config.OPEN110_JANUS_URL,
      secret: config.OPEN110_JANUS_SECRET,
      ...(there && {
        folderThere: (path: string) =>
          path.startsWith(folder) ? join(there, path.slice(folder.length)) : path,
      }),
      onFault: (err) => log.warn({ err }, 'the media engine'),
    })
  }
  const { OPEN110_MEDIA_PORT: udpPort, OPEN110_MEDIA_ADDRESS: publicAddress } = config
  return openEmbeddedEngine({
    startAfterMs: 2_000,
    ...(udpPort > 0 && { udpPort }),
    ...(publicAddress && { publicAddress }),
    ...(config.OPEN110_MEDIA_RTMP && { rtmp: pusherDoor(config.OPEN110_MEDIA_RTMP) }),
    onFault: (what, err) => log.warn({ err, what }, 'the media engine'),
  })
}

/** 推流入口 — it listens where phones are told to push, on every address unless they are told loopback. */
function pusherDoor(address: string) {
  const { hostname, port } = new URL(address)
  const bindAddress = ['127.0.0.1', 'localhost'].includes(hostname) ? '127.0.0.1' : '0.0.0.0'
  return { bindAddress, port: port ? Number(port) : 1_935, publicUrl: address.replace(/\/+$/, '') }
}
