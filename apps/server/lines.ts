import type { FastifyInstance } from 'fastify'
import type { Clock } from '@open110/kit/time'
import type { Log } from '@open110/kit/server/log'
import { openAri, openCmpp, openFakeCti, openFakeTexts } from '@open110/modules/channel/server'
import type { Lines } from './channels.ts'
import type { ServerConfig } from './config.ts'
import { serveDemoLines } from './demo.lines.ts'

/** 接线 — the telephone system and the gateway that the settings name; in the demo, where they name none, simulated ones. */
export function openLines(
  config: ServerConfig,
  given: { clock: Clock; log: Log },
): {
  lines: Lines
  /** Pages on which the simulated lines are used. */
  serve: (app: FastifyInstance) => void
  close: () => Promise<void>
} {
  const { clock, log } = given
  const isDemo = config.OPEN110_DEMO
  const cti = config.OPEN110_CTI_URL
    ? openAri(
        {
          url: config.OPEN110_CTI_URL.replace(/\/+$/, ''),
          user: config.OPEN110_CTI_USER,
          password: config.OPEN110_CTI_PASSWORD,
          app: config.OPEN110_CTI_APP,
          seatEndpoint: config.OPEN110_CTI_SEAT,
          trunkEndpoint: config.OPEN110_CTI_TRUNK,
        },
        { clock, onFault: (err) => log.warn({ err }, 'the telephone system') },
      )
    : undefined
  const gateway = config.OPEN110_SMS_URL
    ? openCmpp(
        {
          ...hostOf(config.OPEN110_SMS_URL),
          secret: config.OPEN110_SMS_SECRET,
          service: config.OPEN110_SMS_SERVICE,
        },
        { clock, onFault: (err) => log.warn({ err }, 'the gateway for texts') },
      )
    : undefined
  const demoCti = isDemo && !cti ? openFakeCti(clock) : undefined
  const demoTexts = isDemo && !gateway ? openFakeTexts(clock) : undefined
  return {
    lines: { cti: cti ?? demoCti, gateway: gateway ?? demoTexts },
    serve(app) {
      if (isDemo) serveDemoLines(app, { cti: demoCti, gateway: demoTexts })
    },
    async close() {
      await Promise.all([cti?.close(), gateway?.close()])
    },
  }
}

/** `cmpp://900001@10.0.0.9:7890` */
function hostOf(url: string): { host: string; port: number; account: string } {
  const { hostname, port, username } = new URL(url)
  return { host: hostname, port: port ? Number(port) : 7890, account: username }
}
