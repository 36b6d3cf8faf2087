import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** 媒体服务器的设置 — what a Janus of ours is told; everything that we do not use is left out of it. */
export type JanusSettings = {
  /** Where its plugins and transports lie; Debian's place when nothing is said. */
  readonly home?: string
  readonly port: number
  readonly secret: string
  /** UDP ports for picture and sound; two for each line. */
  readonly ports: { readonly from: number; readonly to: number }
  /** The address that phones reach it at, when it stands behind NAT. */
  readonly address?: string
}

/** Debian lays them under the machine's triplet. */
export const janusHome = (): string | undefined =>
  readdirSync('/usr/lib', { withFileTypes: true })
    .map(({ name }) => join('/usr/lib', name, 'janus'))
    .find((home) => existsSync(join(home, 'plugins', 'libjanus_videoroom.so')))

const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, (letter) => `\\${letter}`)}"`
const othersIn = (folder: string, wanted: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.so') && name !== wanted)
    .join(',')

/**
 * The files of its configuration folder, by name. It listens to us alone (loopback, with a secret), has no other plugin
 * and no admin interface, and may not write where a system keeps itself.
 */
export function janusFiles(settings: JanusSettings): Record<string, string> {
  const home = settings.home ?? janusHome()
  if (!home) throw new Error('Janus is not installed (Debian: apt-get install janus)')
  const system = ['/bin', '/boot', '/dev', '/etc', '/lib', '/lib64', '/proc', '/sbin', '/sys', '/usr']
  return {
    'janus.jcfg': `general: {
  plugins_folder = ${quoted(join(home, 'plugins'))}
  transports_folder = ${quoted(join(home, 'transports'))}
  events_folder = ${quoted(join(home, 'events'))}
  loggers_folder = ${quoted(join(home, 'loggers'))}
  api_secret = ${quoted(settings.secret)}
  session_timeout = 30
  debug_level = 3
  debug_timestamps = true
  debug_colors = false
  hide_dependencies = true
  protected_folders = [${system.map(quoted).join(', ')}]
}
media: {
  rtp_port_range = "${settings.ports.from}-${settings.ports.to}"
  no_media_timer = 2
  slowlink_threshold = 1
}
nat: {
  ${settings.address ? `nat_1_1_mapping = ${quoted(settings.address)}` : 'ice_ignore_list = "vmnet"'}
}
plugins: { disable = ${quoted(othersIn(join(home, 'plugins'), 'libjanus_videoroom.so'))} }
transports: { disable = ${quoted(othersIn(join(home, 'transports'), 'libjanus_websockets.so'))} }
`,
    'janus.transport.websockets.jcfg': `general: {
  json = "compact"
  ws = true
  ws_port = ${settings.port}
  ws_ip = "127.0.0.1"
  wss = false
}
admin: { admin_ws = false
  admin_wss = false }
`,
    'janus.plugin.videoroom.jcfg': `general: { string_ids = true }
`,
  }
}
