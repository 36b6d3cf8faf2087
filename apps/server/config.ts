import { accessSync, constants, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import * as z from 'zod/mini'
import { readConfig, says, type Wrong } from '@open110/kit/server/config'

const number = (least: number, most: number, otherwise: number) =>
  z.pipe(
    z.optional(z.string()),
    z.pipe(
      z.transform((text: string | undefined) =>
        text === undefined || text === '' ? otherwise : Number(text),
      ),
      z
        .int(
          says(`要写 ${least} 到 ${most} 之间的整数。`, `Must be a whole number from ${least} to ${most}.`),
        )
        .check(
          z.gte(least, says(`不能小于 ${least}。`, `Must be ${least} at least.`)),
          z.lte(most, says(`不能大于 ${most}。`, `Must be ${most} at most.`)),
        ),
    ),
  )
const onOff = (otherwise: boolean) =>
  z.pipe(
    z.optional(z.enum(['on', 'off'], says('要写 on 或 off。', 'Must be on or off.'))),
    z.transform((text) => (text === undefined ? otherwise : text === 'on')),
  )

/** An address of one of these kinds. */
const isAddress = (kinds: readonly string[], example: string) =>
  z.refine<string>(
    (text) => URL.canParse(text) && kinds.includes(new URL(text).protocol) && new URL(text).hostname !== '',
    says(`要写成 ${example}。`, `Must read like ${example}.`),
  )

/** `postgres://user:password@host:port/database`, or with the folder of a socket as `?host=`. */
function isDatabaseUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  return url.hostname !== '' || url.searchParams.has('host')
}

const isIceUrl = (url: string) =>
  /^stuns?:[\w.:[\]-]+$/.test(url) || /^turns?:[\w.:[\]-]+(\?transport=(udp|tcp))?$/.test(url)

/** 设置 — everything the operator may say, read once at the start. What differs by city is data, never here. */
export const ServerConfig = z.object({
  OPEN110_PORT: number(0, 65_535, 8110),
  /** Loopback while the demo accounts exist; say an address to be reached from elsewhere. */
  OPEN110_HOST: z.optional(
    z
      .string()
      .check(
        z.regex(
          /^[\w.:-]+$/,
          says('只写地址或主机名,不带 http:// 和路径。', 'Must be an address or a host name alone.'),
        ),
      ),
  ),
  /** Database, evidence and secrets of this installation. */
  OPEN110_DATA: z.optional(z.string().check(z.minLength(1, says('不能是空的。', 'Must not be empty.')))),
  /** What seals names and phones, the same for every process of an installation; else the file `secret` in the data folder. */
  OPEN110_SECRET: z.optional(
    z.string().check(z.minLength(32, says('至少要有 32 个字符。', 'Must have at least 32 characters.'))),
  ),
  /** Any PostgreSQL from 15 on instead of the embedded one. */
  DATABASE_URL: z.optional(
    z
      .string()
      .check(
        z.refine(
          isDatabaseUrl,
          says(
            '要写成 postgres://用户:口令@主机:端口/库名,口令里的特殊字符要转义。',
            'Must read postgres://user:password@host:port/database, with special letters of the password escaped.',
          ),
        ),
      ),
  ),
  OPEN110_DEMO: onOff(true),
  OPEN110_LOG: z._default(
    z.enum(
      ['debug', 'info', 'warn', 'error', 'silent'],
      says('要写 debug、info、warn、error 或 silent。', 'Must be debug, info, warn, error or silent.'),
    ),
    'warn',
  ),
  /** The desk for reports without a place or outside every outline. */
  OPEN110_DUTY_DESK: z._default(
    z
      .string()
      .check(
        z.regex(/^[a-z0-9][a-z0-9.-]*$/, says('要写接警台的代号,如 hangzhou。', 'Must be the id of a desk.')),
      ),
    'hangzhou',
  ),
  OPEN110_CONNECTIONS: number(12, 500, 24),
  /** Whether the web clients are built and handed out; off where another server does that, or nobody needs them. */
  OPEN110_CLIENTS: onOff(true),
  /** 话务系统: the Asterisk REST Interface, `http://10.0.0.5:8088/ari`. Without it there is no telephone, in the demo a simulated one. */
  OPEN110_CTI_URL: z.optional(z.string().check(isAddress(['http:', 'https:'], 'http://主机:8088/ari'))),
  OPEN110_CTI_USER: z._default(z.string(), 'open110'),
  OPEN110_CTI_PASSWORD: z._default(z.string(), ''),
  /** The Stasis application that the dial plan hands calls to. */
  OPEN110_CTI_APP: z._default(z.string(), 'open110'),
  /** The telephone of a seat, and how a number outside is rung. */
  OPEN110_CTI_SEAT: z._default(z.string(), 'PJSIP/{desk}-{seat}'),
  OPEN110_CTI_TRUNK: z._default(z.string(), 'PJSIP/{number}@trunk'),
  /** 12110短信网关: CMPP 2.0, `cmpp://企业代码@10.0.0.9:7890`. Without it no texts come, in the demo simulated ones. */
  OPEN110_SMS_URL: z.optional(z.string().check(isAddress(['cmpp:'], 'cmpp://企业代码@主机:7890'))),
  OPEN110_SMS_SECRET: z._default(z.string(), ''),
  OPEN110_SMS_SERVICE: z._default(z.string(), '12110'),
  /** Where people reach this server from outside, for links in texts. */
  OPEN110_PUBLIC_URL: z.optional(z.string().check(isAddress(['http:', 'https:'], 'https://110.example.cn'))),
  /** 媒体引擎: the embedded one, a Janus that runs beside, or no video at all. */
  OPEN110_MEDIA: z._default(
    z.enum(
      ['embedded', 'janus', 'off'],
      says('要写 embedded、janus 或 off。', 'Must be embedded, janus or off.'),
    ),
    'embedded',
  ),
  /** The one UDP port of the embedded engine; 0 takes a port per line. */
  OPEN110_MEDIA_PORT: number(0, 65_535, 0),
  /** The address under which phones reach the media port, where the machine does not know it (NAT). */
  OPEN110_MEDIA_ADDRESS: z.optional(
    z
      .string()
      .check(
        z.refine(
          (text) => isIP(text) !== 0,
          says('要写 IP 地址,不写主机名。', 'Must be an IP address, not a host name.'),
        ),
      ),
  ),
  /** Where pushers of mini-programs send to (`rtmp://` with the host that phones reach); without it RTMP is not taken. */
  OPEN110_MEDIA_RTMP: z.optional(z.string().check(isAddress(['rtmp:'], 'rtmp://110.example.cn:1935'))),
  OPEN110_JANUS_URL: z._default(
    z.string().check(isAddress(['ws:', 'wss:'], 'ws://127.0.0.1:8188')),
    'ws://127.0.0.1:8188',
  ),
  OPEN110_JANUS_SECRET: z._default(z.string(), ''),
  /** The data folder as Janus sees it, when that is another path than here. */
  OPEN110_JANUS_DATA: z.optional(
    z.string().check(z.startsWith('/', says('要写绝对路径。', 'Must be an absolute path.'))),
  ),
  /** STUN and TURN servers that browsers are told of, with commas between them. */
  OPEN110_TURN_URLS: z.pipe(
    z._default(z.string(), ''),
    z.pipe(
      z.transform((text: string) => text.split(/[\s,]+/).filter((url) => url !== '')),
      z
        .array(z.string())
        .check(
          z.refine(
            (urls) => urls.every(isIceUrl),
            says(
              '要写成 turn:主机:3478?transport=udp,多个用逗号隔开。',
              'Must read like turn:host:3478?transport=udp, with commas between them.',
            ),
          ),
        ),
    ),
  ),
  /** `static-auth-secret` of the TURN server; credentials are made from it for each call. */
  OPEN110_TURN_SECRET: z._default(z.string(), ''),
})
export type ServerConfig = z.infer<typeof ServerConfig>

/** Set by what starts the program, and by the tests for themselves. */
const besides = ['OPEN110_LEASH', 'OPEN110_TEST_DB']

/** The settings and the data folder they mean, or everything that is wrong with them. Nothing is made yet. */
export function settingsFrom(
  env: Readonly<Record<string, string | undefined>>,
  root: string,
): { config: ServerConfig; folder: string } | { problems: Wrong[] } {
  const folder = resolve(root, env['OPEN110_DATA'] || '.data')
  const read = readConfig(ServerConfig, env, { prefix: 'OPEN110_', besides })
  const closed = whyNoFolder(folder)
  const locked = 'config' in read ? whyNoRelay(read.config) : undefined
  const problems = [
    ...('problems' in read ? read.problems : []),
    ...(closed ? [closed] : []),
    ...(locked ? [locked] : []),
  ]
  return 'config' in read && problems.length === 0 ? { config: read.config, folder } : { problems }
}

/** A relay without its secret refuses every phone, and nobody would see why. */
function whyNoRelay(config: ServerConfig): Wrong | undefined {
  if (config.OPEN110_TURN_SECRET || !config.OPEN110_TURN_URLS.some((url) => url.startsWith('turn')))
    return undefined
  return {
    key: 'OPEN110_TURN_SECRET',
    zh: '写了 turn: 地址,就要写与 coturn 相同的 static-auth-secret。',
    en: "Must be the TURN server's static-auth-secret when a turn: address is named.",
  }
}

/** The folder is there and may be written, or could be made where it should be. */
function whyNoFolder(folder: string): Wrong | undefined {
  const key = 'OPEN110_DATA'
  for (let at = folder; ; at = dirname(at)) {
    try {
      if (!statSync(at).isDirectory()) return { key, zh: `${at} 不是目录。`, en: `${at} is no folder.` }
      accessSync(at, constants.W_OK | constants.X_OK)
      return undefined
    } catch (fault) {
      const { code } = fault as NodeJS.ErrnoException
      if (code !== 'ENOENT' || at === dirname(at))
        return code === 'ENOTDIR'
          ? { key, zh: `${folder} 的上级不是目录。`, en: `${folder} lies under what is no folder.` }
          : { key, zh: `${at} 不能写。`, en: `${at} cannot be written.` }
    }
  }
}
