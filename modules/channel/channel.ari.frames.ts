import * as z from 'zod/mini'
import type { LinePlace } from './channel.ts'

/**
 * What Asterisk tells on `/ari/events`, as far as it matters here. Names are those of its REST data models
 * (https://docs.asterisk.org, Asterisk REST Interface).
 */
const Channel = z.object({
  id: z.string(),
  state: z.string(),
  caller: z.optional(z.object({ number: z.optional(z.string()) })),
  dialplan: z.optional(z.object({ exten: z.optional(z.string()) })),
})
const timestamp = z.optional(z.string())

export const AriEvent = z.union([
  z.object({ type: z.literal('StasisStart'), timestamp, args: z.array(z.string()), channel: Channel }),
  z.object({ type: z.literal('ChannelStateChange'), timestamp, channel: Channel }),
  z.object({ type: z.literal('StasisEnd'), timestamp, channel: Channel }),
  z.object({ type: z.literal('ChannelDestroyed'), timestamp, channel: Channel }),
])
export type AriEvent = z.infer<typeof AriEvent>

export const AriChannels = z.array(z.object({ id: z.string() }))

/** What the dial plan says of a line: `Stasis(open110,desk=lishui,called=110,lng=119.92,lat=28.45,accuracy=300)`. */
export function lineOf(args: readonly string[]): {
  called: string | undefined
  desk: string | undefined
  place: LinePlace | undefined
} {
  const said = new Map(
    args.map((arg) => {
      const at = arg.indexOf('=')
      return at < 0 ? [arg, ''] : [arg.slice(0, at), arg.slice(at + 1)]
    }),
  )
  const figure = (name: string) => {
    const text = said.get(name)
    const value = text ? Number(text) : Number.NaN
    return Number.isFinite(value) ? value : undefined
  }
  const [lng, lat, accuracyMetres] = [figure('lng'), figure('lat'), figure('accuracy')]
  const words = said.get('address')
  return {
    called: said.get('called') || undefined,
    desk: said.get('desk') || undefined,
    place:
      lng === undefined || lat === undefined || Math.abs(lng) > 180 || Math.abs(lat) > 90
        ? undefined
        : {
            lng,
            lat,
            ...(accuracyMetres === undefined || accuracyMetres < 0 ? {} : { accuracyMetres }),
            source: said.get('source') === 'installed' ? 'installed' : 'cell',
            ...(words ? { words } : {}),
          },
  }
}
